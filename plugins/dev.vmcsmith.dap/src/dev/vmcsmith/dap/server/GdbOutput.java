// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.VmcsmithDebugClient;
import java.io.PrintStream;
import org.eclipse.lsp4j.debug.OutputEventArguments;

/** Prints what a machine sends to its serial port, and what the user must see, while gdb debugs it. */
final class GdbOutput implements VmcsmithDebugClient {
    private final PrintStream out;

    GdbOutput(PrintStream out) {
        this.out = out;
    }

    @Override
    public void output(OutputEventArguments event) {
        out.print(event.getOutput());
        out.flush();
    }
}
