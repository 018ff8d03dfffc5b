// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.image.LineRow;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.VmExit;
import java.util.List;
import java.util.Optional;

/** The ways in which a user goes back in time. Each repeats parts of the run to find the instant, then stops there. */
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

    /** One instruction back. */
    RunOutcome stepBackInstruction() {
        if (now() <= timeline.beginning()) {
            return atBeginning();
        }
        timeline.goTo(now() - 1);
        return execution.suspended("step", null);
    }

    /** Back to where the processor came to the source line before; within a line, to the line's beginning. */
    RunOutcome stepBackLine() {
        long end = now();
        while (end > timeline.beginning()) {
            long from = Math.max(timeline.checkpointBefore(end), end - WINDOW);
            timeline.goTo(from);
            long found = latestLine(from, end);
            if (found >= 0) {
                timeline.goTo(found);
                return execution.suspended("step", null);
            }
            if (execution.pauseRequested()) {
                return execution.paused();
            }
            end = from == timeline.beginning() ? from : from + 1;
        }
        return atBeginning();
    }

    /** The latest instant in a stretch at which a statement of another line began than that of the instruction before; −1 without one. */
    private long latestLine(long from, long end) {
        long found = -1;
        Optional<LineRow> before = execution.row();
        for (long at = from; at < end - 1;) {
            debuggee.machine().run(ONE_INSTRUCTION);
            if (now() == at) {
                return found;
            }
            at = now();
            Optional<LineRow> row = execution.row();
            if (at < end && row.isPresent() && execution.startsStatement() && !sameLine(row, before)) {
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
        long present = now();
        long end = present;
        while (end > timeline.beginning()) {
            long from = timeline.checkpointBefore(end);
            timeline.goTo(from);
            Found found = latestStop(end);
            if (execution.pauseRequested()) {
                timeline.goTo(present);
                return execution.paused();
            }
            if (found != null) {
                timeline.goTo(found.instant);
                return found.outcome;
            }
            end = from;
        }
        return atBeginning();
    }

    /** A stop and when it was. */
    private record Found(long instant, RunOutcome outcome) {
    }

    /** The latest stop between the present and an instant. */
    private Found latestStop(long end) {
        Found found = breakpoint();
        while (now() < end && !execution.pauseRequested()) {
            long before = now();
            StopReason reason = debuggee.machine().run(execution.conditionForReplay(end - now()));
            Found next = switch (reason) {
                case StopReason.Breakpoint hit -> breakpoint();
                case StopReason.VmExitStop stop -> exit(stop.exit(), end);
                default -> null;
            };
            if (next != null && next.instant < end) {
                found = next;
            }
            boolean goesOn = reason.resumable() && (now() > before || reason instanceof StopReason.Paused);
            if (!goesOn) {
                break;
            }
        }
        return found;
    }

    private Found breakpoint() {
        List<Integer> stopping = execution.breakpointsThatStop();
        return stopping.isEmpty() ? null
                : new Found(now(), new RunOutcome.Suspended(debuggee.activeCpu().id, "breakpoint", null, stopping));
    }

    private Found exit(VmExit exit, long end) {
        debuggee.focus(exit.cpu());
        RunOutcome outcome = execution.settle(exit, "exception");
        return now() < end ? new Found(now(), outcome) : null;
    }

    /** To the stop at a VM exit that has happened. */
    RunOutcome goToExit(long number) {
        timeline.goTo(timeline.checkpointBeforeExit(number));
        while (!execution.pauseRequested()) {
            StopCondition condition = StopCondition.NONE.withMaxInstructions(debuggee.instructionsLeft())
                    .withExits(exit -> exit.number() == number);
            StopReason reason = debuggee.machine().run(condition);
            if (reason instanceof StopReason.VmExitStop stop) {
                debuggee.focus(stop.exit().cpu());
                return execution.settle(stop.exit(), "goto");
            }
            if (!(reason instanceof StopReason.Paused)) {
                return new RunOutcome.Ended(reason);
            }
        }
        return execution.paused();
    }

    private RunOutcome atBeginning() {
        timeline.goTo(timeline.beginning());
        return execution.suspended("entry", "the beginning of the run");
    }
}
