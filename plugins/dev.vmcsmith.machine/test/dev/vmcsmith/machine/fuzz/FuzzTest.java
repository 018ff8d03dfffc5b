// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hostile guests for a few seconds each; {@code -Dvmcsmith.fuzzSeconds=600} makes it ten minutes. {@link #main} runs them by hand:
 * {@code SECONDS [SEED [KIND]]}; with 0 seconds only the case of that seed.
 */
class FuzzTest {
    private static final double SECONDS = Double.parseDouble(System.getProperty("vmcsmith.fuzzSeconds", "8"));
    private static final long SEED = Long.getLong("vmcsmith.fuzzSeed", 20261127L);
    /** What a machine of 16 MiB may use besides its memory: decoded code, translations. */
    private static final long OVERHEAD = 160 << 20;

    static Set<String> kinds() {
        return Fuzzer.KINDS.keySet();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aHostileGuestHurtsNobody(String kind) {
        assertTrue(fuzz(kind, SECONDS / Fuzzer.KINDS.size(), SEED) > 0);
    }

    /** Runs cases for some seconds; returns how many. */
    private static long fuzz(String kind, double seconds, long seed) {
        Fuzzer fuzzer = Fuzzer.KINDS.get(kind).get();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long count = 0;
        do {
            fuzzer.run(seed + count++);
        } while (System.nanoTime() < end);
        System.gc();
        long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        assertTrue(used < Fuzzer.MEMORY + OVERHEAD, () -> kind + " left " + (used >> 20) + " MiB in use");
        System.out.println(kind + ": " + count + " cases, " + (used >> 20) + " MiB in use, " + fuzzer.reasons);
        return count;
    }

    public static void main(String[] args) {
        double seconds = Double.parseDouble(args[0]);
        long seed = args.length > 1 ? Long.parseLong(args[1]) : SEED;
        for (String kind : args.length > 2 ? Set.of(args[2]) : kinds()) {
            fuzz(kind, seconds, seed);
        }
    }
}
