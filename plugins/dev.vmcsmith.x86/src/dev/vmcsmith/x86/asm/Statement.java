// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

/** One statement of the text. Laid out in every pass until no address changes, then asked for its bytes once. */
abstract class Statement {
    /** Line in the text, from 1. */
    final int line;
    /** Column of the statement, from 0, and its length. */
    final int column;
    final int columns;
    /** Line and file for the line map; 0 keeps the statement out of it. */
    int fileLine;
    String file;
    /** Address and size of the current pass. */
    long address;
    int size;

    Statement(int line, int column, int columns) {
        this.line = line;
        this.column = column;
        this.columns = columns;
    }

    /** Computes the size at {@link #address}. */
    abstract int layout(Pass pass);

    /** Appends exactly {@link #size} bytes and reports problems. */
    abstract void emit(Pass pass, ByteSink out);

    boolean isCode() {
        return false;
    }
}
