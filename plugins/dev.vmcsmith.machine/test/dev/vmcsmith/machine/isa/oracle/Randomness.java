// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

/** SplitMix64: recorded cases keep nothing but its seed, so it must never change. */
final class Randomness {
    private long state;

    Randomness(long seed) {
        state = seed;
    }

    long nextLong() {
        state += 0x9E3779B97F4A7C15L;
        long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    int nextInt() {
        return (int) (nextLong() >>> 32);
    }

    /** From 0 up to, not including, a bound. */
    int nextInt(int bound) {
        return (int) ((nextLong() >>> 32) * bound >>> 32);
    }

    boolean nextBoolean() {
        return nextLong() < 0;
    }
}
