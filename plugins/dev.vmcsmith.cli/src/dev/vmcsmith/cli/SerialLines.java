// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import java.io.PrintStream;

/** Passes on what an image sends to its serial port, line by line behind a mark, so that it is told apart from our own lines. */
final class SerialLines {
    private static final String MARK = "serial     ";

    private final PrintStream out;
    private final boolean marked;
    private boolean inLine;

    /**
     * @param out where the text goes
     * @param marked whether each line begins with a mark
     */
    SerialLines(PrintStream out, boolean marked) {
        this.out = out;
        this.marked = marked;
    }

    /** A byte from the port. */
    void accept(int value) {
        if (!marked) {
            out.write(value);
            return;
        }
        if (value == '\r') {
            return;
        }
        if (!inLine) {
            out.print(MARK);
            inLine = true;
        }
        out.write(value);
        inLine = value != '\n';
    }

    /** Ends a line that the image has begun, because something else is to be printed. */
    void completeLine() {
        if (marked && inLine) {
            out.println();
            inLine = false;
        }
    }
}
