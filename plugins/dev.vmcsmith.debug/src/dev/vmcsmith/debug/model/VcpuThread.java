// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.model;

import dev.vmcsmith.dap.protocol.GotoExitArguments;
import dev.vmcsmith.dap.protocol.StepVmxArguments;
import dev.vmcsmith.dap.protocol.VmcsmithDebugServer;
import dev.vmcsmith.dap.protocol.VmxStep;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.eclipse.debug.core.DebugEvent;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.debug.core.model.IStackFrame;
import org.eclipse.debug.core.model.IThread;
import org.eclipse.lsp4j.debug.NextArguments;
import org.eclipse.lsp4j.debug.ReverseContinueArguments;
import org.eclipse.lsp4j.debug.StepBackArguments;
import org.eclipse.lsp4j.debug.StepInArguments;
import org.eclipse.lsp4j.debug.StepOutArguments;
import org.eclipse.lsp4j.debug.SteppingGranularity;

/** A virtual processor. All processors of a machine run and suspend together. */
public final class VcpuThread extends MachineElement implements IThread {

    private final int id;
    private final ValueHistory history = new ValueHistory();
    private volatile String name;
    private volatile List<MachineFrame> frames = List.of();
    private volatile IBreakpoint[] hit = {};
    private volatile boolean suspended;
    private volatile int step;

    VcpuThread(MachineTarget machine, int id, String name) {
        super(machine);
        this.id = id;
        this.name = name;
    }

    /** The protocol's number of the thread. */
    public int id() {
        return id;
    }

    ValueHistory history() {
        return history;
    }

    void rename(String newName) {
        name = newName;
    }

    /** Takes over the state of a stop; the machine fires the event when all is in place. */
    void suspended(List<MachineFrame> newFrames, IBreakpoint[] newHit) {
        history.advance();
        frames = newFrames;
        hit = newHit;
        suspended = true;
        step = 0;
    }

    /** Forgets the state of the last stop. */
    void resumed() {
        suspended = false;
        frames = List.of();
        hit = new IBreakpoint[0];
    }

    /** Fires the event of a resumption that nobody asked for by a step. */
    void fireResumed() {
        fireResumeEvent(DebugEvent.CLIENT_REQUEST);
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public int getPriority() {
        return 0;
    }

    @Override
    public boolean hasStackFrames() {
        return suspended && !frames.isEmpty();
    }

    @Override
    public IStackFrame[] getStackFrames() {
        return frames.toArray(IStackFrame[]::new);
    }

    @Override
    public MachineFrame getTopStackFrame() {
        List<MachineFrame> current = frames;
        return current.isEmpty() ? null : current.get(0);
    }

    @Override
    public IBreakpoint[] getBreakpoints() {
        return hit.clone();
    }

    @Override
    public boolean isSuspended() {
        return suspended && !isTerminated();
    }

    @Override
    public boolean canResume() {
        return isSuspended();
    }

    @Override
    public boolean canSuspend() {
        return machine().canSuspend();
    }

    @Override
    public void suspend() {
        machine().pause(id);
    }

    @Override
    public void resume() {
        machine().resume(id);
    }

    @Override
    public boolean canStepInto() {
        return isSuspended();
    }

    @Override
    public boolean canStepOver() {
        return isSuspended();
    }

    @Override
    public boolean canStepReturn() {
        return isSuspended();
    }

    @Override
    public boolean isStepping() {
        return step != 0;
    }

    /** One instruction. */
    @Override
    public void stepInto() {
        StepInArguments arguments = new StepInArguments();
        arguments.setThreadId(id);
        arguments.setGranularity(SteppingGranularity.INSTRUCTION);
        step(DebugEvent.STEP_INTO, server -> server.stepIn(arguments));
    }

    /** To the next source line or VM exit, whichever comes first. */
    @Override
    public void stepOver() {
        NextArguments arguments = new NextArguments();
        arguments.setThreadId(id);
        step(DebugEvent.STEP_OVER, server -> server.next(arguments));
    }

    /** Out of the exit handler, into the guest. */
    @Override
    public void stepReturn() {
        StepOutArguments arguments = new StepOutArguments();
        arguments.setThreadId(id);
        step(DebugEvent.STEP_RETURN, server -> server.stepOut(arguments));
    }

    /** Whether the machine is suspended and has a past to go back to. */
    public boolean canGoBack() {
        return canTravel() && machine().stop().instant().instructions() > 0;
    }

    /** Whether the machine is suspended and can go to other instants of its run. */
    public boolean canTravel() {
        return isSuspended() && machine().stop() != null
                && Boolean.TRUE.equals(machine().session().capabilities().getSupportsStepBack());
    }

    /** Whether there has been a VM exit to go back to. */
    public boolean canGoToPreviousExit() {
        return canGoBack() && machine().stop().instant().exits() > (machine().stop().isAtExit() ? 1 : 0);
    }

    /** To the next VM exit, whatever its reason. */
    public void stepToNextExit() {
        stepVmx(VmxStep.NEXT_EXIT);
    }

    /** To the first instruction of the guest after the next VM entry. */
    public void stepToNextEntry() {
        stepVmx(VmxStep.NEXT_ENTRY);
    }

    /** Back to the latest VM exit before the present. */
    public void goToPreviousExit() {
        stepVmx(VmxStep.PREVIOUS_EXIT);
    }

    private void stepVmx(VmxStep where) {
        step(DebugEvent.STEP_OVER, server -> server.stepVmx(new StepVmxArguments(id, where)));
    }

    /** To the source line or VM exit before. */
    public void stepBack() {
        StepBackArguments arguments = new StepBackArguments();
        arguments.setThreadId(id);
        step(DebugEvent.STEP_OVER, server -> server.stepBack(arguments));
    }

    /** Backwards to the stop before, or to the start of the run. */
    public void reverseResume() {
        ReverseContinueArguments arguments = new ReverseContinueArguments();
        arguments.setThreadId(id);
        machine().proceed(this::fireResumed, server -> server.reverseContinue(arguments));
    }

    /**
     * To the instant of a VM exit that has happened.
     *
     * @param number the exit's number, from 1
     */
    public void goToExit(long number) {
        machine().proceed(this::fireResumed, server -> server.gotoExit(new GotoExitArguments(number)));
    }

    private void step(int detail, Function<VmcsmithDebugServer, CompletableFuture<Void>> request) {
        if (!isSuspended()) {
            return;
        }
        step = detail;
        machine().proceed(() -> fireResumeEvent(detail), request);
    }

    @Override
    public boolean canTerminate() {
        return machine().canTerminate();
    }

    @Override
    public boolean isTerminated() {
        return machine().isTerminated();
    }

    @Override
    public void terminate() throws DebugException {
        machine().terminate();
    }
}
