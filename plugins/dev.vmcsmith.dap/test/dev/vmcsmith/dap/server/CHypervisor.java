// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The hypervisor in C of the examples, compiled with gcc in a folder. A test that asks for it is skipped where gcc is not installed. */
final class CHypervisor {
    private static final Path EXAMPLE = example();

    private final Path source;
    private final Path elf;

    /** @param options for gcc besides those of the example, such as {@code -gdwarf-4} */
    CHypervisor(Path folder, String... options) throws IOException, InterruptedException {
        Assumptions.assumeTrue(run(folder, List.of("gcc", "--version")) == 0, "gcc is not installed: apt-get install gcc");
        Files.copy(EXAMPLE.resolve("Makefile"), folder.resolve("Makefile"));
        source = Files.copy(EXAMPLE.resolve("hypervisor.c"), folder.resolve("hypervisor.c"));
        elf = folder.resolve("c-hypervisor.elf");
        List<String> command = new ArrayList<>(List.of("gcc"));
        for (String line : Files.readAllLines(folder.resolve("Makefile"))) {
            if (line.startsWith("CFLAGS = ") || line.startsWith("LDFLAGS = ")) {
                command.addAll(List.of(line.substring(line.indexOf('=') + 2).split(" ")));
            }
        }
        command.addAll(List.of(options));
        command.addAll(List.of("-o", elf.toString(), source.toString()));
        if (run(folder, command) != 0) {
            throw new IOException("gcc fails: " + Files.readString(folder.resolve("output.txt")));
        }
    }

    /** Tests run in the folder of their bundle, or in that of the whole checkout. */
    private static Path example() {
        Path beside = Path.of("..", "dev.vmcsmith.examples", "c-hypervisor");
        return Files.isDirectory(beside) ? beside : Path.of("plugins", "dev.vmcsmith.examples", "c-hypervisor");
    }

    private static int run(Path folder, List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output.txt").toFile()).start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return -1;
            }
            return process.exitValue();
        } catch (IOException e) {
            return -1;
        }
    }

    Path elf() {
        return elf;
    }

    Path source() {
        return source;
    }

    /** The line of the source that contains a text. */
    int line(String part) throws IOException {
        List<String> lines = Files.readAllLines(source);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(part)) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("no line contains " + part);
    }
}
