// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import dev.vmcsmith.x86.Msr;
import java.util.ArrayList;
import java.util.List;

/** Capability MSRs in words, one line per fact, for views and command lines. */
public final class CapabilityDescription {
    private CapabilityDescription() {
    }

    /**
     * What one capability MSR says.
     *
     * @param msr 480H to 493H
     * @return one line per fact; one line that says so when the value is not known
     */
    public static List<String> of(VmxCapabilities capabilities, int msr) {
        if (!capabilities.known(msr)) {
            return List.of("value not documented");
        }
        List<String> lines = new ArrayList<>();
        switch (msr) {
            case Msr.IA32_VMX_BASIC -> basic(capabilities, lines);
            case Msr.IA32_VMX_MISC -> misc(capabilities, lines);
            case Msr.IA32_VMX_EPT_VPID_CAP -> eptVpid(capabilities, lines);
            case Msr.IA32_VMX_CR0_FIXED0, Msr.IA32_VMX_CR4_FIXED0 -> lines.add("bits that have to be 1: "
                    + "0x%X".formatted(capabilities.msr(msr)));
            case Msr.IA32_VMX_CR0_FIXED1, Msr.IA32_VMX_CR4_FIXED1 -> lines.add("bits that may be 1: 0x%X".formatted(capabilities.msr(msr)));
            case Msr.IA32_VMX_VMCS_ENUM -> lines.add("highest field index: " + capabilities.highestFieldIndex());
            default -> controls(capabilities, msr, lines);
        }
        return lines;
    }

    private static void basic(VmxCapabilities capabilities, List<String> lines) {
        lines.add("VMCS revision identifier: 0x%X".formatted(capabilities.revision()));
        lines.add("VMXON and VMCS region size: " + capabilities.regionSize() + " bytes");
        lines.add("physical addresses of VMX structures: " + (capabilities.addressesLimitedTo32Bits() ? "32 bits" : "full width"));
        lines.add("dual-monitor treatment of SMIs and SMM: " + yes(capabilities.hasDualMonitor()));
        lines.add("memory type of VMX structures: " + switch (capabilities.memoryType()) {
            case 0 -> "uncacheable";
            case 6 -> "write-back";
            default -> "reserved (" + capabilities.memoryType() + ")";
        });
        lines.add("instruction information for INS and OUTS: " + yes(capabilities.reportsInsOutsInformation()));
        lines.add("TRUE capability MSRs: " + yes(capabilities.hasTrueControls()));
        lines.add("error code of injected exceptions is optional: " + yes(capabilities.errorCodeIsOptional()));
        lines.add("nested exceptions: " + yes(capabilities.hasNestedExceptions()));
    }

    private static void misc(VmxCapabilities capabilities, List<String> lines) {
        lines.add("preemption timer counts at TSC bit " + capabilities.preemptionTimerShift());
        lines.add("VM exits store IA32_EFER.LMA: " + yes(capabilities.savesLongModeActive()));
        for (int state = GuestState.HLT; state <= GuestState.WAIT_FOR_SIPI; state++) {
            lines.add("activity state " + GuestState.activity(state) + ": " + yes(capabilities.allowsActivityState(state)));
        }
        lines.add("processor trace in VMX operation: " + yes(capabilities.allowsProcessorTraceInVmx()));
        lines.add("RDMSR of IA32_SMBASE in SMM: " + yes(capabilities.readsSmbaseInSmm()));
        lines.add("CR3-target values: " + capabilities.cr3Targets());
        lines.add("recommended longest MSR list: " + capabilities.maxMsrListEntries());
        lines.add("VMXOFF can leave SMIs blocked: " + yes(capabilities.canKeepSmiBlocked()));
        lines.add("VMWRITE to VM-exit information fields: " + yes(capabilities.writesExitFields()));
        lines.add("injection with instruction length 0: " + yes(capabilities.allowsZeroLengthInjection()));
        lines.add("MSEG revision identifier: 0x%X".formatted(capabilities.msegRevision()));
    }

    private static void eptVpid(VmxCapabilities capabilities, List<String> lines) {
        for (EptVpidCapability capability : EptVpidCapability.values()) {
            lines.add(capability.text() + ": " + yes(capabilities.eptVpid(capability)));
        }
        lines.add("largest HLAT prefix size: " + capabilities.maxHlatPrefixSize());
    }

    /** One line per named control: {@code no}, {@code yes} (0 or 1) or {@code always 1}. */
    private static void controls(VmxCapabilities capabilities, int msr, List<String> lines) {
        for (ControlField field : ControlField.values()) {
            if (field.msr() == msr || field.trueMsr() == msr) {
                long value = capabilities.msr(msr);
                long forced = field.allowed1Only() ? 0 : value & 0xFFFF_FFFFL;
                long possible = field.allowed1Only() ? value : value >>> 32;
                for (ControlBit bit : field.bits()) {
                    lines.add(bit.sdmName() + ": " + (!bit.in(possible) ? "no" : bit.in(forced) ? "always 1" : "yes"));
                }
            }
        }
    }

    private static String yes(boolean value) {
        return value ? "yes" : "no";
    }
}
