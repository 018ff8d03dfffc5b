// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.launch;

import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Finds the CPU profile that a user or a setup names. */
final class Processors {

    private Processors() {
    }

    /**
     * A bundled profile by its name, otherwise a profile from a file.
     *
     * @param folder where a relative path starts, null for the current folder
     */
    static CpuProfile find(String name, Path folder) throws LaunchFailure {
        CpuProfile bundled = CpuProfiles.named(name);
        if (bundled != null) {
            return bundled;
        }
        if (!name.contains("/") && !name.contains(".")) {
            throw new LaunchFailure("there is no CPU profile \"" + name + "\": use " + String.join(", ", CpuProfiles.names())
                    + ", or the path of a profile file");
        }
        try {
            Path file = Path.of(name);
            return CpuProfiles.load(folder == null || file.isAbsolute() ? file : folder.resolve(file));
        } catch (IOException | InvalidPathException e) {
            throw new LaunchFailure(e.getMessage());
        }
    }
}
