// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.dap.server.DapServer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "dap", mixinStandardHelpOptions = true,
        description = "Serve the Debug Adapter Protocol on standard input and output, for one debuggee.")
final class DapCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        return DapServer.serveStandardStreams();
    }
}
