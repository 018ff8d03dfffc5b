// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.model;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.eclipse.debug.core.DebugEvent;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.model.IValue;
import org.eclipse.debug.core.model.IVariable;
import org.eclipse.lsp4j.debug.SetVariableArguments;
import org.eclipse.lsp4j.debug.Variable;
import org.eclipse.lsp4j.debug.VariablesArguments;

/** A named value of a frame: a group of registers, a register, a VMCS field, a variable of a handler. */
public class MachineVariable extends MachineElement implements IVariable {

    private final VcpuThread thread;
    private final String path;
    private final int container;
    private final String name;
    private final String type;
    private volatile MachineValue value;

    /** @param container the protocol's reference of what the variable is in */
    MachineVariable(VcpuThread thread, String parentPath, int container, Variable variable) {
        super(thread.machine());
        this.thread = thread;
        this.path = parentPath + "/" + variable.getName();
        this.container = container;
        this.name = variable.getName();
        this.type = variable.getType() == null ? "" : variable.getType();
        show(variable.getValue(), variable.getVariablesReference());
    }

    /** Asks for the variables inside a reference. */
    static <T extends MachineVariable> CompletableFuture<List<T>> fetch(
            VcpuThread thread, int reference, Function<Variable, T> create) {
        VariablesArguments arguments = new VariablesArguments();
        arguments.setVariablesReference(reference);
        return thread.machine().request(server -> server.variables(arguments))
                .thenApply(answer -> Arrays.stream(answer.getVariables()).map(create).toList());
    }

    private void show(String text, int reference) {
        value = new MachineValue(thread, path, text == null ? "" : text, reference);
        thread.history().note(path, value.getValueString());
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public String getReferenceTypeName() {
        return type;
    }

    @Override
    public IValue getValue() {
        return value;
    }

    @Override
    public boolean hasValueChanged() {
        return thread.history().changed(path);
    }

    @Override
    public boolean supportsValueModification() {
        return !value.hasVariables() && Boolean.TRUE.equals(machine().session().capabilities().getSupportsSetVariable());
    }

    @Override
    public boolean verifyValue(String expression) {
        return !expression.isBlank();
    }

    @Override
    public boolean verifyValue(IValue newValue) throws DebugException {
        return verifyValue(newValue.getValueString());
    }

    @Override
    public void setValue(IValue newValue) throws DebugException {
        setValue(newValue.getValueString());
    }

    @Override
    public void setValue(String expression) throws DebugException {
        SetVariableArguments arguments = new SetVariableArguments();
        arguments.setVariablesReference(container);
        arguments.setName(name);
        arguments.setValue(expression);
        var answer = await(machine().request(server -> server.setVariable(arguments)));
        show(answer.getValue(), answer.getVariablesReference() == null ? 0 : answer.getVariablesReference());
        fireChangeEvent(DebugEvent.CONTENT);
        machine().fireChangeEvent(DebugEvent.CONTENT);
    }
}
