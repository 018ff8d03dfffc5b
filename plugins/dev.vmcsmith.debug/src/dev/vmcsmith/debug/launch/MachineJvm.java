// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.launch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.Status;
import org.eclipse.debug.core.DebugPlugin;

/** The Java virtual machine that runs a machine: the one that runs the IDE, started once more. */
final class MachineJvm {

    private static final String ADAPTER_MAIN = "dev.vmcsmith.dap.server.DapServer";

    /** The Java release from which on libraries of the language would print warnings without the option. */
    private static final int UNSAFE_OPTION_SINCE = 23;

    private MachineJvm() {
    }

    /**
     * The command line.
     *
     * @param arguments the user's options of the JVM
     */
    static List<String> command(String arguments) throws CoreException {
        Path bin = Path.of(System.getProperty("java.home"), "bin");
        Path java = Files.exists(bin.resolve("java.exe")) ? bin.resolve("java.exe") : bin.resolve("java");
        List<String> command = new ArrayList<>(List.of(java.toString(), "-XX:+UseSerialGC", "-Xshare:auto", "-Dfile.encoding=UTF-8"));
        if (Runtime.version().feature() >= UNSAFE_OPTION_SINCE) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of(DebugPlugin.parseArguments(arguments)));
        command.add("-cp");
        command.add(MachineClassPath.compute().stream().map(File::getPath).collect(Collectors.joining(File.pathSeparator)));
        command.add(ADAPTER_MAIN);
        return command;
    }

    /**
     * Starts the process in the folder of the program.
     *
     * @param environment of the process, as {@code NAME=VALUE}; null is that of the IDE
     */
    static Process start(List<String> command, Path folder, String[] environment) throws CoreException {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
            if (environment != null) {
                builder.environment().clear();
                for (String variable : environment) {
                    int equals = variable.indexOf('=', 1);
                    builder.environment().put(variable.substring(0, equals), variable.substring(equals + 1));
                }
            }
            Process process = builder.start();
            dieWithIde(process);
            return process;
        } catch (IOException e) {
            throw new CoreException(Status.error("Cannot start a JVM for the machine: " + e.getMessage(), e));
        }
    }

    /** A machine that is too busy to notice the end of the IDE is killed. */
    private static void dieWithIde(Process process) {
        Thread hook = Thread.ofPlatform().unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
        process.onExit().thenRun(() -> {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the IDE is ending, and the hook runs anyway
            }
        });
    }
}
