// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.model;

import java.util.concurrent.CompletableFuture;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.model.IRegister;
import org.eclipse.debug.core.model.IRegisterGroup;
import org.eclipse.lsp4j.debug.Scope;
import org.eclipse.lsp4j.debug.Variable;

/** A scope that holds registers: the guest's or the hypervisor's. */
public final class RegisterGroup extends MachineElement implements IRegisterGroup {

    /** The protocol's hint of a scope that holds registers. */
    static final String HINT = "registers";

    private final VcpuThread thread;
    private final Scope scope;
    private CompletableFuture<IRegister[]> registers;

    RegisterGroup(VcpuThread thread, Scope scope) {
        super(thread.machine());
        this.thread = thread;
        this.scope = scope;
    }

    @Override
    public String getName() {
        return scope.getName();
    }

    @Override
    public boolean hasRegisters() {
        return true;
    }

    @Override
    public IRegister[] getRegisters() throws DebugException {
        return await(registers());
    }

    private synchronized CompletableFuture<IRegister[]> registers() {
        if (registers == null) {
            registers = MachineVariable.fetch(thread, scope.getVariablesReference(), Register::new)
                    .thenApply(list -> list.toArray(IRegister[]::new));
        }
        return registers;
    }

    /** A register of this group. */
    private final class Register extends MachineVariable implements IRegister {

        Register(Variable variable) {
            super(thread, "/" + RegisterGroup.this.getName(), scope.getVariablesReference(), variable);
        }

        @Override
        public IRegisterGroup getRegisterGroup() {
            return RegisterGroup.this;
        }
    }
}
