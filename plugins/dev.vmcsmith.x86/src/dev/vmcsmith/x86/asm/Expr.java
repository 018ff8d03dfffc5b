// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

/** An expression tree. Values are 64-bit and wrap. */
sealed interface Expr {
    record Number(long value) implements Expr {
    }

    /** A label, equ name or external symbol, local names already completed. */
    record Name(String name, int column, int length) implements Expr {
    }

    /** {@code $}: the address of the statement. */
    record Here() implements Expr {
    }

    /** {@code $$}: the origin. */
    record Origin() implements Expr {
    }

    /** A register; legal only inside brackets. */
    record RegisterUse(Register register, int column, int length) implements Expr {
    }

    record Unary(char operator, Expr operand) implements Expr {
    }

    /** Binary operator; shifts are {@code '<'} and {@code '>'}. */
    record Binary(char operator, Expr left, Expr right, int column) implements Expr {
    }
}
