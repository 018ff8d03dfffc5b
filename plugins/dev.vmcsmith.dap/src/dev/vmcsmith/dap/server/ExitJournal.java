// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.VmExit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The log of VM exits: counts of all, and the latest {@value #CAPACITY} themselves. Written by the machine's thread, read by requests.
 */
final class ExitJournal {
    static final int CAPACITY = 1 << 17;

    private final VmExit[] ring = new VmExit[CAPACITY];
    private final String[] handlers = new String[CAPACITY];
    /** What handles an exit of a VMCS and a reason; an exit that was not stopped at is taken to be handled like the last one that was. */
    private final Map<Kind, String> handlersByReason = new HashMap<>();
    private ExitCounts counts = new ExitCounts();
    private long total;
    /** Number of the oldest exit held; one more than the latest when none is. */
    private long first = 1;

    /** One exit of the log and the symbol of what handled it, null when unknown. */
    record Entry(VmExit exit, String handler) {
    }

    /**
     * A part of the log at one moment: the machine may run on.
     *
     * @param total exits that have occurred
     * @param size  how many of them, the latest, the log holds
     * @param start position of the first entry among those that it holds
     */
    record Page(long total, int size, int start, List<Entry> entries) {
        /** Number of the oldest exit that the log holds; 0 when it is empty. */
        long firstKept() {
            return size == 0 ? 0 : total - size + 1;
        }
    }

    synchronized void add(VmExit exit) {
        total++;
        first = Math.max(first, total - CAPACITY + 1);
        ring[slot(total)] = exit;
        handlers[slot(total)] = null;
        counts.add(exit);
    }

    /** Remembers which code has handled an exit. */
    synchronized void handledBy(long number, String symbol) {
        if (number >= first && number <= total) {
            handlers[slot(number)] = symbol;
            handlersByReason.put(Kind.of(ring[slot(number)]), symbol);
        }
    }

    /**
     * Forgets the exits after another; those that the log no longer holds stay forgotten.
     *
     * @param then what was to be counted up to that one
     */
    synchronized void truncate(long number, ExitCounts then) {
        if (number < total) {
            total = number;
            first = Math.min(first, total + 1);
            counts = new ExitCounts(then);
        }
    }

    private static int slot(long number) {
        return (int) ((number - 1) % CAPACITY);
    }

    /** Exits of one kind are handled by the same code, as far as anybody can tell without looking. */
    record Kind(long vmcs, int rawReason) {
        static Kind of(VmExit exit) {
            return new Kind(exit.vmcs(), exit.rawReason());
        }
    }

    private Entry entry(int slot) {
        String handler = handlers[slot] == null ? handlersByReason.get(Kind.of(ring[slot])) : handlers[slot];
        return new Entry(ring[slot], handler);
    }

    synchronized long total() {
        return total;
    }

    /** Everything the log still holds, the oldest first. */
    List<Entry> kept() {
        return all().entries();
    }

    /** The same with what is said of a page. */
    Page all() {
        return page(0, CAPACITY);
    }

    /** A part of what the log holds, without looking at the rest. A negative start counts from the end. */
    synchronized Page page(int requested, int count) {
        int size = (int) (total - first + 1);
        int start = start(requested, size);
        List<Entry> entries = new ArrayList<>();
        for (long number = first + start; number <= total && number < first + start + count; number++) {
            entries.add(entry(slot(number)));
        }
        return new Page(total, size, start, entries);
    }

    /** Position of the first one of a page in a list of this size. */
    static int start(int requested, int size) {
        return Math.clamp(requested < 0 ? requested + size : requested, 0, size);
    }

    /** Counts per reason over the whole run. */
    synchronized List<ExitCounts.Tally> tallies(int cpu, boolean allCpus) {
        return counts.tallies(cpu, allCpus);
    }
}
