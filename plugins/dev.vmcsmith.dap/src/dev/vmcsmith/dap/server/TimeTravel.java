// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.image.LineRow;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.VmExit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The ways in which a user goes back in time. Each repeats parts of the run to find the instant, then stops there; when it is cancelled the
 * machine is where it was.
 */
final class TimeTravel {
    /** How many instructions are looked at one by one before an earlier stretch is tried. */
    private static final long WINDOW = 20_000;
    private static final StopCondition ONE_INSTRUCTION = StopCondition.NONE.withMaxInstructions(1);

    private final Debuggee debuggee;
    private final Execution execution;
    private final Timeline timeline;

    TimeTravel(Debuggee debuggee, Execution execution) {
        this.debuggee = debuggee;
        this.execution = execution;
        this.timeline = debuggee.timeline();
    }

    private long now() {
        return debuggee.machine().instructionCount();
    }

    private RunOutcome unlessCancelled(Supplier<RunOutcome> way) {
        int cpu = debuggee.activeCpu().id;
        return timeline.unlessCancelled(way).orElseGet(() -> {
            debuggee.focus(cpu);
            return execution.paused();
        });
    }

    /** One instruction back. */
    RunOutcome stepBackInstruction() {
        return unlessCancelled(this::instructionBack);
    }

    private RunOutcome instructionBack() {
        if (now() <= timeline.beginning()) {
            return atBeginning();
        }
        timeline.goTo(now() - 1);
        return execution.pauseRequested() ? execution.paused() : execution.suspended("step", null);
    }

    /** Back to where the processor came to the source line before, over called functions; within a line, to the line's beginning. */
    RunOutcome stepBackLine() {
        return unlessCancelled(this::lineBack);
    }

    private RunOutcome lineBack() {
        long end = now();
        Execution.Depth depth = execution.depth();
        long present = end;
        while (end > timeline.beginning()) {
            timeline.searching(present, end);
            long from = Math.max(timeline.checkpointBefore(end), end - WINDOW);
            timeline.goTo(from);
            long found = latestLine(from, end, depth);
            if (found >= 0) {
                timeline.goTo(found);
                return execution.suspended("step", null);
            }
            if (execution.pauseRequested()) {
                return execution.paused();
            }
            end = from + 1 < end && from > timeline.beginning() ? from + 1 : from;
        }
        return atBeginning();
    }

    /**
     * The latest instant in a stretch at which a statement of another line began than that of the instruction before; −1 without one.
     *
     * @param depth functions called from there are left out, with the handlers of VM exits that they cause
     */
    private long latestLine(long from, long end, Execution.Depth depth) {
        long found = -1;
        Optional<LineRow> before = execution.row();
        Optional<Execution.Depth> guest = execution.guestDepth();
        for (long at = from; at < end - 1;) {
            debuggee.machine().run(ONE_INSTRUCTION);
            if (now() == at) {
                return found;
            }
            at = now();
            Execution.Depth here = execution.depth();
            guest = here.nonRoot() ? Optional.of(here) : guest;
            boolean called = here.calledFrom(depth) || !here.nonRoot() && guest.filter(left -> left.calledFrom(depth)).isPresent();
            Optional<LineRow> row = execution.row();
            if (at < end && row.isPresent() && execution.startsStatement() && !sameLine(row, before) && !called) {
                found = at;
            }
            before = row;
        }
        return found;
    }

    private static boolean sameLine(Optional<LineRow> one, Optional<LineRow> other) {
        return one.isPresent() && other.isPresent() && one.get().line() == other.get().line() && one.get().file()
                .equals(other.get().file());
    }

    /** Back to the latest place where the user would have stopped: a breakpoint or a VM exit. */
    RunOutcome reverseContinue() {
        return unlessCancelled(this::backToStop);
    }

    private RunOutcome backToStop() {
        long end = now();
        long present = end;
        while (end > timeline.beginning()) {
            timeline.searching(present, end);
            long from = timeline.checkpointBefore(end);
            timeline.goTo(from);
            Latest stops = stopsBefore(end);
            RunOutcome outcome = execution.pauseRequested() ? null : goToLatest(stops, end);
            if (outcome != null) {
                return outcome;
            }
            if (execution.pauseRequested()) {
                return execution.paused();
            }
            end = from;
        }
        return atBeginning();
    }

    /**
     * The latest places in a stretch where the user would have stopped. Of the exits several, because the last ones may belong to the
     * present stop: its own, and one of each other processor on the way there.
     */
    private static final class Latest {
        private final Deque<VmExit> exits = new ArrayDeque<>();
        private long breakpointInstant = -1;
        private RunOutcome breakpoint;
    }

    /** Looks at the stretch from the present to an instant. */
    private Latest stopsBefore(long end) {
        Latest latest = new Latest();
        noteBreakpoint(latest);
        StopReason reason;
        do {
            reason = debuggee.machine().run(execution.conditionForReplay(end - now(), exit -> {
                latest.exits.addFirst(exit);
                if (latest.exits.size() > 1 + debuggee.machine().cpus()) {
                    latest.exits.removeLast();
                }
            }));
            if (reason instanceof StopReason.Breakpoint hit && now() < end) {
                debuggee.focus(hit.cpu());
                noteBreakpoint(latest);
            } else if (now() < end) {
                noteData(latest, reason);
            }
        } while (reason.resumable() && now() < end && !execution.pauseRequested());
        return latest;
    }

    private void noteData(Latest latest, StopReason use) {
        List<Integer> stopping = execution.dataThatStops(use);
        if (!stopping.isEmpty()) {
            latest.breakpointInstant = now();
            latest.breakpoint = new RunOutcome.Suspended(debuggee.activeCpu().id, "data breakpoint", use.text(), stopping);
        }
    }

    private void noteBreakpoint(Latest latest) {
        List<Integer> stopping = execution.breakpointsThatStop();
        if (!stopping.isEmpty()) {
            latest.breakpointInstant = now();
            latest.breakpoint = new RunOutcome.Suspended(debuggee.activeCpu().id, "breakpoint", null, stopping);
        }
    }

    /** Goes to the latest of the stops that lies before an instant; null when none does. */
    private RunOutcome goToLatest(Latest stops, long end) {
        for (VmExit exit : stops.exits) {
            if (exit.instructionCount() >= stops.breakpointInstant) {
                RunOutcome outcome = goToExit(exit.number(), "exception");
                if (now() < end) {
                    return outcome;
                }
            }
        }
        if (stops.breakpoint != null) {
            timeline.goTo(stops.breakpointInstant);
        }
        return stops.breakpoint;
    }

    /** To the stop at a VM exit that has happened. */
    RunOutcome goToExit(long number) {
        return unlessCancelled(() -> goToExit(number, "goto"));
    }

    /** Back to the latest VM exit before this instant. */
    RunOutcome previousExit() {
        return unlessCancelled(this::exitBefore);
    }

    private RunOutcome exitBefore() {
        long present = now();
        long latest = debuggee.now().exits();
        for (long number = execution.stopsAfter(latest) ? latest - 1 : latest; number > 0; number--) {
            RunOutcome outcome = goToExit(number, "step");
            if (now() < present || execution.pauseRequested()) {
                return outcome;
            }
        }
        return atBeginning();
    }

    private RunOutcome goToExit(long number, String kind) {
        timeline.goTo(timeline.checkpointBeforeExit(number));
        while (!execution.pauseRequested()) {
            StopReason reason = debuggee.machine().run(StopCondition.NONE.withMaxInstructions(timeline.untilNext())
                    .withExits(exit -> exit.number() == number));
            switch (reason) {
                case StopReason.VmExitStop stop -> {
                    debuggee.focus(stop.exit().cpu());
                    return execution.settle(stop.exit(), kind);
                }
                case StopReason.InstructionLimit limit -> timeline.advance();
                case StopReason.Paused paused -> {
                    // The breakpoints have changed, or the loop ends.
                }
                default -> {
                    return new RunOutcome.Ended(reason);
                }
            }
        }
        return execution.paused();
    }

    private RunOutcome atBeginning() {
        timeline.goTo(timeline.beginning());
        debuggee.focus(debuggee.machine().currentCpu().id);
        return execution.suspended("entry", "the beginning of the run");
    }
}
