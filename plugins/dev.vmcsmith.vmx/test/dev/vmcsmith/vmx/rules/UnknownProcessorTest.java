// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.VmcsField.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.vmx.GuestMemory;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsValues;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can be said of a VMCS when nobody says which processor it is for, as with a dump out of a log. */
class UnknownProcessorTest {
    private static List<String> violated(VmcsValues vmcs) {
        return EntryRules.check(vmcs, VmxCapabilities.UNKNOWN, GuestMemory.UNKNOWN).stream().map(violation -> violation.rule().id())
                .toList();
    }

    private static Verdict verdict(String id, VmcsValues vmcs) {
        return EntryRules.find(id).verdict(new EntryContext(vmcs, VmxCapabilities.UNKNOWN, GuestMemory.UNKNOWN, EntryEnvironment.UNKNOWN));
    }

    @Test
    void aValidVmcsIsBlamedForNothing() {
        for (String baseline : List.of("long", "prot", "pae", "v86", "real", "legacy")) {
            assertEquals(List.of(), violated(Baseline.named(baseline)), baseline);
        }
    }

    @Test
    void bitsThatEveryProcessorWantsAreAskedFor() {
        assertEquals(List.of("GUEST_CR0_FIXED0"), violated(Baseline.protectedMode().set(GUEST_CR0, 0x8000_0011L)));
        assertEquals(List.of("HOST_CR4_FIXED0"), violated(Baseline.longMode().set(HOST_CR4, 0x20)));
        assertEquals(List.of("HOST_CR0_FIXED0"), violated(Baseline.longMode().set(HOST_CR0, 0x8000_0011L)));
    }

    @Test
    void bitsThatOnlyTheProcessorDecidesAreNotKnown() {
        assertEquals(Verdict.UNKNOWN, verdict("GUEST_CR0_FIXED0", Baseline.longMode()));
        assertEquals(Verdict.UNKNOWN, verdict("GUEST_CR0_FIXED0", Baseline.real()));
        assertEquals(Verdict.UNKNOWN, verdict("CTL_PIN_BASED_ALLOWED1", Baseline.longMode()));
        assertEquals(Verdict.UNKNOWN, verdict("GUEST_FS_BASE_CANONICAL", Baseline.longMode().set(GUEST_FS_BASE, 1L << 48)));
        assertEquals(Verdict.VIOLATED, verdict("GUEST_FS_BASE_CANONICAL", Baseline.longMode().set(GUEST_FS_BASE, 1L << 57)));
        assertEquals(Verdict.HOLDS, verdict("GUEST_FS_BASE_CANONICAL", Baseline.longMode().set(GUEST_FS_BASE, -1L << 47)));
    }

    @Test
    void twoKnownFieldsSufficeForARuleAboutTwoFields() {
        VmcsValues vmcs = new VmcsValues().set(GUEST_RFLAGS, 2).set(ENTRY_INTERRUPTION_INFORMATION, 0x8000_00D1L);
        assertEquals(List.of("GUEST_RFLAGS_IF_EXTERNAL_INTERRUPT"), violated(vmcs));
    }

    @Test
    void aFieldWhoseControlIsOffIsNotLookedAt() {
        VmcsValues vmcs = Baseline.longMode();
        for (VmcsField field : new VmcsField[] {GUEST_IA32_EFER, GUEST_IA32_PAT, HOST_IA32_EFER, HOST_IA32_PAT, IO_BITMAP_A_ADDRESS,
            VIRTUAL_APIC_ADDRESS, EPT_POINTER, VPID, SECONDARY_CONTROLS, TERTIARY_CONTROLS, GUEST_IA32_S_CET, GUEST_PDPTE0}) {
            vmcs.set(field, -1L);
        }
        vmcs.set(VPID, 0);
        assertEquals(List.of(), violated(vmcs));
    }

    @Test
    void theFirstAreaInTheSdmsOrderDecidesTheOutcome() {
        VmcsValues vmcs = Baseline.longMode().set(GUEST_RFLAGS, 0).set(HOST_CS_SELECTOR, 0).set(GUEST_DR7, 0x400);
        assertEquals("VMfailValid 8 (VM entry with invalid host-state field(s))",
                EntryOutcome.of(EntryRules.check(vmcs, Baseline.wide(), GuestMemory.UNKNOWN)).text());
        assertEquals("VM exit with reason 0x80000021 (VM-entry failure due to invalid guest state), qualification 0",
                EntryOutcome.of(EntryRules.check(vmcs.set(HOST_CS_SELECTOR, 8), Baseline.wide(), GuestMemory.UNKNOWN)).text());
    }
}
