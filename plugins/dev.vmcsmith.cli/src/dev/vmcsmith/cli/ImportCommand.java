// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.dumps.Dump;
import dev.vmcsmith.dumps.Dumps;
import dev.vmcsmith.dumps.setup.SetupWriter;
import dev.vmcsmith.vmx.CpuProfile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "import", mixinStandardHelpOptions = true,
        description = "Make a setup (.hv) from a VMCS dump or a C source, so that its VM entry fails in the emulator as it did.",
        footer = {"", "Exit code: 0 the setup is written; 2 there is no such dump, or bad input."})
final class ImportCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE|-", description = "a text file; - is standard input")
    private String file;

    @Option(names = "-o", paramLabel = "SETUP.hv", required = true, description = "the setup to write")
    private String output;

    @Option(names = "--dump", paramLabel = "N", description = "which dump of the text, counted from 1 (default: the first)")
    private int number = 1;

    @Option(names = "--cpu", paramLabel = "PROFILE",
            description = "name or file of the CPU profile to run on; without it, one with the dump's controls")
    private String cpu;

    ImportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        CpuProfile profile = cpu == null ? null : Cpus.profile(cpu);
        PastedInput input = PastedInput.of(file);
        List<Dump> dumps = Dumps.read(input.text()).dumps();
        if (number < 1 || number > dumps.size()) {
            throw new BadInput(dumps.isEmpty() ? "no VMCS dump is recognised in " + input.name()
                    : input.name() + " has " + dumps.size() + " dumps: give --dump a number from 1 to " + dumps.size());
        }
        Dump dump = dumps.get(number - 1);
        if (dump.fields().isEmpty()) {
            throw new BadInput(input.name() + " shows how VM entry failed, but no VMCS field that a setup could be made of");
        }
        String text = profile == null ? SetupWriter.write(dump, input.name())
                : SetupWriter.write(dump, input.name(), profile, Cpus.reference(cpu));
        try {
            Files.writeString(Path.of(output), text, StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw new BadInput(output + " cannot be written: give the name of a file in a folder that exists and may be written");
        }
        console.out().println(output + ": " + dump.fields().size() + " fields from " + dump.producer().title());
        return ExitCode.GOOD;
    }
}
