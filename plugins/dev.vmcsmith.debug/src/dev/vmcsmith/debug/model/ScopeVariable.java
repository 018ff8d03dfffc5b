// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.model;

import org.eclipse.lsp4j.debug.Scope;
import org.eclipse.lsp4j.debug.Variable;

/** A scope of a frame, shown as a variable that holds the scope's variables. */
final class ScopeVariable extends MachineVariable {

    ScopeVariable(VcpuThread thread, Scope scope) {
        super(thread, "", 0, asVariable(scope));
    }

    private static Variable asVariable(Scope scope) {
        Variable variable = new Variable();
        variable.setName(scope.getName());
        variable.setValue("");
        variable.setVariablesReference(scope.getVariablesReference());
        return variable;
    }

    @Override
    public boolean supportsValueModification() {
        return false;
    }
}
