// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.dap.server.DapServer;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "dap", mixinStandardHelpOptions = true,
        description = {"Serve the Debug Adapter Protocol on standard input and output, for one debuggee;",
            "with --port on a port of the loopback interface, one debuggee per connection, until interrupted."})
final class DapCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--port", paramLabel = "PORT", description = "TCP port; 0 chooses one and prints it")
    private Integer port;

    DapCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (port == null) {
            return DapServer.serveStandardStreams();
        }
        TcpPort.check(port);
        try {
            DapServer.servePort(port, this::listening);
            return 0;
        } catch (IOException e) {
            throw TcpPort.notOpened(port, e);
        }
    }

    private void listening(int open) {
        console.out().println("listening on port " + open + " of the loopback interface");
        console.out().flush();
    }
}
