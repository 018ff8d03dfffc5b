// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.model;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.model.IRegisterGroup;
import org.eclipse.debug.core.model.IStackFrame;
import org.eclipse.debug.core.model.IThread;
import org.eclipse.debug.core.model.IVariable;
import org.eclipse.lsp4j.debug.Scope;
import org.eclipse.lsp4j.debug.ScopesArguments;
import org.eclipse.lsp4j.debug.StackFrame;

/** A frame of a vCPU at the current stop: an exit handler, the guest, or the hypervisor that launched it. */
public final class MachineFrame extends MachineElement implements IStackFrame {

    private final VcpuThread thread;
    private final StackFrame frame;
    private CompletableFuture<Scope[]> scopes;
    private IRegisterGroup[] registerGroups;
    private IVariable[] variables;

    MachineFrame(VcpuThread thread, StackFrame frame) {
        super(thread.machine());
        this.thread = thread;
        this.frame = frame;
    }

    /** The protocol's number of the frame, valid until the machine resumes. */
    public int id() {
        return frame.getId();
    }

    /** Path or name of the source file; null when there is no source for the frame. */
    public String sourcePath() {
        if (frame.getSource() == null) {
            return null;
        }
        return frame.getSource().getPath() == null ? frame.getSource().getName() : frame.getSource().getPath();
    }

    /** Name of the source file without folders; null when there is no source for the frame. */
    public String sourceName() {
        String path = sourcePath();
        return path == null ? null : path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    /** The address of the instruction as text; null when the machine does not tell. */
    public String instructionPointer() {
        return frame.getInstructionPointerReference();
    }

    /** Whether the frame is the guest's: its addresses are guest-virtual ones. */
    public boolean isGuest() {
        return frame.getModuleId() != null && "guest".equals(frame.getModuleId().get());
    }

    /** Asks for the scopes without waiting for them. */
    synchronized CompletableFuture<Scope[]> scopes() {
        if (scopes == null) {
            ScopesArguments arguments = new ScopesArguments();
            arguments.setFrameId(frame.getId());
            scopes = machine().request(server -> server.scopes(arguments)).thenApply(answer -> answer.getScopes());
        }
        return scopes;
    }

    @Override
    public String getName() {
        return frame.getName();
    }

    @Override
    public IThread getThread() {
        return thread;
    }

    /** The vCPU. */
    public VcpuThread vcpu() {
        return thread;
    }

    @Override
    public int getLineNumber() {
        return frame.getLine() > 0 ? frame.getLine() : -1;
    }

    @Override
    public int getCharStart() {
        return -1;
    }

    @Override
    public int getCharEnd() {
        return -1;
    }

    @Override
    public boolean hasVariables() {
        return true;
    }

    @Override
    public IVariable[] getVariables() throws DebugException {
        Scope[] all = await(scopes());
        synchronized (this) {
            if (variables == null) {
                variables = Arrays.stream(all).map(scope -> new ScopeVariable(thread, scope)).toArray(IVariable[]::new);
            }
            return variables;
        }
    }

    @Override
    public boolean hasRegisterGroups() {
        return true;
    }

    @Override
    public IRegisterGroup[] getRegisterGroups() throws DebugException {
        Scope[] all = await(scopes());
        synchronized (this) {
            if (registerGroups == null) {
                registerGroups = Arrays.stream(all).filter(scope -> RegisterGroup.HINT.equals(scope.getPresentationHint()))
                        .map(scope -> new RegisterGroup(thread, scope)).toArray(IRegisterGroup[]::new);
            }
            return registerGroups;
        }
    }

    @Override
    public boolean canStepInto() {
        return thread.canStepInto();
    }

    @Override
    public boolean canStepOver() {
        return thread.canStepOver();
    }

    @Override
    public boolean canStepReturn() {
        return thread.canStepReturn();
    }

    @Override
    public boolean isStepping() {
        return thread.isStepping();
    }

    @Override
    public void stepInto() throws DebugException {
        thread.stepInto();
    }

    @Override
    public void stepOver() throws DebugException {
        thread.stepOver();
    }

    @Override
    public void stepReturn() throws DebugException {
        thread.stepReturn();
    }

    @Override
    public boolean canResume() {
        return thread.canResume();
    }

    @Override
    public boolean canSuspend() {
        return thread.canSuspend();
    }

    @Override
    public boolean isSuspended() {
        return thread.isSuspended();
    }

    @Override
    public void resume() throws DebugException {
        thread.resume();
    }

    @Override
    public void suspend() throws DebugException {
        thread.suspend();
    }

    @Override
    public boolean canTerminate() {
        return thread.canTerminate();
    }

    @Override
    public boolean isTerminated() {
        return thread.isTerminated();
    }

    @Override
    public void terminate() throws DebugException {
        thread.terminate();
    }
}
