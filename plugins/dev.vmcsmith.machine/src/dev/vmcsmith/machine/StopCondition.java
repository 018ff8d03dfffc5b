// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import dev.vmcsmith.machine.memory.Watch;
import dev.vmcsmith.vmx.VmcsField;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * When a run ends, besides the ends that every run has (power-off, triple fault, pause...). Immutable; build one with the
 * {@code with} methods from {@link #NONE}.
 */
public final class StopCondition {
    public static final StopCondition NONE = new StopCondition(Long.MAX_VALUE, new long[0], new long[0], null, false, Entries.NONE,
        List.of(), List.of());

    /** Which VM entries end a run. */
    public enum Entries { NONE, LAUNCHES, ALL }

    /**
     * A field of the current VMCS whose use ends a run.
     *
     * @param field  the field
     * @param reads  VMREAD ends the run
     * @param writes VMWRITE ends the run, and a VM exit that changes the value
     */
    public record FieldWatch(VmcsField field, boolean reads, boolean writes) {
    }

    private final long maxInstructions;
    private final long[] rootBreakpoints;
    private final long[] guestBreakpoints;
    private final Predicate<VmExit> exits;
    private final boolean entryFailures;
    private final Entries entries;
    private final List<Watch> watches;
    private final List<FieldWatch> fieldWatches;

    private StopCondition(long max, long[] root, long[] guest, Predicate<VmExit> exits, boolean entryFailures, Entries entries,
            List<Watch> watches, List<FieldWatch> fieldWatches) {
        this.maxInstructions = max;
        this.rootBreakpoints = root;
        this.guestBreakpoints = guest;
        this.exits = exits;
        this.entryFailures = entryFailures;
        this.entries = entries;
        this.watches = watches;
        this.fieldWatches = fieldWatches;
    }

    /** Stops after this many more instructions of the whole machine. */
    public StopCondition withMaxInstructions(long count) {
        return new StopCondition(count, rootBreakpoints, guestBreakpoints, exits, entryFailures, entries, watches, fieldWatches);
    }

    /** Stops before an instruction at this linear address, outside VMX non-root operation. */
    public StopCondition withBreakpoint(long linear) {
        return new StopCondition(maxInstructions, add(rootBreakpoints, linear), guestBreakpoints, exits, entryFailures, entries,
            watches, fieldWatches);
    }

    /** Stops before an instruction at this guest-linear address in VMX non-root operation. */
    public StopCondition withGuestBreakpoint(long linear) {
        return new StopCondition(maxInstructions, rootBreakpoints, add(guestBreakpoints, linear), exits, entryFailures, entries,
            watches, fieldWatches);
    }

    /** Stops after each VM exit that the predicate accepts. */
    public StopCondition withExits(Predicate<VmExit> accepted) {
        return new StopCondition(maxInstructions, rootBreakpoints, guestBreakpoints, accepted, entryFailures, entries, watches,
            fieldWatches);
    }

    /** Stops after each VM exit. */
    public StopCondition withEveryExit() {
        return withExits(exit -> true);
    }

    /** Stops after a failed VM entry. */
    public StopCondition withEntryFailures() {
        return new StopCondition(maxInstructions, rootBreakpoints, guestBreakpoints, exits, true, entries, watches, fieldWatches);
    }

    /** Stops after VM entries, before the next instruction of the guest. */
    public StopCondition withEntries(Entries wanted) {
        return new StopCondition(maxInstructions, rootBreakpoints, guestBreakpoints, exits, entryFailures, wanted, watches, fieldWatches);
    }

    /** Stops after an instruction that uses watched bytes of memory. */
    public StopCondition withWatches(List<Watch> bytes) {
        return new StopCondition(maxInstructions, rootBreakpoints, guestBreakpoints, exits, entryFailures, entries, List.copyOf(bytes),
                fieldWatches);
    }

    /** Stops after an instruction or a VM exit that uses a watched field of a current VMCS. */
    public StopCondition withFieldWatches(List<FieldWatch> fields) {
        return new StopCondition(maxInstructions, rootBreakpoints, guestBreakpoints, exits, entryFailures, entries, watches,
                List.copyOf(fields));
    }

    public List<Watch> watches() {
        return watches;
    }

    public List<FieldWatch> fieldWatches() {
        return fieldWatches;
    }

    public boolean stopsAtEntry(boolean launch) {
        return entries == Entries.ALL || entries == Entries.LAUNCHES && launch;
    }

    public long maxInstructions() {
        return maxInstructions;
    }

    public boolean stopsAt(VmExit exit) {
        return exits != null && exits.test(exit);
    }

    /** Whether something of VMX can end the run, so that somebody has to look at each. */
    public boolean watchesVmx() {
        return exits != null || entryFailures || entries != Entries.NONE || !fieldWatches.isEmpty();
    }

    public boolean stopsAtEntryFailure() {
        return entryFailures;
    }

    public boolean hasBreakpoints() {
        return rootBreakpoints.length + guestBreakpoints.length > 0;
    }

    public boolean isBreakpoint(long linear, boolean nonRoot) {
        return Arrays.binarySearch(nonRoot ? guestBreakpoints : rootBreakpoints, linear) >= 0;
    }

    /** Whether a breakpoint of either world lies on the 4-KiB page of this linear address. */
    public boolean breakpointOnPage(long linear, boolean nonRoot) {
        long[] set = nonRoot ? guestBreakpoints : rootBreakpoints;
        for (long address : set) {
            if ((address ^ linear) >>> 12 == 0) {
                return true;
            }
        }
        return false;
    }

    private static long[] add(long[] set, long value) {
        long[] larger = Arrays.copyOf(set, set.length + 1);
        larger[set.length] = value;
        Arrays.sort(larger);
        return larger;
    }
}
