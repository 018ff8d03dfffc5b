// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.generator;

import dev.vmcsmith.lang.compiler.EptTables;
import dev.vmcsmith.lang.plan.EptPlan;
import dev.vmcsmith.lang.plan.SetupPlan;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** All files that can be made of a setup for a hypervisor of one's own. */
public final class Generator {
    private Generator() {
    }

    /**
     * {@code NAME_vmcs.c} when there is a VMCS, {@code NAME_ept.c} when there is an EPT, and for each EPT {@code NAME_ept_EPT.bin} and {@code .map}.
     *
     * @param name       of the setup, for files and comments
     * @param eptAddress physical address for which the binary tables are made
     * @return contents by file name
     */
    public static Map<String, byte[]> generate(SetupPlan plan, String name, Dialect dialect, long eptAddress) {
        String base = VmcsSource.identifier(name.endsWith(".hv") ? name.substring(0, name.length() - 3) : name);
        Map<String, byte[]> files = new LinkedHashMap<>();
        if (!plan.vmcses().isEmpty()) {
            files.put(base + "_vmcs.c", new VmcsSource(plan).text(name, dialect).getBytes(StandardCharsets.UTF_8));
        }
        if (plan.epts().isEmpty()) {
            return files;
        }
        StringBuilder code = new StringBuilder("/* Builds the EPTs of " + name + ". Generated; the setup is the source. Tables lie in\n"
                + " * memory that is contiguous, aligned to 4 KiB, and at a physical address that the caller knows. */\n"
                + "typedef unsigned long long vmx_u64;\n\n");
        for (EptPlan ept : plan.epts()) {
            EptImage image = new EptImage(new EptTables(ept, plan.machine().cpu().capabilities()), ept.walk(), eptAddress);
            EptSource source = new EptSource(ept, image);
            code.append(source.code());
            String file = base + "_ept_" + VmcsSource.identifier(ept.name());
            files.put(file + ".bin", image.bytes());
            files.put(file + ".map", source.map().getBytes(StandardCharsets.UTF_8));
        }
        files.put(base + "_ept.c", code.toString().getBytes(StandardCharsets.UTF_8));
        return files;
    }
}
