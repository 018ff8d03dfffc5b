// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** CPU profiles as users name them: a bundled one by its name, others by their file. */
final class Cpus {
    /** In place of a name: every bundled profile. */
    static final String ALL = "all";

    private Cpus() {
    }

    /** @throws BadInput when there is no such profile, or the file is none */
    static CpuProfile profile(String nameOrFile) {
        CpuProfile bundled = CpuProfiles.named(nameOrFile);
        if (bundled != null) {
            return bundled;
        }
        try {
            Path file = Path.of(nameOrFile);
            if (Files.isDirectory(file)) {
                throw new BadInput(nameOrFile + " is a folder: give the name of a CPU profile (see 'vmcsmith cpu') or a file");
            }
            return CpuProfiles.load(file);
        } catch (IOException e) {
            throw new BadInput(e.getMessage());
        } catch (InvalidPathException e) {
            throw new BadInput("\"" + nameOrFile.replace('\0', '?') + "\" is neither a CPU profile (see 'vmcsmith cpu') nor a file");
        }
    }

    /** The profile's name, or the whole path of its file: what means the same wherever the setup lies. */
    static String reference(String nameOrFile) {
        profile(nameOrFile);
        return CpuProfiles.named(nameOrFile) != null ? nameOrFile : Path.of(nameOrFile).toAbsolutePath().toString();
    }
}
