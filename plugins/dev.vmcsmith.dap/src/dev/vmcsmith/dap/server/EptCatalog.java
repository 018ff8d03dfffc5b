// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.EptDifferences.Change;
import dev.vmcsmith.dap.protocol.EptDifferences;
import dev.vmcsmith.dap.protocol.EptDifferencesArguments;
import dev.vmcsmith.dap.protocol.EptMap.Range;
import dev.vmcsmith.dap.protocol.EptMap;
import dev.vmcsmith.dap.protocol.EptMapArguments;
import dev.vmcsmith.dap.protocol.EptPointers.Pointer;
import dev.vmcsmith.dap.protocol.EptPointers;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.ept.Eptp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The EPTs that there are, and what two of them map differently. */
final class EptCatalog {
    private static final int LIST_ENTRIES = 512;
    private static final int MOST_CHANGES = 20_000;

    private final Debuggee debuggee;

    EptCatalog(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    // --- pointers ----------------------------------------------------------------------------------------------------------

    EptPointers pointers(int cpu) {
        Map<Long, List<String>> sources = new LinkedHashMap<>();
        Optional<CurrentVmcs> current = debuggee.vmcs(cpu).filter(vmcs -> EptMaps.secondary(vmcs, ControlBit.ENABLE_EPT));
        Long inUse = current.map(vmcs -> vmcs.view().value(VmcsField.EPT_POINTER)).orElse(null);
        if (inUse != null) {
            sources.put(inUse, new ArrayList<>());
        }
        for (long address : debuggee.knownVmcss()) {
            debuggee.vmcsCatalog().find(cpu, address).filter(vmcs -> EptMaps.secondary(vmcs, ControlBit.ENABLE_EPT))
                    .ifPresent(vmcs -> collect(vmcs, sources));
        }
        return new EptPointers(sources.entrySet().stream().map(entry -> new Pointer(entry.getKey(), Eptp.describe(entry.getKey()),
                entry.getValue(), entry.getKey().equals(inUse))).toList(), debuggee.now());
    }

    private void collect(CurrentVmcs vmcs, Map<Long, List<String>> sources) {
        String title = debuggee.vmcsCatalog().title(vmcs.address());
        sources.computeIfAbsent(vmcs.view().value(VmcsField.EPT_POINTER), key -> new ArrayList<>()).add(title);
        boolean switching = EptMaps.secondary(vmcs, ControlBit.ENABLE_VM_FUNCTIONS) && vmcs.view().known(VmcsField.VM_FUNCTION_CONTROLS)
                && ControlBit.VMFUNC_EPTP_SWITCHING.in(vmcs.view().value(VmcsField.VM_FUNCTION_CONTROLS));
        for (int i = 0; switching && i < LIST_ENTRIES; i++) {
            long eptp = debuggee.machine().memory().read64(vmcs.view().value(VmcsField.EPTP_LIST_ADDRESS) + 8L * i);
            if (eptp != 0) {
                sources.computeIfAbsent(eptp, key -> new ArrayList<>()).add("EPTP list of " + title + ", entry " + i);
            }
        }
    }

    // --- differences -------------------------------------------------------------------------------------------------------

    EptDifferences differences(EptDifferencesArguments arguments) {
        EptMap before = debuggee.atExit(arguments.fromExit(), () -> debuggee.eptMaps().map(new EptMapArguments(arguments.threadId(),
                arguments.from())));
        EptMap after = debuggee.atExit(arguments.toExit(), () -> debuggee.eptMaps().map(new EptMapArguments(arguments.threadId(),
                arguments.to())));
        List<Change> changes = changes(before.ranges(), after.ranges());
        String explanation = before.explanation() != null ? before.explanation() : after.explanation();
        if (changes.size() > MOST_CHANGES) {
            changes = changes.subList(0, MOST_CHANGES);
            explanation = "The list was cut: these EPTs differ in too many places.";
        }
        return new EptDifferences(before.eptp(), after.eptp(), explanation, changes);
    }

    /** Cuts both lists at each other's borders and keeps the stretches that differ; neighbours that differ in the same way are merged. */
    static List<Change> changes(List<Range> before, List<Range> after) {
        TreeSet<Long> borders = new TreeSet<>(Long::compareUnsigned);
        before.forEach(range -> borders.addAll(List.of(range.start(), range.start() + range.size())));
        after.forEach(range -> borders.addAll(List.of(range.start(), range.start() + range.size())));
        List<Change> changes = new ArrayList<>();
        int b = 0;
        int a = 0;
        Long start = null;
        for (long end : borders) {
            if (start != null) {
                b = skip(before, b, start);
                a = skip(after, a, start);
                add(changes, start, end - start, cut(before, b, start, end - start), cut(after, a, start, end - start));
            }
            start = end;
        }
        return changes;
    }

    private static int skip(List<Range> ranges, int index, long address) {
        int i = index;
        while (i < ranges.size() && Long.compareUnsigned(ranges.get(i).start() + ranges.get(i).size() - 1, address) < 0) {
            i++;
        }
        return i;
    }

    private static Range cut(List<Range> ranges, int index, long start, long size) {
        if (index == ranges.size() || Long.compareUnsigned(ranges.get(index).start(), start) > 0) {
            return null;
        }
        Range range = ranges.get(index);
        return new Range(start, size, range.physical() + start - range.start(), range.rights(), range.memoryType(), range.pageSize());
    }

    private static void add(List<Change> changes, long start, long size, Range before, Range after) {
        if (before == null && after == null || before != null && after != null && sameMapping(before, after)) {
            return;
        }
        Change last = changes.isEmpty() ? null : changes.getLast();
        if (last != null && last.start() + last.size() == start && continues(last.before(), before) && continues(last.after(), after)) {
            long whole = last.size() + size;
            changes.set(changes.size() - 1, new Change(last.start(), whole, longer(last.before(), whole), longer(last.after(), whole)));
        } else {
            changes.add(new Change(start, size, before, after));
        }
    }

    /** The size of the pages is no difference in what is mapped. */
    private static boolean sameMapping(Range one, Range other) {
        return one.physical() == other.physical() && one.rights().equals(other.rights()) && one.memoryType().equals(other.memoryType());
    }

    private static boolean continues(Range range, Range next) {
        return range == null ? next == null : next != null && range.physical() + range.size() == next.physical()
                && range.rights().equals(next.rights()) && range.memoryType().equals(next.memoryType())
                && range.pageSize() == next.pageSize();
    }

    private static Range longer(Range range, long size) {
        return range == null ? null
                : new Range(range.start(), size, range.physical(), range.rights(), range.memoryType(), range.pageSize());
    }
}
