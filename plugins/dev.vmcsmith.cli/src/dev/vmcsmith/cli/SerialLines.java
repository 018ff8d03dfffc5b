// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.machine.SerialPort;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Passes on what an image sends to its serial ports and to the console at port 0xE9, line by line behind a mark, so that they are told
 * apart from each other and from our own lines.
 */
final class SerialLines {
    private static final String CONSOLE = "console";
    private static final int MARK_WIDTH = 11;

    private final PrintStream out;
    private final boolean marked;
    /** Whose line has begun and not ended; null when it is nobody's. */
    private String inLine;

    /**
     * @param out where the text goes
     * @param marked whether each line begins with a mark
     */
    SerialLines(PrintStream out, boolean marked) {
        this.out = out;
        this.marked = marked;
    }

    /** A byte from a serial port; the first is simply called serial. */
    void accept(SerialPort port, int value) {
        accept(port == SerialPort.COM1 ? "serial" : port.name().toLowerCase(Locale.ROOT), value);
    }

    /** A byte from port 0xE9. */
    void acceptConsole(int value) {
        accept(CONSOLE, value);
    }

    private void accept(String source, int value) {
        if (!marked) {
            out.write(value);
            return;
        }
        if (value == '\r') {
            return;
        }
        if (!source.equals(inLine)) {
            completeLine();
            out.print(source + " ".repeat(MARK_WIDTH - source.length()));
        }
        out.write(value);
        inLine = value == '\n' ? null : source;
    }

    /** Ends a line that the image has begun, because something else is to be printed. */
    void completeLine() {
        if (inLine != null) {
            out.println();
            inLine = null;
        }
    }
}
