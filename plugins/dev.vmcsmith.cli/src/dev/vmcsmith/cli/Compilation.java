// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.lang.CompileOptions;
import dev.vmcsmith.lang.CompiledSetup;
import dev.vmcsmith.lang.Setups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Writes the image of a setup to a file. */
final class Compilation {

    private Compilation() {
    }

    static int write(InputFile setup, String cpu, boolean check, Path output, Console console) {
        CompiledSetup compiled = Setups.compile(setup.path(), new CompileOptions(check, Optional.ofNullable(cpu)));
        Problems.print(compiled.problems(), console.out());
        Optional<byte[]> elf = compiled.elf();
        if (elf.isEmpty()) {
            return ExitCode.FAILED;
        }
        try {
            Files.write(output, elf.get());
        } catch (IOException e) {
            throw new BadInput(output + " cannot be written: give the name of a file in a folder that exists and may be written");
        }
        return ExitCode.GOOD;
    }
}
