// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.model;

import java.util.concurrent.CompletableFuture;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.model.IValue;
import org.eclipse.debug.core.model.IVariable;

/** The value of a variable: its text, and the variables inside it, fetched when first asked for. */
public final class MachineValue extends MachineElement implements IValue {

    private final VcpuThread thread;
    private final String path;
    private final String text;
    private final int reference;
    private CompletableFuture<IVariable[]> children;

    /**
     * @param path names from the scope down, the identity of the value from stop to stop
     * @param reference the protocol's reference of what is inside; 0 for nothing
     */
    MachineValue(VcpuThread thread, String path, String text, int reference) {
        super(thread.machine());
        this.thread = thread;
        this.path = path;
        this.text = text;
        this.reference = reference;
    }

    @Override
    public String getReferenceTypeName() {
        return "";
    }

    @Override
    public String getValueString() {
        return text;
    }

    @Override
    public boolean isAllocated() {
        return true;
    }

    @Override
    public boolean hasVariables() {
        return reference != 0;
    }

    @Override
    public IVariable[] getVariables() throws DebugException {
        return reference == 0 ? new IVariable[0] : await(children());
    }

    private synchronized CompletableFuture<IVariable[]> children() {
        if (children == null) {
            children = MachineVariable.fetch(thread, reference, variable -> new MachineVariable(thread, path, reference, variable))
                    .thenApply(list -> list.toArray(IVariable[]::new));
        }
        return children;
    }
}
