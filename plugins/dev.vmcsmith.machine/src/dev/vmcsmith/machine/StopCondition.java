// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * When a run ends, besides the ends that every run has (power-off, triple fault, pause...). Immutable; build one with the
 * {@code with} methods from {@link #NONE}.
 */
public final class StopCondition {
    public static final StopCondition NONE = new StopCondition(Long.MAX_VALUE, new long[0], new long[0], null, false);

    private final long maxInstructions;
    private final long[] rootBreakpoints;
    private final long[] guestBreakpoints;
    private final Predicate<VmExit> exits;
    private final boolean entryFailures;

    private StopCondition(long max, long[] root, long[] guest, Predicate<VmExit> exits, boolean entryFailures) {
        this.maxInstructions = max;
        this.rootBreakpoints = root;
        this.guestBreakpoints = guest;
        this.exits = exits;
        this.entryFailures = entryFailures;
    }

    /** Stops after this many more instructions of the whole machine. */
    public StopCondition withMaxInstructions(long count) {
        return new StopCondition(count, rootBreakpoints, guestBreakpoints, exits, entryFailures);
    }

    /** Stops before an instruction at this linear address, outside VMX non-root operation. */
    public StopCondition withBreakpoint(long linear) {
        return new StopCondition(maxInstructions, add(rootBreakpoints, linear), guestBreakpoints, exits, entryFailures);
    }

    /** Stops before an instruction at this guest-linear address in VMX non-root operation. */
    public StopCondition withGuestBreakpoint(long linear) {
        return new StopCondition(maxInstructions, rootBreakpoints, add(guestBreakpoints, linear), exits, entryFailures);
    }

    /** Stops after each VM exit that the predicate accepts. */
    public StopCondition withExits(Predicate<VmExit> accepted) {
        return new StopCondition(maxInstructions, rootBreakpoints, guestBreakpoints, accepted, entryFailures);
    }

    /** Stops after each VM exit. */
    public StopCondition withEveryExit() {
        return withExits(exit -> true);
    }

    /** Stops after a failed VM entry. */
    public StopCondition withEntryFailures() {
        return new StopCondition(maxInstructions, rootBreakpoints, guestBreakpoints, exits, true);
    }

    public long maxInstructions() {
        return maxInstructions;
    }

    public boolean stopsAt(VmExit exit) {
        return exits != null && exits.test(exit);
    }

    /** Whether VM exits or failed VM entries can end the run, so that somebody has to look at each. */
    public boolean watchesVmx() {
        return exits != null || entryFailures;
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
