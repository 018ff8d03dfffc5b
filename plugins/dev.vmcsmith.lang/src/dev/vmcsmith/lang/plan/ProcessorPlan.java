// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.hv.Vcpu;
import java.util.List;

/**
 * What one processor runs.
 *
 * @param number   of the processor, which is the ID of its local APIC; processor 0 is the one that a boot loader starts
 * @param origin   where the setup says it
 * @param launched the VMCS that it launches
 * @param vmcses   those that it uses: others that handlers switch to or name, and at the end the one that it launches
 */
public record ProcessorPlan(int number, Vcpu origin, VmcsPlan launched, List<VmcsPlan> vmcses) {
    /** The name in the image of something that each processor has. */
    public String symbol(String kind) {
        return number == 0 ? kind : kind + '_' + number;
    }
}
