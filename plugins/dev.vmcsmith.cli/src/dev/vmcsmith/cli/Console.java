// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import java.io.PrintStream;

/**
 * Where a command writes to.
 *
 * @param out results; buffered, and flushed by {@link Main}
 * @param err what went wrong; not buffered
 */
record Console(PrintStream out, PrintStream err) {

    /** One line on the error stream in the form that every tool of this kind uses. */
    void complain(String message) {
        out.flush();
        err.println("vmcsmith: " + message.replace('\n', ' '));
    }
}
