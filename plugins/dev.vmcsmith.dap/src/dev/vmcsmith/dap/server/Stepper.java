// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.image.LineRow;
import dev.vmcsmith.machine.StopCondition;
import java.util.Optional;

/** The ways in which a user lets a debuggee run. Every method works in the machine's thread until the machine stops, and says why. */
final class Stepper {
    private final Execution execution;

    Stepper(Execution execution) {
        this.execution = execution;
    }

    /** Stops before the first instruction when that is wanted, otherwise runs on. */
    RunOutcome start() {
        if (execution.stopsAtEntry()) {
            return execution.suspended("entry", "before the first instruction");
        }
        Optional<RunOutcome> hit = execution.breakpointHit();
        return hit.isPresent() ? hit.get() : execution.run();
    }

    /** Runs without stops to the end, or until the user pauses. */
    RunOutcome runPlainly() {
        return execution.runPlainly();
    }

    /** Runs to the next place where the user wants to stop. */
    RunOutcome resume() {
        return execution.run();
    }

    /** Runs to the next VM exit. */
    RunOutcome nextExit() {
        return execution.runTo(exit -> true, StopCondition.Entries.NONE);
    }

    /** Runs to the first instruction of the guest after the next VM entry. */
    RunOutcome nextEntry() {
        return execution.runTo(execution::stopsAt, StopCondition.Entries.ALL);
    }

    /** Executes one instruction. */
    RunOutcome stepInstruction() {
        Execution.Step step = execution.step();
        if (step.stop() != null) {
            return step.stop();
        }
        return step.exit() == null || !execution.stopsAt(step.exit()) ? stepped() : execution.settle(step.exit(), "step");
    }

    /** Executes one instruction, but a called function completely, and a VM entry up to the next VM exit. */
    RunOutcome nextInstruction() {
        if (execution.flow() == Code.Flow.CALL) {
            RunOutcome stop = call();
            return stop == null ? stepped() : stop;
        }
        boolean guest = execution.nonRoot();
        RunOutcome outcome = stepInstruction();
        return !guest && execution.nonRoot() ? toNextExit() : outcome;
    }

    /**
     * Goes to the next source line.
     *
     * @param into into called functions and, from a handler, into the guest; otherwise over both
     */
    RunOutcome stepLine(boolean into) {
        Optional<LineRow> from = execution.row();
        if (from.isEmpty()) {
            return into ? stepInstruction() : nextInstruction();
        }
        while (true) {
            RunOutcome stop = !into && execution.flow() == Code.Flow.CALL ? call() : stepWithinLine(into);
            if (stop != null) {
                return stop;
            }
            Optional<RunOutcome> hit = execution.breakpointHit();
            if (hit.isPresent()) {
                return hit.get();
            }
            Optional<LineRow> here = execution.row();
            if (here.isPresent() && execution.startsStatement() && !sameLine(here.get(), from.get())) {
                return stepped();
            }
        }
    }

    private static boolean sameLine(LineRow one, LineRow other) {
        return one.line() == other.line() && one.file().equals(other.file());
    }

    /** One instruction of a line; null when the step goes on. */
    private RunOutcome stepWithinLine(boolean into) {
        boolean guest = execution.nonRoot();
        Execution.Step step = execution.step();
        if (step.stop() != null) {
            return step.stop();
        }
        if (step.exit() != null) {
            return execution.settle(step.exit(), execution.stopsAt(step.exit()) ? "exception" : "step");
        }
        if (!guest && execution.nonRoot()) {
            return into ? stepped() : toNextExit();
        }
        return null;
    }

    /** From the guest: to the next VM exit. From the hypervisor: to the end of the function, or into the guest, whichever comes first. */
    RunOutcome stepOut() {
        if (execution.nonRoot()) {
            return execution.runToExit();
        }
        int depth = 0;
        while (true) {
            Code.Flow flow = execution.flow();
            Execution.Step step = execution.step();
            if (step.stop() != null) {
                return step.stop();
            }
            depth += flow == Code.Flow.CALL ? 1 : flow == Code.Flow.RETURN ? -1 : 0;
            if (depth < 0 || execution.nonRoot()) {
                return stepped();
            }
            Optional<RunOutcome> hit = execution.breakpointHit();
            if (hit.isPresent()) {
                return hit.get();
            }
        }
    }

    /** Runs the function called by the next instruction. Null when it has returned, otherwise what stopped it before. */
    private RunOutcome call() {
        Execution.Return to = execution.returnOfCall();
        Execution.Step step = execution.step();
        if (step.stop() != null) {
            return step.stop();
        }
        if (step.exit() != null) {
            return execution.settle(step.exit(), "step");
        }
        Optional<RunOutcome> hit = execution.breakpointHit();
        return hit.isPresent() ? hit.get() : execution.runToReturn(to);
    }

    /** The guest has just been entered: on to the next VM exit, or to a breakpoint before it. */
    private RunOutcome toNextExit() {
        Optional<RunOutcome> hit = execution.breakpointHit();
        return hit.isPresent() ? hit.get() : execution.runToExit();
    }

    private RunOutcome stepped() {
        return execution.suspended("step", null);
    }
}
