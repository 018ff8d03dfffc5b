// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "compile", mixinStandardHelpOptions = true,
        description = "Compile a setup to a bootable ELF image (multiboot) with symbols and a line table.",
        footer = {"", "Exit code: 0 the image is written; 1 the setup has errors; 2 bad input."})
final class CompileCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "a setup (.hv)")
    private String file;

    @Option(names = {"-o", "--output"}, paramLabel = "OUT.elf", required = true, description = "where to write the image")
    private Path output;

    @Option(names = "--cpu", paramLabel = "PROFILE", description = "name or file of a CPU profile")
    private String cpu;

    @Option(names = "--no-check", description = "compile in spite of errors that the checks find")
    private boolean noCheck;

    CompileCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        return Compilation.write(InputFile.setup(file), cpu, !noCheck, output, console);
    }
}
