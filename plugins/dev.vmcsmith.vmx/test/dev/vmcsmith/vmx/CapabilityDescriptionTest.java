// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.x86.Msr;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapabilityDescriptionTest {
    @Test
    void everyCapabilityMsrOfEveryProfileIsSaidInWords() {
        for (String name : CpuProfiles.names()) {
            VmxCapabilities capabilities = CpuProfiles.named(name).capabilities();
            for (int msr = Msr.IA32_VMX_BASIC; msr <= Msr.IA32_VMX_EXIT_CTLS2; msr++) {
                assertFalse(CapabilityDescription.of(capabilities, msr).isEmpty(), name);
            }
        }
    }

    @Test
    void theWordsAreThoseOfTheSdm() {
        VmxCapabilities skylake = CpuProfiles.named("skylake").capabilities();
        assertTrue(CapabilityDescription.of(skylake, Msr.IA32_VMX_BASIC).contains("VMXON and VMCS region size: 1024 bytes"));
        assertTrue(CapabilityDescription.of(skylake, Msr.IA32_VMX_MISC).contains("activity state wait-for-SIPI: yes"));
        assertTrue(CapabilityDescription.of(skylake, Msr.IA32_VMX_EPT_VPID_CAP).contains("1-GByte EPT pages: yes"));
        assertTrue(CapabilityDescription.of(skylake, Msr.IA32_VMX_PROCBASED_CTLS).contains("CR3-load exiting: always 1"));
        assertTrue(CapabilityDescription.of(skylake, Msr.IA32_VMX_TRUE_PROCBASED_CTLS).contains("CR3-load exiting: yes"));
        assertTrue(CapabilityDescription.of(skylake, Msr.IA32_VMX_PROCBASED_CTLS2).contains("Use TSC scaling: no"));
        assertEquals(List.of("value not documented"), CapabilityDescription.of(skylake, Msr.IA32_VMX_VMFUNC));
    }

    @Test
    void anExitNamesTheFieldsItFills() {
        assertEquals(List.of(VmcsField.EXIT_REASON, VmcsField.EXIT_INSTRUCTION_LENGTH), ExitReason.CPUID.fields());
        assertEquals(List.of(VmcsField.EXIT_REASON, VmcsField.EXIT_QUALIFICATION, VmcsField.GUEST_LINEAR_ADDRESS,
                VmcsField.GUEST_PHYSICAL_ADDRESS), ExitReason.EPT_VIOLATION.fields());
        for (ExitReason reason : ExitReason.values()) {
            assertTrue(reason.fields().stream().allMatch(field -> field.area() == FieldArea.EXIT));
        }
    }
}
