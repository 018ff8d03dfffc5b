// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.VmExit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often VM exits of each reason have occurred on each processor up to an instant. Not thread-safe. */
final class ExitCounts {
    private final Map<Long, Tally> tallies = new HashMap<>();

    /** How often a reason occurred and the number of the latest such exit. */
    record Tally(int reason, long count, long last) {
        private Tally plus(Tally other) {
            return new Tally(reason, count + other.count, Math.max(last, other.last));
        }
    }

    ExitCounts() {
    }

    /** What another one holds now. */
    ExitCounts(ExitCounts other) {
        tallies.putAll(other.tallies);
    }

    void add(VmExit exit) {
        tallies.merge((long) exit.cpu() << 32 | exit.reason(), new Tally(exit.reason(), 1, exit.number()), Tally::plus);
    }

    /** Counts per reason in the order of these. */
    List<Tally> tallies(int cpu, boolean allCpus) {
        Map<Integer, Tally> sums = new TreeMap<>();
        tallies.forEach((key, tally) -> {
            if (allCpus || key >>> 32 == cpu) {
                sums.merge(tally.reason, tally, Tally::plus);
            }
        });
        return List.copyOf(sums.values());
    }
}
