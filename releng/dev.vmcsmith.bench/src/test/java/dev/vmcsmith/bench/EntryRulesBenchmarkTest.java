// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmark measures what it says, and a run of a moment keeps to the bound. */
class EntryRulesBenchmarkTest {
    private static final double BOUND_MICROSECONDS = 50;

    @Test
    void theBenchmarksCheckWhatTheySay() {
        EntryRulesBenchmark benchmark = new EntryRulesBenchmark();
        assertTrue(benchmark.allRulesHold());
        assertEquals(3, benchmark.violationsAreDescribed().size(), benchmark.violationsAreDescribed()::toString);
    }

    @Test
    void allRulesOnOneVmcsTakeLessThanFiftyMicroseconds() throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder().include("EntryRulesBenchmark.allRulesHold").forks(0)
                .warmupIterations(3).warmupTime(TimeValue.milliseconds(500)).measurementIterations(5)
                .measurementTime(TimeValue.milliseconds(200)).verbosity(VerboseMode.SILENT).build()).run();
        double best = results.iterator().next().getPrimaryResult().getStatistics().getMin();
        assertTrue(best < BOUND_MICROSECONDS, () -> "the fastest of five rounds took " + best + " microseconds");
    }
}
