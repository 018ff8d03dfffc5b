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

/**
 * Runs a debuggee in the ways a user asks for. Every method works until the machine stops and says why; all are called in the machine's
 * thread. {@link #requestPause} and {@link #breakpointsChanged} may be called from any.
 */
final class Stepper {
    /** How many instructions after a VM exit may pass before the first one that has a source line. */
    private static final int SETTLE_LIMIT = 100_000;
    private static final int LONGEST_INSTRUCTION = 15;
    private static final StopCondition ONE_INSTRUCTION = StopCondition.NONE.withMaxInstructions(1).withEveryExit().withEntryFailures();

    private final Debuggee debuggee;
    private volatile boolean pauseRequested;
    private volatile StopAt stopAt = StopAt.EVERY_EXIT;
    private volatile ExitFilters filters = ExitFilters.NONE;
    private boolean entryFailed;

    Stepper(Debuggee debuggee) {
        this.debuggee = debuggee;
    }

    void stopAt(StopAt value) {
        stopAt = value;
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

    /** To be called before a run, in the thread of the requests. */
    void prepare() {
        pauseRequested = false;
    }

    /** Stops before the first instruction when that is wanted, otherwise runs on. */
    RunOutcome start() {
        if (stopAt == StopAt.ENTRY) {
            return new RunOutcome.Suspended(debuggee.activeCpu().id, "entry", "before the first instruction", List.of());
        }
        return continueRun(true);
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

    /** Runs to the next place where something is to stop. */
    RunOutcome resume() {
        return continueRun(false);
    }

    private RunOutcome continueRun(boolean fresh) {
        if (!fresh) {
            Optional<RunOutcome> early = leaveBreakpoint();
            if (early.isPresent()) {
                return early.get();
            }
        }
        return run(exit -> stopsAt(exit), null);
    }

    private boolean stopsAt(VmExit exit) {
        return stopAt == StopAt.EVERY_EXIT || stopAt == StopAt.FIRST_EXIT && exit.number() == 1 || filters.match(exit, debuggee::evaluateAtTop);
    }

    /** Executes the instruction under the processor, which may have a breakpoint. */
    private Optional<RunOutcome> leaveBreakpoint() {
        if (debuggee.breakpoints().at(linearRip()).isEmpty()) {
            return Optional.empty();
        }
        Step step = step();
        if (step.ended != null) {
            return Optional.of(new RunOutcome.Ended(step.ended));
        }
        if (step.exit != null && stopsAt(step.exit)) {
            return Optional.of(settle(step.exit, "exception"));
        }
        return Optional.empty();
    }

    private interface ExitTest {
        boolean stops(VmExit exit);
    }

    /**
     * Runs at full speed.
     *
     * @param exits at which VM exits to stop
     * @param returnAddress where a called function returns to, or null
     */
    private RunOutcome run(ExitTest exits, Call call) {
        while (true) {
            if (pauseRequested) {
                return paused();
            }
            StopReason reason = debuggee.machine().run(condition(exits, call));
            switch (reason) {
                case StopReason.Paused paused -> {
                    // Either the user wants to stop, which the loop sees, or the breakpoints have changed.
                }
                case StopReason.Breakpoint hit -> {
                    debuggee.focus(hit.cpu());
                    if (call != null && call.returned(this)) {
                        return null;
                    }
                    Optional<RunOutcome> stop = breakpointHit(hit.cpu());
                    if (stop.isPresent()) {
                        return stop.get();
                    }
                    Step step = step();
                    if (step.ended != null) {
                        return new RunOutcome.Ended(step.ended);
                    }
                    if (step.exit != null && exits.stops(step.exit)) {
                        return settle(step.exit, "exception");
                    }
                }
                case StopReason.VmExitStop stop -> {
                    debuggee.focus(stop.exit().cpu());
                    return settle(stop.exit(), "exception");
                }
                case StopReason.EntryFailure failure -> {
                    return entryFailure(failure);
                }
                default -> {
                    return ended(reason);
                }
            }
        }
    }

    private RunOutcome ended(StopReason reason) {
        debuggee.focus(debuggee.machine().currentCpu().id);
        return new RunOutcome.Ended(reason instanceof StopReason.InstructionLimit ? new StopReason.InstructionLimit(debuggee.instructionLimit()) : reason);
    }

    private StopCondition condition(ExitTest exits, Call call) {
        StopCondition condition = StopCondition.NONE.withMaxInstructions(debuggee.instructionsLeft()).withEntryFailures();
        for (long address : debuggee.breakpoints().addresses()) {
            condition = condition.withBreakpoint(address).withGuestBreakpoint(address);
        }
        if (call != null) {
            condition = call.nonRoot ? condition.withGuestBreakpoint(call.returnAddress) : condition.withBreakpoint(call.returnAddress);
        }
        return condition.withExits(exits::stops);
    }

    private RunOutcome entryFailure(StopReason.EntryFailure failure) {
        debuggee.focus(debuggee.machine().currentCpu().id);
        return new RunOutcome.Suspended(cpu().id, "exception", failure.text(), List.of());
    }

    private RunOutcome paused() {
        return new RunOutcome.Suspended(cpu().id, "pause", null, List.of());
    }

    private Optional<RunOutcome> breakpointHit(int cpu) {
        List<Integer> acting = new ArrayList<>();
        for (Breakpoints.Placed placed : debuggee.breakpoints().at(linearRip())) {
            try {
                if (placed.action().acts(debuggee::evaluateAtTop)) {
                    if (placed.action().logMessage() == null) {
                        acting.add(placed.id());
                    } else {
                        debuggee.events().console(BreakpointAction.expand(placed.action().logMessage(), debuggee::evaluateAtTop));
                    }
                }
            } catch (RequestFailure e) {
                debuggee.events().important("A breakpoint's condition cannot be evaluated: " + e.getMessage());
                acting.add(placed.id());
            }
        }
        return acting.isEmpty() ? Optional.empty() : Optional.of(new RunOutcome.Suspended(cpu, "breakpoint", null, acting));
    }

    // --- VM exits ------------------------------------------------------------------------------------------------------

    /**
     * Goes from the host's entry point to the first instruction that has a source line: the handler, as its author sees it. Stops before
     * the next VM entry at the latest.
     */
    private RunOutcome settle(VmExit exit, String kind) {
        Step step = Step.PLAIN;
        if (!debuggee.image().lines().isEmpty()) {
            for (int i = 0; i < SETTLE_LIMIT && !pauseRequested && !startsStatement() && flow() != Code.Flow.VM_ENTRY; i++) {
                step = step();
                if (step.ended != null) {
                    return new RunOutcome.Ended(step.ended);
                }
            }
        }
        debuggee.noteHandler();
        return new RunOutcome.Suspended(cpu().id, kind, debuggee.exitText(exit), hitNumbers());
    }

    private List<Integer> hitNumbers() {
        return debuggee.breakpoints().at(linearRip()).stream().filter(placed -> placed.action().logMessage() == null)
                .map(Breakpoints.Placed::id).toList();
    }

    // --- steps ---------------------------------------------------------------------------------------------------------

    /** Executes one instruction. */
    RunOutcome stepInstruction() {
        Step step = step();
        if (step.ended != null) {
            return new RunOutcome.Ended(step.ended);
        }
        if (entryFailed) {
            return entryFailed();
        }
        if (step.exit != null && stopsAt(step.exit)) {
            return settle(step.exit, "step");
        }
        return new RunOutcome.Suspended(cpu().id, "step", step.exit == null ? null : debuggee.exitText(step.exit), List.of());
    }

    /** Executes one instruction, but a called function completely, and a VM entry up to the next VM exit. */
    RunOutcome nextInstruction() {
        boolean guest = nonRoot();
        Code.Flow flow = flow();
        if (flow == Code.Flow.CALL) {
            RunOutcome stop = call();
            return stop == null ? RunOutcome.Suspended.step(cpu().id) : stop;
        }
        RunOutcome outcome = stepInstruction();
        return !guest && nonRoot() ? toNextExit() : outcome;
    }

    /**
     * Goes to the next source line.
     *
     * @param into into called functions and, from a handler, into the guest; otherwise over both
     */
    RunOutcome stepLine(boolean into) {
        Optional<LineRow> from = row();
        if (from.isEmpty()) {
            return into ? stepInstruction() : nextInstruction();
        }
        while (true) {
            if (pauseRequested) {
                return paused();
            }
            boolean guest = nonRoot();
            if (!into && flow() == Code.Flow.CALL) {
                RunOutcome stop = call();
                if (stop != null) {
                    return stop;
                }
            } else {
                Step step = step();
                if (step.ended != null) {
                    return new RunOutcome.Ended(step.ended);
                }
                if (entryFailed) {
                    return entryFailed();
                }
                if (step.exit != null) {
                    return settle(step.exit, stopsAt(step.exit) ? "exception" : "step");
                }
                if (!guest && nonRoot()) {
                    return into ? RunOutcome.Suspended.step(cpu().id) : toNextExit();
                }
            }
            Optional<RunOutcome> hit = breakpointHit(cpu().id);
            if (hit.isPresent()) {
                return hit.get();
            }
            Optional<LineRow> here = row();
            if (startsStatement() && here.isPresent() && !(here.get().line() == from.get().line() && here.get().file().equals(from.get().file()))) {
                return RunOutcome.Suspended.step(cpu().id);
            }
        }
    }

    /** From the guest: to the next VM exit. From the hypervisor: to the end of the function, or into the guest, whichever comes first. */
    RunOutcome stepOut() {
        if (nonRoot()) {
            return toNextExit();
        }
        int depth = 0;
        while (true) {
            if (pauseRequested) {
                return paused();
            }
            Code.Flow flow = flow();
            Step step = step();
            if (step.ended != null) {
                return new RunOutcome.Ended(step.ended);
            }
            if (entryFailed) {
                return entryFailed();
            }
            if (step.exit != null) {
                return settle(step.exit, "step");
            }
            depth += flow == Code.Flow.CALL ? 1 : flow == Code.Flow.RETURN ? -1 : 0;
            if (depth < 0 || nonRoot()) {
                return RunOutcome.Suspended.step(cpu().id);
            }
            Optional<RunOutcome> hit = breakpointHit(cpu().id);
            if (hit.isPresent()) {
                return hit.get();
            }
        }
    }

    private RunOutcome toNextExit() {
        if (!debuggee.breakpoints().at(linearRip()).isEmpty()) {
            Optional<RunOutcome> hit = breakpointHit(cpu().id);
            if (hit.isPresent()) {
                return hit.get();
            }
            Step step = step();
            if (step.ended != null || step.exit != null) {
                return step.ended != null ? new RunOutcome.Ended(step.ended) : settle(step.exit, "step");
            }
        }
        return run(exit -> true, null);
    }

    private RunOutcome entryFailed() {
        entryFailed = false;
        return new RunOutcome.Suspended(cpu().id, "exception", "VM entry failed: " + debuggee.lastEntryFailure(), List.of());
    }

    /** A function call that a step goes over. */
    private record Call(long returnAddress, long stackPointer, boolean nonRoot) {
        boolean returned(Stepper stepper) {
            return stepper.linearRip() == returnAddress && stepper.nonRoot() == nonRoot
                    && Long.compareUnsigned(Code.linearRsp(stepper.cpu()), stackPointer) >= 0;
        }
    }

    /** Runs the function called by the next instruction. Null when it has returned, otherwise what stopped it before. */
    private RunOutcome call() {
        Call call = new Call(linearRip() + debuggee.instructionLength(), Code.linearRsp(cpu()), nonRoot());
        Step step = step();
        if (step.ended != null) {
            return new RunOutcome.Ended(step.ended);
        }
        return step.exit != null ? settle(step.exit, "step") : run(this::stopsAt, call);
    }

    /** What one instruction did. */
    private record Step(StopReason ended, VmExit exit) {
        static final Step PLAIN = new Step(null, null);
    }

    /** Executes one instruction of the processor in focus; others may execute some in between. */
    private Step step() {
        long before = cpu().instructions;
        entryFailed = false;
        while (!pauseRequested) {
            if (debuggee.instructionsLeft() == 0) {
                return new Step(new StopReason.InstructionLimit(debuggee.instructionLimit()), null);
            }
            switch (debuggee.machine().run(ONE_INSTRUCTION)) {
                case StopReason.Paused paused -> {
                    // The breakpoints have changed, or the loop ends.
                }
                case StopReason.InstructionLimit limit -> {
                    if (cpu().instructions != before) {
                        return Step.PLAIN;
                    }
                }
                case StopReason.VmExitStop stop -> {
                    debuggee.focus(stop.exit().cpu());
                    return new Step(null, stop.exit());
                }
                case StopReason.EntryFailure failure -> {
                    entryFailed = true;
                    return Step.PLAIN;
                }
                case StopReason ended -> {
                    return new Step(ended, null);
                }
            }
        }
        return Step.PLAIN;
    }

    // --- where we are --------------------------------------------------------------------------------------------------

    private Cpu cpu() {
        return debuggee.activeCpu();
    }

    private boolean nonRoot() {
        return cpu().intercepts.nonRoot();
    }

    private long linearRip() {
        return Code.linearRip(cpu());
    }

    private Optional<LineRow> row() {
        return debuggee.image().lines().at(linearRip());
    }

    private boolean startsStatement() {
        return debuggee.image().lines().startsStatement(linearRip());
    }

    private Code.Flow flow() {
        return Code.flow(debuggee.readCode(linearRip(), LONGEST_INSTRUCTION), cpu().codeBits);
    }
}
