// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

/** A label, or an {@code equ} name with its value. */
final class LabelStatement extends Statement {
    private final String name;
    private final Expr constant;

    LabelStatement(int line, int column, int columns, String name, Expr constant) {
        super(line, column, columns);
        this.name = name;
        this.constant = constant;
    }

    @Override
    int layout(Pass pass) {
        if (constant != null) {
            pass.evaluator.define(name, constant, address);
        } else {
            pass.evaluator.labels.put(name, address);
        }
        return 0;
    }

    @Override
    void emit(Pass pass, ByteSink out) {
        if (constant != null) {
            pass.evaluate(this, constant, true);
        }
    }
}
