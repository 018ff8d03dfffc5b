// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.lang.CompileOptions;
import dev.vmcsmith.lang.GeneratedFiles;
import dev.vmcsmith.lang.Setups;
import dev.vmcsmith.lang.generator.Dialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(name = "generate", mixinStandardHelpOptions = true,
        description = {"Make C sources of a setup for a hypervisor of your own: NAME_vmcs.c writes its VMCSs, NAME_ept.c builds its EPTs;",
            "and each EPT as a binary file with a map of it."},
        footer = {"", "Exit code: 0 the files are written; 1 the setup has errors; 2 bad input."})
final class GenerateCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "a setup (.hv)")
    private String file;

    @Option(names = "--dialect", paramLabel = "linux|windows|asm", defaultValue = "asm", converter = DialectName.class,
            description = {"whose functions the sources call: vmcs_write* of a Linux kernel,", "__vmx_vmwrite of a Windows driver,",
                "or inline assembly alone (the default)"})
    private Dialect dialect;

    @Option(names = {"-o", "--output"}, paramLabel = "FOLDER", required = true, description = "where to write; made if it is not there")
    private Path output;

    @Option(names = "--ept-address", paramLabel = "ADDRESS", defaultValue = "0x100000", converter = Address.class,
            description = "physical address that the binary EPTs are made for (default: ${DEFAULT-VALUE})")
    private Long eptAddress;

    @Option(names = "--cpu", paramLabel = "PROFILE", description = "name or file of a CPU profile")
    private String cpu;

    GenerateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        GeneratedFiles generated = Setups.generate(InputFile.setup(file).path(), dialect, eptAddress, new CompileOptions(true,
                Optional.ofNullable(cpu)));
        Problems.print(generated.problems(), console.out());
        if (generated.files().isEmpty()) {
            return ExitCode.FAILED;
        }
        try {
            Files.createDirectories(output);
            for (Map.Entry<String, byte[]> made : generated.files().entrySet()) {
                console.out().println(Files.write(output.resolve(made.getKey()), made.getValue()));
            }
        } catch (IOException e) {
            throw new BadInput(output + " cannot be written to: give the name of a folder that may be written");
        }
        return ExitCode.GOOD;
    }

    static final class DialectName implements ITypeConverter<Dialect> {
        @Override
        public Dialect convert(String text) {
            for (Dialect dialect : Dialect.values()) {
                if (dialect.id().equals(text)) {
                    return dialect;
                }
            }
            throw new TypeConversionException("\"" + text + "\" is no dialect: linux, windows or asm");
        }
    }

    /** Reads the address of a page. */
    static final class Address implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                long value = Long.decode(text.replace("_", ""));
                if (value >= 0 && value % 4096 == 0) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // falls through to the message
            }
            throw new TypeConversionException("\"" + text + "\" is not the address of a page, such as 0x100000");
        }
    }
}
