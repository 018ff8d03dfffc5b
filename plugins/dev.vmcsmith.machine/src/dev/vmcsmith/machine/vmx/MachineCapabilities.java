// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.x86.Msr;

/**
 * The VMX capabilities of a machine with a given CPU profile: the profile's, except where this machine is different whatever the
 * profile. What RDMSR reads and what VM entry checks come from here, so that they agree.
 */
public final class MachineCapabilities {
    /** The preemption timer counts down with every tick of the TSC, which is one instruction here. */
    private static final long MISC_TIMER_SHIFT = 0x1F;
    /** There is no Processor Trace. */
    private static final long MISC_PROCESSOR_TRACE = 1 << 14;
    private static final long EPTP_SWITCHING = 1;

    private MachineCapabilities() {
    }

    public static VmxCapabilities of(VmxCapabilities profile) {
        VmxCapabilities result = profile;
        if (result.known(Msr.IA32_VMX_MISC)) {
            result = result.with(Msr.IA32_VMX_MISC, result.msr(Msr.IA32_VMX_MISC) & ~(MISC_TIMER_SHIFT | MISC_PROCESSOR_TRACE));
        }
        if (!result.known(Msr.IA32_VMX_VMFUNC) && result.allows(ControlBit.ENABLE_VM_FUNCTIONS)) {
            result = result.with(Msr.IA32_VMX_VMFUNC, EPTP_SWITCHING);
        }
        return result.known(Msr.IA32_VMX_VMCS_ENUM) ? result.with(Msr.IA32_VMX_VMCS_ENUM, highestIndex(result) << 1) : result;
    }

    /** The highest index of any field that there is; some processors report less than they have. */
    private static long highestIndex(VmxCapabilities capabilities) {
        int highest = 0;
        for (int i = 0; i < VmcsField.count(); i++) {
            VmcsField field = VmcsField.at(i);
            if (field.existsOn(capabilities)) {
                highest = Math.max(highest, field.encoding() >>> 1 & 0x1FF);
            }
        }
        return highest;
    }
}
