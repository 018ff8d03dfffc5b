// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.expect;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.VmExit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The VM exits of a run, or of one VMCS in it, and the values that are to be compared at them. */
final class ExitLog {
    /** Exits kept by name; beyond it only the counts grow. */
    private static final int KEPT = 1_000_000;

    private final List<String> names = new ArrayList<>();
    private final List<Long> places = new ArrayList<>();
    private final Map<String, Long> counts = new HashMap<>();
    private final List<ValueCheck> checks = new ArrayList<>();
    private long count;

    void add(String name, VmExit exit, Machine machine) {
        count++;
        counts.merge(name, 1L, Long::sum);
        if (names.size() < KEPT) {
            names.add(name);
            places.add(exit.guestRip());
        }
        for (ValueCheck check : checks) {
            check.see(count, name, exit, machine);
        }
    }

    List<String> names() {
        return names;
    }

    /** The guest's RIP at each exit. */
    List<Long> places() {
        return places;
    }

    long count() {
        return count;
    }

    long count(String name) {
        return counts.getOrDefault(name, 0L);
    }

    /** What looks at every exit. */
    List<ValueCheck> checks() {
        return checks;
    }
}
