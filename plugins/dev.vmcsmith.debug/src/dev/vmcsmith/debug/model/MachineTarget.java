// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.model;

import dev.vmcsmith.dap.protocol.ExitsEvent;
import dev.vmcsmith.dap.protocol.Instant;
import dev.vmcsmith.dap.protocol.VmcsmithDebugServer;
import dev.vmcsmith.debug.breakpoint.BreakpointRequests;
import dev.vmcsmith.debug.memory.MachineMemory;
import dev.vmcsmith.debug.session.MachineProcess;
import dev.vmcsmith.debug.session.MachineSession;
import dev.vmcsmith.debug.session.SessionListener;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.eclipse.core.resources.IMarkerDelta;
import org.eclipse.core.runtime.Status;
import org.eclipse.debug.core.DebugEvent;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.ILaunch;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.debug.core.model.IDebugTarget;
import org.eclipse.debug.core.model.IMemoryBlock;
import org.eclipse.debug.core.model.IMemoryBlockExtension;
import org.eclipse.debug.core.model.IMemoryBlockRetrievalExtension;
import org.eclipse.debug.core.model.IProcess;
import org.eclipse.debug.core.model.IThread;
import org.eclipse.lsp4j.debug.BreakpointEventArguments;
import org.eclipse.lsp4j.debug.ContinueArguments;
import org.eclipse.lsp4j.debug.ContinuedEventArguments;
import org.eclipse.lsp4j.debug.PauseArguments;
import org.eclipse.lsp4j.debug.RestartArguments;
import org.eclipse.lsp4j.debug.StoppedEventArguments;

/** A machine under the debugger. */
public final class MachineTarget extends MachineElement implements IDebugTarget, IMemoryBlockRetrievalExtension, SessionListener {

    /**
     * Detail of a model-specific event with the machine as its source and an {@link ExitsEvent} as its data: the log of VM exits has
     * grown, while the machine runs or before it stops.
     */
    public static final int EXITS_OCCURRED = 1;

    private final ILaunch launch;
    private final String name;
    private final RunState state;
    private final MachineMemory memory;
    private volatile MachineProcess process;
    private volatile BreakpointRequests breakpoints;
    private volatile boolean started;

    /** @param name for the user */
    public MachineTarget(ILaunch launch, String name) {
        super(null);
        this.launch = launch;
        this.name = name;
        this.state = new RunState(this);
        this.memory = new MachineMemory(this);
    }

    /** Connects the target to its process and adds it to the launch. */
    public void attach(MachineProcess machineProcess) {
        process = machineProcess;
        breakpoints = new BreakpointRequests(machineProcess.session());
        launch.addDebugTarget(this);
        fireCreationEvent();
    }

    /** Sends the breakpoints there are, and from now on every change of them. */
    public CompletableFuture<Void> sendBreakpoints() {
        return breakpoints.start();
    }

    /** The start is complete: from now on the machine runs when it is not suspended. */
    public void started() {
        started = true;
        state.discover();
        fireChangeEvent(DebugEvent.STATE);
    }

    /** Whether the machine has run, so that it can be suspended. */
    public boolean isStarted() {
        return started;
    }

    /** The conversation with the machine. */
    public MachineSession session() {
        return process.session();
    }

    /** Sends a request; never blocks. */
    public <T> CompletableFuture<T> request(Function<VmcsmithDebugServer, CompletableFuture<T>> call) {
        return session().request(call);
    }

    /** The current stop; null while the machine runs and after its end. */
    public Stop stop() {
        return state.stop();
    }

    @Override
    public MachineTarget machine() {
        return this;
    }

    @Override
    public IDebugTarget getDebugTarget() {
        return this;
    }

    @Override
    public ILaunch getLaunch() {
        return launch;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public IProcess getProcess() {
        return process;
    }

    @Override
    public IThread[] getThreads() {
        return isTerminated() ? new IThread[0] : state.threads().toArray(IThread[]::new);
    }

    @Override
    public boolean hasThreads() {
        return !isTerminated() && !state.threads().isEmpty();
    }

    @Override
    public boolean supportsBreakpoint(IBreakpoint breakpoint) {
        return getModelIdentifier().equals(breakpoint.getModelIdentifier());
    }

    // ---- what the user asks for

    @Override
    public boolean canResume() {
        return isSuspended();
    }

    @Override
    public boolean canSuspend() {
        return started && !isTerminated() && state.isRunning();
    }

    @Override
    public boolean isSuspended() {
        return !isTerminated() && stop() != null;
    }

    @Override
    public void resume() {
        Stop stop = stop();
        if (stop != null) {
            resume(stop.threadId());
        }
    }

    void resume(int threadId) {
        ContinueArguments arguments = new ContinueArguments();
        arguments.setThreadId(threadId);
        proceed(state::fireResumed, server -> server.continue_(arguments));
    }

    /**
     * Runs to a line of a source, or to a breakpoint before it.
     *
     * @param path absolute path of the file
     * @param line from 1
     */
    public void runToLine(String path, int line) {
        if (isSuspended()) {
            breakpoints.goal(path, line);
            resume();
        }
    }

    /** Runs to an instruction in guest or hypervisor, or to a breakpoint before it. */
    public void runToAddress(long address) {
        if (isSuspended()) {
            breakpoints.goal(address);
            resume();
        }
    }

    /** Whether the machine can be started anew. */
    public boolean canRestart() {
        return started && !isTerminated() && Boolean.TRUE.equals(session().capabilities().getSupportsRestartRequest());
    }

    /** Starts the machine anew from its image; breakpoints stay. */
    public void restart() {
        if (state.leave() != null) {
            state.fireResumed();
        }
        breakpoints.settled().thenCompose(done -> request(server -> server.restart(new RestartArguments()))).exceptionally(this::tell);
    }

    @Override
    public void suspend() {
        pause(0);
    }

    void pause(int threadId) {
        PauseArguments arguments = new PauseArguments();
        arguments.setThreadId(threadId);
        request(server -> server.pause(arguments)).exceptionally(this::tell);
    }

    /** Leaves the current stop by a request; comes back to it when the machine refuses. */
    void proceed(Runnable fireResumed, Function<VmcsmithDebugServer, ? extends CompletableFuture<?>> request) {
        Stop left = state.leave();
        if (left == null) {
            return;
        }
        fireResumed.run();
        breakpoints.settled().thenCompose(done -> request(server -> request.apply(server).thenApply(answer -> null)))
                .exceptionally(failure -> {
                    tell(failure);
                    state.suspend(left, state.nextGeneration(), new IBreakpoint[0], DebugEvent.UNSPECIFIED);
                    return null;
                });
    }

    private Void tell(Throwable failure) {
        if (!session().isEnded()) {
            session().report(messageOf(failure));
        }
        return null;
    }

    @Override
    public boolean canTerminate() {
        return !isTerminated();
    }

    @Override
    public boolean isTerminated() {
        return process != null && session().isEnded();
    }

    @Override
    public void terminate() {
        session().terminate();
    }

    @Override
    public boolean canDisconnect() {
        return false;
    }

    @Override
    public boolean isDisconnected() {
        return false;
    }

    @Override
    public void disconnect() throws DebugException {
        throw new DebugException(Status.error("A machine ends with its debugger: use Terminate."));
    }

    // ---- what the machine tells

    @Override
    public void stopped(StoppedEventArguments event) {
        int threadId = event.getThreadId() == null ? 0 : event.getThreadId();
        breakpoints.suspended();
        Stop stop = new Stop(state.countStop(), threadId, event.getReason(), textOf(event), new Instant(0, 0));
        state.suspend(stop, state.nextGeneration(), breakpoints.hit(event.getHitBreakpointIds()), detailOf(event.getReason()));
    }

    private static String textOf(StoppedEventArguments event) {
        if (event.getDescription() != null && !event.getDescription().isBlank()) {
            return event.getDescription();
        }
        return event.getText() == null ? event.getReason() : event.getText();
    }

    private static int detailOf(String reason) {
        return switch (reason) {
            case "step" -> DebugEvent.STEP_END;
            case "pause" -> DebugEvent.CLIENT_REQUEST;
            default -> DebugEvent.BREAKPOINT;
        };
    }

    @Override
    public void continued(ContinuedEventArguments event) {
        if (state.leave() != null) {
            state.fireResumed();
        }
    }

    @Override
    public void breakpointChanged(BreakpointEventArguments event) {
        breakpoints.changed(event.getBreakpoint());
    }

    @Override
    public void exitsOccurred(ExitsEvent event) {
        DebugEvent change = new DebugEvent(this, DebugEvent.MODEL_SPECIFIC, EXITS_OCCURRED);
        change.setData(event);
        fireEvent(change);
    }

    @Override
    public void ended() {
        breakpoints.stop();
        state.end();
        fireTerminateEvent();
    }

    @Override
    public void breakpointAdded(IBreakpoint breakpoint) {
        // BreakpointRequests listens for itself
    }

    @Override
    public void breakpointRemoved(IBreakpoint breakpoint, IMarkerDelta delta) {
        // BreakpointRequests listens for itself
    }

    @Override
    public void breakpointChanged(IBreakpoint breakpoint, IMarkerDelta delta) {
        // BreakpointRequests listens for itself
    }

    // ---- memory blocks

    @Override
    public boolean supportsStorageRetrieval() {
        return !isTerminated();
    }

    @Override
    public IMemoryBlock getMemoryBlock(long startAddress, long length) throws DebugException {
        return memory.getMemoryBlock(startAddress, length);
    }

    @Override
    public IMemoryBlockExtension getExtendedMemoryBlock(String expression, Object context) throws DebugException {
        return memory.getExtendedMemoryBlock(expression, context);
    }

    @Override
    public <T> T getAdapter(Class<T> adapter) {
        return adapter == MachineTarget.class ? adapter.cast(this) : super.getAdapter(adapter);
    }
}
