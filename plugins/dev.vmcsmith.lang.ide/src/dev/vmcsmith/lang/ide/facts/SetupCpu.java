// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.facts;

import dev.vmcsmith.image.MachineConfig;
import dev.vmcsmith.lang.hv.CpuSetting;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.plan.MachinePlanner;
import dev.vmcsmith.lang.plan.SetupPlanner;
import dev.vmcsmith.vmx.CpuProfile;
import dev.vmcsmith.vmx.CpuProfiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.emf.common.util.URI;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.resource.Resource;

/** The CPU profile of a setup: the one that it names, or else the one that its author chose for such setups. */
public final class SetupCpu {
    private SetupCpu() {
    }

    /** Empty when the profile cannot be read. */
    public static Optional<CpuProfile> of(EObject root) {
        if (!(root instanceof Setup setup) || setup.eResource() == null) {
            return Optional.empty();
        }
        CpuSetting named = MachinePlanner.namedCpu(setup);
        Resource resource = named == null ? setup.eResource() : named.eResource();
        return read(named == null ? chosen(resource) : named.getProfile(), resource.getURI());
    }

    private static String chosen(Resource resource) {
        Object cpu = resource.getResourceSet() == null ? null : resource.getResourceSet().getLoadOptions().get(SetupPlanner.DEFAULT_CPU);
        return Objects.requireNonNullElse((String) cpu, MachineConfig.DEFAULT.cpu());
    }

    private static Optional<CpuProfile> read(String name, URI beside) {
        if (CpuProfiles.names().contains(name)) {
            return Optional.of(CpuProfiles.named(name));
        }
        try {
            return beside.isFile() ? Optional.of(CpuProfiles.load(Path.of(beside.toFileString()).resolveSibling(name))) : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
