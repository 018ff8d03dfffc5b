// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.preferences;

import dev.vmcsmith.lang.ui.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.eclipse.emf.common.util.URI;

/** The CPU profile that a setup is launched with: the one of the preferences, when it names none. */
public final class LaunchCpu implements UnaryOperator<String> {
    @Override
    public String apply(String setup) {
        URI uri = URI.createFileURI(setup);
        try {
            return Services.get().namesCpu(uri, Files.readString(Path.of(setup))) ? null : SetupPreferences.cpu(uri).orElse(null);
        } catch (IOException e) {
            return null; // the launch tells that the file cannot be read
        }
    }
}
