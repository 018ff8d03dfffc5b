// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.launch.LaunchFailure;
import dev.vmcsmith.dap.launch.Verdict;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/** Lets gdb debug a machine: one program, one gdb at a time, on the loopback interface only. */
public final class GdbServer {
    /** Exit code when gdb has killed the program. */
    private static final int KILLED = 137;

    private GdbServer() {
    }

    /**
     * Loads a program, waits for gdb before the first instruction, and serves it until the program ends or is killed. When gdb detaches,
     * the program runs on to its end; when the connection breaks, another gdb may connect.
     *
     * @param registers gdb is told of the registers of 32- or of 64-bit mode; empty: of those that the file's format suggests
     * @param port TCP port; 0 chooses one
     * @param listening told the port once gdb can connect
     * @param out for serial output and the verdict
     * @return the verdict's exit code
     * @throws LaunchFailure saying what to do when the program cannot be loaded
     * @throws IOException when the port cannot be opened
     */
    public static int serve(LaunchArguments arguments, OptionalInt registers, int port, IntConsumer listening, PrintStream out)
            throws LaunchFailure, IOException {
        try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                GdbTarget target = target(arguments, new GdbOutput(out))) {
            registers.ifPresent(target::describeRegisters);
            target.hint().ifPresent(out::println);
            listening.accept(server.getLocalPort());
            while (true) {
                GdbSession.End end = talk(target, server);
                switch (end) {
                    case KILLED -> {
                        return KILLED;
                    }
                    case DETACHED -> {
                        target.clear();
                        return finish(target.finish(), out);
                    }
                    case EXITED -> {
                        return finish(target.verdict(), out);
                    }
                    case LOST -> target.abandoned();
                }
            }
        }
    }

    private static GdbTarget target(LaunchArguments arguments, GdbOutput output) throws LaunchFailure {
        try {
            return new GdbTarget(arguments, output);
        } catch (RequestFailure e) {
            throw LaunchFailure.of(e.getMessage());
        }
    }

    private static GdbSession.End talk(GdbTarget target, ServerSocket server) throws IOException {
        try (GdbConnection connection = new GdbConnection(server.accept())) {
            return new GdbSession(target, connection).serve();
        } catch (SocketException e) {
            return target.verdict() == null ? GdbSession.End.LOST : GdbSession.End.EXITED;
        }
    }

    private static int finish(Verdict verdict, PrintStream out) {
        verdict.lines().forEach(out::println);
        return verdict.exitCode();
    }
}
