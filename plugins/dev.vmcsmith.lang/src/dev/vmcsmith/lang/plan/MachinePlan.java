// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.image.MachineConfig;
import dev.vmcsmith.vmx.CpuProfile;

/**
 * The machine of a setup.
 *
 * @param cpu the profile that decides what the processor can do
 */
public record MachinePlan(MachineConfig config, CpuProfile cpu) {
    /** Whether the hypervisor itself runs in 64-bit mode. */
    boolean isLongHost() {
        return config.host().equals(MachinePlanner.LONG_HOST);
    }
}
