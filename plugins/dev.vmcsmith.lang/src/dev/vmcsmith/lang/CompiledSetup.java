// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.ElfWriter;
import java.util.List;
import java.util.Optional;

/**
 * What compiling a setup gave.
 *
 * @param image    empty when a problem kept the setup from being compiled
 * @param problems everything that is wrong, in the order of the file's lines
 */
public record CompiledSetup(Optional<BootImage> image, List<Problem> problems) {
    public CompiledSetup {
        problems = List.copyOf(problems);
    }

    /** The image as an ELF file. */
    public Optional<byte[]> elf() {
        return image.map(ElfWriter::write);
    }
}
