// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

/** Ends the reading of one statement; becomes a problem. Never leaves the package. */
final class SyntaxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int column;
    final int length;

    SyntaxException(Token at, String message) {
        this(at.column(), at.length(), message);
    }

    SyntaxException(int column, int length, String message) {
        super(message, null, false, false);
        this.column = column;
        this.length = Math.max(1, length);
    }
}
