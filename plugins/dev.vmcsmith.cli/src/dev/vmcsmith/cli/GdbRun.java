// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.dap.launch.LaunchFailure;
import dev.vmcsmith.dap.launch.MemorySize;
import dev.vmcsmith.dap.launch.RunOptions;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.dap.server.GdbServer;
import java.io.IOException;
import java.util.OptionalInt;

/** One run under the control of gdb. */
final class GdbRun {
    private final Console console;
    private final InputFile file;
    private final RunOptions options;
    private final boolean check;
    private final BootArguments boot;
    private final int port;
    private final OptionalInt registers;

    GdbRun(Console console, InputFile file, RunOptions options, boolean check, BootArguments boot, int port, OptionalInt registers) {
        this.console = console;
        this.file = file;
        this.options = options;
        this.check = check;
        this.boot = boot;
        this.port = port;
        this.registers = registers;
    }

    int execute() {
        TcpPort.check(port);
        String memory = options.memoryBytes() == null ? null : MemorySize.format(options.memoryBytes());
        LaunchArguments arguments = new LaunchArguments(file.path().toString(), options.cpu(), memory, options.cpus(),
                options.maxInstructions(), options.commandLine(), StopAt.BREAKPOINTS, !check, false, boot.moduleTexts(), false,
                boot.flatAddress(), boot.modeName(), boot.serialInput(), boot.reboots());
        try {
            return GdbServer.serve(arguments, registers, port, this::listening, console.out());
        } catch (LaunchFailure e) {
            e.details().forEach(console.out()::println);
            throw new BadInput(e.getMessage());
        } catch (IOException e) {
            throw TcpPort.notOpened(port, e);
        }
    }

    private void listening(int open) {
        console.out().println("waiting for gdb: target remote :" + open);
        console.out().flush();
    }
}
