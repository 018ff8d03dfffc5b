// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.facts;

import dev.vmcsmith.lang.hv.CpuSetting;
import dev.vmcsmith.lang.hv.Machine;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.emf.common.util.URI;
import org.eclipse.emf.ecore.EObject;

/** The CPU profile that a setup names. */
public final class SetupCpu {
    private SetupCpu() {
    }

    /** Empty when the setup names none, or one that cannot be read. */
    public static Optional<CpuProfile> of(EObject root) {
        if (!(root instanceof Setup setup)) {
            return Optional.empty();
        }
        return setup.getElements().stream().filter(Machine.class::isInstance).map(Machine.class::cast)
                .flatMap(machine -> machine.getSettings().stream()).filter(CpuSetting.class::isInstance)
                .map(setting -> ((CpuSetting) setting).getProfile()).filter(name -> name != null && !name.isEmpty()).findFirst()
                .flatMap(name -> read(name, setup));
    }

    private static Optional<CpuProfile> read(String name, Setup setup) {
        if (CpuProfiles.names().contains(name)) {
            return Optional.of(CpuProfiles.named(name));
        }
        URI uri = setup.eResource() == null ? null : setup.eResource().getURI();
        if (uri == null || !uri.isFile()) {
            return Optional.empty();
        }
        try {
            return Optional.of(CpuProfiles.load(Path.of(uri.toFileString()).resolveSibling(name)));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
