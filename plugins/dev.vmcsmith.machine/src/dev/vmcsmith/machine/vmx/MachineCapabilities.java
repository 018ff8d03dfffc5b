// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.EptVpidCapability;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.WithheldControls;
import dev.vmcsmith.x86.Msr;
import java.util.ArrayList;
import java.util.List;

/**
 * The VMX capabilities of a machine with a given CPU profile: the profile's, except where this machine is different whatever the
 * profile. What RDMSR reads and what VM entry checks come from here, so that they agree: a control whose feature the machine does not
 * have cannot be set.
 */
public final class MachineCapabilities {
    /** The preemption timer counts down with every tick of the TSC, which is one instruction here. */
    private static final long MISC_TIMER_SHIFT = 0x1F;
    /** There is no Processor Trace. */
    private static final long MISC_PROCESSOR_TRACE = 1 << 14;
    private static final long BASIC_NESTED_EXCEPTIONS = 1L << 58;
    private static final long HLAT_PREFIX_SIZES = 0x3FL << 48, ONE_HLAT_PREFIX_BIT = 1L << 48;
    private static final long EPTP_SWITCHING = 1;

    private MachineCapabilities() {
    }

    /**
     * Takes away from a profile what the machine does not have.
     *
     * @param cr4 bits of CR4 that software may set on this machine with this profile
     */
    public static VmxCapabilities of(VmxCapabilities profile, long cr4) {
        VmxCapabilities result = profile;
        result = clear(result, Msr.IA32_VMX_BASIC, BASIC_NESTED_EXCEPTIONS);
        result = clear(result, Msr.IA32_VMX_MISC, MISC_TIMER_SHIFT | MISC_PROCESSOR_TRACE);
        result = clear(result, Msr.IA32_VMX_CR4_FIXED1, ~cr4);
        result = clear(result, Msr.IA32_VMX_EPT_VPID_CAP, HLAT_PREFIX_SIZES & ~ONE_HLAT_PREFIX_BIT
            | 1L << EptVpidCapability.SUPERVISOR_SHADOW_STACK.bit());
        for (ControlBit control : WithheldControls.all()) {
            result = withhold(result, control);
        }
        if (!result.known(Msr.IA32_VMX_VMFUNC) && result.allows(ControlBit.ENABLE_VM_FUNCTIONS)) {
            result = result.with(Msr.IA32_VMX_VMFUNC, EPTP_SWITCHING);
        }
        result = withholdIfEmpty(result, ControlField.TERTIARY);
        result = withholdIfEmpty(result, ControlField.SECONDARY_EXIT);
        return result.known(Msr.IA32_VMX_VMCS_ENUM) ? result.with(Msr.IA32_VMX_VMCS_ENUM, highestIndex(result) << 1) : result;
    }

    /** The controls that the profile offers and a machine with it does not, in the order of {@link ControlBit}. */
    public static List<ControlBit> withheld(VmxCapabilities profile, VmxCapabilities machine) {
        List<ControlBit> result = new ArrayList<>();
        for (ControlBit control : ControlBit.values()) {
            if (profile.allows(control) && !machine.allows(control)) {
                result.add(control);
            }
        }
        return result;
    }

    /** A field of controls of which none can be set, or none is known, cannot be activated. */
    private static VmxCapabilities withholdIfEmpty(VmxCapabilities capabilities, ControlField field) {
        return capabilities.allowed1(field) == 0 ? withhold(capabilities, field.activatedBy()) : capabilities;
    }

    private static VmxCapabilities withhold(VmxCapabilities capabilities, ControlBit control) {
        ControlField field = control.field();
        long bit = field.allowed1Only() ? control.mask() : control.mask() << 32;
        VmxCapabilities result = clear(capabilities, field.msr(), bit);
        return field.trueMsr() == 0 ? result : clear(result, field.trueMsr(), bit);
    }

    private static VmxCapabilities clear(VmxCapabilities capabilities, int msr, long bits) {
        long value = capabilities.msr(msr);
        return capabilities.known(msr) && (value & bits) != 0 ? capabilities.with(msr, value & ~bits) : capabilities;
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
