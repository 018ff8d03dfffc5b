// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.VmExit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The log of VM exits: counts of all, and the latest {@value #CAPACITY} themselves. Written by the machine's thread, read by requests.
 */
final class ExitJournal {
    static final int CAPACITY = 1 << 17;

    private final VmExit[] ring = new VmExit[CAPACITY];
    private final String[] handlers = new String[CAPACITY];
    private final Map<Long, Count> counts = new TreeMap<>();
    /** What handles an exit of a VMCS and a reason; an exit that was not stopped at is taken to be handled like the last one that was. */
    private final Map<Kind, String> handlersByReason = new HashMap<>();
    private long total;

    /** How often a reason occurred on a processor. */
    private static final class Count {
        long count;
        long last;
    }

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

    /** How often a reason occurred and the number of the latest such exit. */
    record Tally(int reason, long count, long last) {
    }

    synchronized void add(VmExit exit) {
        int slot = (int) (total % CAPACITY);
        ring[slot] = exit;
        handlers[slot] = null;
        total++;
        Count count = counts.computeIfAbsent(key(exit), key -> new Count());
        count.count++;
        count.last = exit.number();
    }

    /** Remembers which code has handled an exit. */
    synchronized void handledBy(long number, String symbol) {
        if (number > Math.max(0, total - CAPACITY) && number <= total) {
            int slot = (int) ((number - 1) % CAPACITY);
            handlers[slot] = symbol;
            handlersByReason.put(Kind.of(ring[slot]), symbol);
        }
    }

    /** Forgets the exits after another; those that the log no longer holds stay forgotten. */
    synchronized void truncate(long number) {
        for (; total > number; total--) {
            VmExit exit = ring[(int) ((total - 1) % CAPACITY)];
            if (exit != null && exit.number() == total) {
                Count count = counts.get(key(exit));
                count.count--;
                count.last = 0;
            }
        }
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

    private static long key(VmExit exit) {
        return (long) exit.cpu() << 32 | exit.reason();
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
        int size = (int) Math.min(total, CAPACITY);
        int start = start(requested, size);
        List<Entry> entries = new ArrayList<>();
        for (long i = total - size + start; i < Math.min(total, total - size + start + count); i++) {
            entries.add(entry((int) (i % CAPACITY)));
        }
        return new Page(total, size, start, entries);
    }

    /** Position of the first one of a page in a list of this size. */
    static int start(int requested, int size) {
        return Math.clamp(requested < 0 ? requested + size : requested, 0, size);
    }

    /** An exit by its number, when the log still holds it. */
    synchronized Optional<VmExit> find(long number) {
        return number > total || number <= Math.max(0, total - CAPACITY) ? Optional.empty()
                : Optional.of(ring[(int) ((number - 1) % CAPACITY)]);
    }

    /** Counts per reason over the whole run. */
    synchronized List<Tally> tallies(int cpu, boolean allCpus) {
        Map<Integer, Count> sums = new TreeMap<>();
        counts.forEach((key, count) -> {
            if (allCpus || key >>> 32 == cpu) {
                Count sum = sums.computeIfAbsent((int) (long) key, reason -> new Count());
                sum.count += count.count;
                sum.last = Math.max(sum.last, count.last);
            }
        });
        return sums.entrySet().stream().filter(entry -> entry.getValue().count > 0)
                .map(entry -> new Tally(entry.getKey(), entry.getValue().count, entry.getValue().last)).toList();
    }
}
