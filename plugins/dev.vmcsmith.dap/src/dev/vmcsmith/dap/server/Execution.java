// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.image.LineRow;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.machine.cpu.Cpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Executes a debuggee: one instruction, or at full speed until a breakpoint, a VM exit or the user stops it. {@link #requestPause} and the
 * setters may be called from any thread, all else from the machine's.
 */
final class Execution {
    private static final int LONGEST_INSTRUCTION = 15;
    private static final StopCondition ONE_INSTRUCTION = StopCondition.NONE.withMaxInstructions(1).withEveryExit().withEntryFailures();

    private final Debuggee debuggee;
    private volatile boolean pauseRequested;
    private final ExitStops exitStops;
    private List<Integer> filtered = List.of();
    private long filteredExit;
    private volatile StopAt stopAt = StopAt.EVERY_EXIT;
    private volatile ExitFilters filters = ExitFilters.NONE;

    Execution(Debuggee debuggee) {
        this.debuggee = debuggee;
        this.exitStops = new ExitStops(debuggee, this);
    }

    // --- what the user wants -------------------------------------------------------------------------------------------------

    void stopAt(StopAt value) {
        stopAt = value;
    }

    boolean stopsAtEntry() {
        return stopAt == StopAt.ENTRY;
    }

    void filters(ExitFilters value) {
        filters = value;
    }

    /** Makes the machine stop soon. */
    void requestPause() {
        pauseRequested = true;
        debuggee.machine().requestPause();
    }

    /** Makes a running machine look at its breakpoints again. */
    void breakpointsChanged() {
        debuggee.machine().requestPause();
    }

    /** To be called before a run: forgets an earlier request to pause, finds the memory that data breakpoints watch. */
    void prepare() {
        pauseRequested = false;
        findData();
    }

    boolean pauseRequested() {
        return pauseRequested;
    }

    /** Whether the user wants to stop at a VM exit. */
    boolean stopsAt(VmExit exit) {
        filtered = filters.matching(exit, debuggee::evaluateAtTop, debuggee.events()::important);
        filteredExit = exit.number();
        return stopAt == StopAt.EVERY_EXIT || stopAt == StopAt.FIRST_EXIT && exit.number() == 1 || !filtered.isEmpty();
    }

    /** The filters because of which the user wants to stop at the exit that was asked about last; none for any other. */
    List<Integer> filtersOf(VmExit exit) {
        return filteredExit == exit.number() ? filtered : List.of();
    }

    // --- one instruction -----------------------------------------------------------------------------------------------------

    /**
     * What one instruction did; all null for an ordinary one.
     *
     * @param exit the VM exit it caused
     * @param stop why the machine is to be suspended now, or has ended
     */
    record Step(VmExit exit, RunOutcome stop) {
        private static final Step PLAIN = new Step(null, null);
    }

    /** Executes one instruction of the processor in focus; others may execute some in between. */
    Step step() {
        return step(false);
    }

    /** @param any whether one instruction of any processor will do */
    Step step(boolean any) {
        long before = cpu().instructions;
        long exits = debuggee.now().exits();
        findData();
        while (!pauseRequested) {
            if (debuggee.instructionsLeft() == 0) {
                return new Step(null, ended(new StopReason.InstructionLimit(0)));
            }
            switch (debuggee.machine().run(data().in(ONE_INSTRUCTION))) {
                case StopReason.Paused paused -> {
                    // The breakpoints have changed, or the loop ends.
                }
                case StopReason.InstructionLimit limit -> {
                    debuggee.timeline().advance();
                    if (any || cpu().instructions != before) {
                        return Step.PLAIN;
                    }
                }
                case StopReason.VmExitStop stop -> {
                    debuggee.focus(stop.exit().cpu());
                    return new Step(stop.exit(), null);
                }
                case StopReason use when isDataUse(use) -> {
                    Optional<RunOutcome> hit = dataHit(use);
                    Optional<VmExit> exit = exitSince(exits);
                    if (hit.isPresent() || exit.isPresent() || any || cpu().instructions != before) {
                        return new Step(hit.isPresent() ? null : exit.orElse(null), hit.orElse(null));
                    }
                }
                case StopReason.EntryFailure failure -> {
                    return new Step(null, entryFailure());
                }
                case StopReason reason -> {
                    return new Step(null, ended(reason));
                }
            }
        }
        return new Step(null, paused());
    }

    // --- full speed ----------------------------------------------------------------------------------------------------------

    /** A place where a run ends besides the breakpoints: the instruction after a call, in the frame of the caller. */
    record Return(long address, long stackPointer, boolean nonRoot) {
    }

    /**
     * Where a run ends besides the breakpoints.
     *
     * @param exits VM exits
     * @param entries VM entries
     * @param kind the protocol's reason of such a stop
     * @param to null for none
     */
    private record Stops(Predicate<VmExit> exits, StopCondition.Entries entries, String kind, Return to) {
    }

    /** Runs to the next place where the user wants to stop. */
    RunOutcome run() {
        return run(new Stops(this::stopsAt, entries(), "exception", null));
    }

    /** The VM entries at which the user wants to stop. */
    private StopCondition.Entries entries() {
        return stopAt == StopAt.VMLAUNCH ? StopCondition.Entries.LAUNCHES : StopCondition.Entries.NONE;
    }

    /** Runs as a step to VM exits or entries. */
    RunOutcome runTo(Predicate<VmExit> exits, StopCondition.Entries entries) {
        return run(new Stops(exits, entries, "step", null));
    }

    /** Runs to the next VM exit, or to a breakpoint before it. */
    RunOutcome runToExit() {
        return run(new Stops(exit -> true, entries(), "exception", null));
    }

    /** Runs until a call has returned, and then answers null, or until something else stops the machine. */
    RunOutcome runToReturn(Return to) {
        return run(new Stops(this::stopsAt, entries(), "exception", to));
    }

    /** Runs without stops to the end, or until the user pauses. */
    RunOutcome runPlainly() {
        while (!pauseRequested) {
            StopReason reason = debuggee.machine().run(StopCondition.NONE.withMaxInstructions(debuggee.instructionsLeft()));
            if (!(reason instanceof StopReason.Paused)) {
                return ended(reason);
            }
        }
        return paused();
    }

    /** The machine does not look for a breakpoint at the first instruction, so a run gets away from the one it stopped at. */
    private RunOutcome run(Stops stops) {
        Return to = stops.to;
        long start = debuggee.machine().instructionCount();
        if (exitStops.hasMore()) {
            return exitStops.next(stops.kind);
        }
        findData();
        while (!pauseRequested) {
            long exits = debuggee.now().exits();
            StopReason reason = debuggee.machine().run(condition(stops));
            switch (reason) {
                case StopReason.Paused paused -> debuggee.focus(debuggee.machine().currentCpu().id);
                case StopReason.InstructionLimit limit when debuggee.instructionsLeft() > 0 -> {
                    debuggee.timeline().advance();
                    debuggee.focus(debuggee.machine().currentCpu().id);
                }
                case StopReason.Breakpoint there -> debuggee.focus(there.cpu());
                case StopReason.VmExitStop stop -> {
                    debuggee.focus(stop.exit().cpu());
                    return exitStops.first(stop.exit(), stops.kind);
                }
                case StopReason.VmEntryStop entry -> {
                    debuggee.focus(entry.cpu());
                    return suspended(stops.kind, entry.text());
                }
                case StopReason use when isDataUse(use) -> {
                    Optional<RunOutcome> hit = dataHit(use).or(() -> exitSince(exits).filter(stops.exits)
                            .map(exit -> exitStops.first(exit, stops.kind)));
                    if (hit.isPresent()) {
                        return hit.get();
                    }
                }
                case StopReason.EntryFailure failure -> {
                    debuggee.focus(debuggee.machine().currentCpu().id);
                    return entryFailure();
                }
                default -> {
                    return ended(reason);
                }
            }
            if (debuggee.machine().instructionCount() != start) {
                if (to != null && hasReturned(to)) {
                    return null;
                }
                Optional<RunOutcome> hit = breakpointHit();
                if (hit.isPresent()) {
                    return hit.get();
                }
            }
        }
        return paused();
    }

    private StopCondition condition(Stops stops) {
        Return to = stops.to;
        long most = Math.min(debuggee.instructionsLeft(), debuggee.timeline().untilNext());
        StopCondition condition = withBreakpoints(StopCondition.NONE.withMaxInstructions(most).withEntryFailures().withExits(stops.exits)
                .withEntries(stops.entries));
        if (to != null) {
            condition = to.nonRoot ? condition.withGuestBreakpoint(to.address) : condition.withBreakpoint(to.address);
        }
        return condition;
    }

    private StopCondition withBreakpoints(StopCondition condition) {
        StopCondition all = data().in(condition);
        for (long address : debuggee.breakpoints().addresses()) {
            all = all.withBreakpoint(address).withGuestBreakpoint(address);
        }
        return all;
    }

    /**
     * For a stretch that is repeated: stops at breakpoints only.
     *
     * @param exits told of every VM exit at which the user would stop
     */
    StopCondition conditionForReplay(long instructions, Consumer<VmExit> exits) {
        return withBreakpoints(StopCondition.NONE.withMaxInstructions(instructions).withExits(exit -> {
            if (stopsAt(exit)) {
                exits.accept(exit);
            }
            return false;
        }));
    }

    private boolean hasReturned(Return to) {
        return linearRip() == to.address && nonRoot() == to.nonRoot && Long.compareUnsigned(Code.linearRsp(cpu()), to.stackPointer) >= 0;
    }

    // --- reasons to stop -----------------------------------------------------------------------------------------------------

    private RunOutcome ended(StopReason reason) {
        debuggee.focus(debuggee.machine().currentCpu().id);
        return new RunOutcome.Ended(reason instanceof StopReason.InstructionLimit
                ? new StopReason.InstructionLimit(debuggee.instructionLimit()) : reason);
    }

    private RunOutcome entryFailure() {
        return suspended("exception", "VM entry failed: " + debuggee.lastEntryFailure());
    }

    RunOutcome paused() {
        return suspended("pause", null);
    }

    RunOutcome suspended(String kind, String text) {
        return new RunOutcome.Suspended(cpu().id, kind, text, List.of());
    }

    private DataBreakpoints data() {
        return debuggee.breakpoints().data();
    }

    /** Looks where the memory is that data breakpoints watch. */
    private void findData() {
        data().resolve(debuggee.pageWalks());
    }

    private static boolean isDataUse(StopReason reason) {
        return reason instanceof StopReason.MemoryUse || reason instanceof StopReason.FieldUse;
    }

    private static int cpuOf(StopReason use) {
        return use instanceof StopReason.MemoryUse memory ? memory.cpu() : ((StopReason.FieldUse) use).cpu();
    }

    /** The VM exit that an instruction caused which ended the run because of data that it used. */
    private Optional<VmExit> exitSince(long number) {
        return debuggee.latestExit().filter(exit -> exit.number() != number);
    }

    /** The stop of data breakpoints, when a use of data is theirs and they want it. */
    private Optional<RunOutcome> dataHit(StopReason use) {
        int cpu = cpuOf(use);
        debuggee.focus(cpu);
        List<Integer> acting = acting(data().at(use));
        return acting.isEmpty() ? Optional.empty() : Optional.of(new RunOutcome.Suspended(cpu, "data breakpoint", use.text(), acting));
    }

    /** Turns to the processor that used data; the data breakpoints that would stop for it. Counts no hits. */
    List<Integer> dataThatStops(StopReason use) {
        if (!isDataUse(use)) {
            return List.of();
        }
        debuggee.focus(cpuOf(use));
        return data().at(use).stream().filter(placed -> placed.action().wouldStop(debuggee::evaluateAtTop)).map(Breakpoints.Placed::id)
                .toList();
    }

    /** Lets the breakpoints at the next instruction act; the stop, if one of them wants it. */
    Optional<RunOutcome> breakpointHit() {
        List<Integer> acting = acting(debuggee.breakpoints().at(linearRip()));
        return acting.isEmpty() ? Optional.empty() : Optional.of(new RunOutcome.Suspended(cpu().id, "breakpoint", null, acting));
    }

    private List<Integer> acting(List<Breakpoints.Placed> places) {
        List<Integer> acting = new ArrayList<>();
        for (Breakpoints.Placed placed : places) {
            try {
                if (!placed.action().acts(debuggee::evaluateAtTop)) {
                    continue;
                }
                if (placed.action().logMessage() == null) {
                    acting.add(placed.id());
                } else {
                    debuggee.events().console(BreakpointAction.expand(placed.action().logMessage(), debuggee::evaluateAtTop));
                }
            } catch (RequestFailure e) {
                debuggee.events().important("A breakpoint's condition cannot be evaluated: " + e.getMessage());
                acting.add(placed.id());
            }
        }
        return acting;
    }

    /** The breakpoints at the next instruction that would stop there; counts no hits and prints nothing. */
    List<Integer> breakpointsThatStop() {
        return debuggee.breakpoints().at(linearRip()).stream().filter(placed -> placed.action().wouldStop(debuggee::evaluateAtTop))
                .map(Breakpoints.Placed::id).toList();
    }

    /** Goes to the stop of a VM exit: see {@link ExitStops}. */
    RunOutcome settle(VmExit exit, String kind) {
        return exitStops.settle(exit, kind);
    }

    /** Whether the machine is at the stop of a VM exit now. */
    boolean stopsAfter(long exit) {
        return exitStops.isAt(exit);
    }

    // --- where the processor is ----------------------------------------------------------------------------------------------

    private Cpu cpu() {
        return debuggee.activeCpu();
    }

    boolean nonRoot() {
        return cpu().intercepts.nonRoot();
    }

    private long linearRip() {
        return Code.linearRip(cpu());
    }

    /**
     * How deep in calls the processor is.
     *
     * @param function symbol of the code; empty when there is none
     * @param stack linear address of the top of the stack
     */
    record Depth(boolean nonRoot, String function, long stack) {

        /** Whether this is in a function that another one has called and that has not returned. */
        boolean calledFrom(Depth caller) {
            return nonRoot == caller.nonRoot && Long.compareUnsigned(stack, caller.stack) < 0 && !function.equals(caller.function);
        }
    }

    Depth depth() {
        return new Depth(nonRoot(), function(linearRip()), Code.linearRsp(cpu()));
    }

    /** How deep in calls the guest is, or was when it left; empty without one. */
    Optional<Depth> guestDepth() {
        if (nonRoot()) {
            return Optional.of(depth());
        }
        return debuggee.frames().of(cpu().id).stream().filter(Frame::guest).findFirst().map(guest -> new Depth(true,
                function(guest.linear()), debuggee.frames().stackOf(guest)));
    }

    private String function(long linear) {
        return debuggee.image().symbols().nearest(linear).map(place -> place.symbol().name()).orElse("");
    }

    /** The row of the line table that the next instruction belongs to. */
    Optional<LineRow> row() {
        return debuggee.image().lines().at(linearRip());
    }

    /** Whether a statement begins at the next instruction. */
    boolean startsStatement() {
        return debuggee.image().lines().startsStatement(linearRip());
    }

    /** What kind the next instruction is. */
    Code.Flow flow() {
        return Code.flow(debuggee.readCode(linearRip(), LONGEST_INSTRUCTION), cpu().codeBits);
    }

    /** Where the next instruction, a call, returns to. */
    Return returnOfCall() {
        return new Return(linearRip() + debuggee.instructionLength(), Code.linearRsp(cpu()), nonRoot());
    }
}
