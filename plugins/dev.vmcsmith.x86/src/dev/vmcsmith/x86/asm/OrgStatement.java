// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

/** {@code org}: the address of the first byte. */
final class OrgStatement extends Statement {
    private final Expr value;

    OrgStatement(int line, int column, int columns, Expr value) {
        super(line, column, columns);
        this.value = value;
    }

    @Override
    int layout(Pass pass) {
        return 0;
    }

    /** The address that the next statement gets. */
    long target(Pass pass) {
        return pass.evaluate(this, value, false);
    }

    @Override
    void emit(Pass pass, ByteSink out) {
        pass.evaluate(this, value, true);
        if (out.size() != 0) {
            pass.report(this, column, columns, "org must come before the first byte; use align or times to move on.");
        }
    }
}
