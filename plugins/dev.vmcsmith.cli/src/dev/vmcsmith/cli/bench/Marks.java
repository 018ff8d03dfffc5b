// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli.bench;

import java.util.Arrays;

/** The times at which dots arrived, on a clock that counts the emulator's processor time. */
final class Marks {
    /** Dots from which a rate can be told. */
    static final int FEWEST = 3;

    private static final double NANOS = 1e9;

    private long[] times = new long[1024];
    private int count;

    /** A dot has arrived at a time in nanoseconds. */
    void add(long time) {
        if (count == times.length) {
            times = Arrays.copyOf(times, 2 * count);
        }
        times[count++] = time;
    }

    int count() {
        return count;
    }

    /** Nanoseconds from the first dot to the last. */
    long span() {
        return count == 0 ? 0 : times[count - 1] - times[0];
    }

    /**
     * Pieces of work per second in the fastest stretch that takes at least a third of the time, so that warming up leaves no
     * mark. NaN for fewer than three dots.
     */
    double rate() {
        if (count < FEWEST) {
            return Double.NaN;
        }
        long least = Math.max(1, span() / 3);
        double best = 0;
        int last = 0;
        for (int first = 0; first < count; first++) {
            while (last < count && times[last] - times[first] < least) {
                last++;
            }
            if (last == count) {
                break;
            }
            best = Math.max(best, (last - first) * NANOS / (times[last] - times[first]));
        }
        return best;
    }
}
