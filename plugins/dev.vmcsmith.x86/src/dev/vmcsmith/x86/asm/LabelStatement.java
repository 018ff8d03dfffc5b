// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

/** A label, or an {@code equ} name with its value. */
final class LabelStatement extends Statement {
    final String name;
    private final Expr constant;

    LabelStatement(int line, int column, int columns, String name, Expr constant) {
        super(line, column, columns);
        this.name = name;
        this.constant = constant;
    }

    boolean isConstant() {
        return constant != null;
    }

    /** Address of the label or value of the constant, as far as it is known. */
    long value(Pass pass) {
        return constant == null ? address : pass.evaluate(this, constant, false);
    }

    @Override
    int layout(Pass pass) {
        if (constant != null) {
            pass.evaluator.define(name, constant, address);
        } else {
            pass.evaluator.label(name, address);
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
