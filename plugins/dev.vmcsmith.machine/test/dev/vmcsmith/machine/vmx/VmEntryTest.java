// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import org.junit.jupiter.api.Test;

/** VMLAUNCH and VMRESUME: preconditions, failed checks, loading of state (SDM "VM Entries"). */
class VmEntryTest {
    private final VmxProcessor p = new VmxProcessor();

    @Test
    void vmlaunchWithValidStateRunsTheGuest() {
        p.guest64().vmlaunch();
        assertNull(p.entryFailure, () -> p.entryFailure + p.violations);
        assertTrue(p.vmx.nonRoot());
        assertEquals(VmxProcessor.GUEST_ENTRY, p.cpu.rip);
        assertEquals(0x90_0000, p.cpu.gpr[Cpu.RSP]);
        assertEquals(CpuMode.LONG_64, p.cpu.mode);
        assertEquals(1, p.cpu.intercepts.vpid(p.cpu));
        assertEquals(VmxProcessor.EPT | 0x1E, p.cpu.intercepts.eptPointer(p.cpu));
    }

    @Test
    void vmlaunchWithoutACurrentVmcsFailsInvalid() {
        assertTrue(p.vmxon().vmlaunch().failedInvalid());
    }

    @Test
    void vmlaunchOfALaunchedVmcsFailsWithFour() {
        p.guest64().vmlaunch();
        leave();
        assertEquals(4, p.vmlaunch().failedValid());
        p.exec("vmresume");
        assertTrue(p.vmx.nonRoot());
    }

    @Test
    void vmresumeOfAClearVmcsFailsWithFive() {
        assertEquals(5, p.guest64().exec("vmresume").failedValid());
    }

    @Test
    void vmlaunchUnderMovSsBlockingFailsWithTwentySix() {
        p.guest64();
        p.cpu.shadow = 2;
        assertEquals(26, p.vmlaunch().failedValid());
        assertEquals("VMfailValid 26 (VM entry with events blocked by MOV SS)", p.entryFailure);
    }

    @Test
    void aShadowVmcsCannotBeEntered() {
        p.guest64();
        p.vmclear(VmxProcessor.VMCS);
        p.memory.write32(VmxProcessor.VMCS, p.capabilities.revision() | 1 << 31);
        p.vmptrld(VmxProcessor.VMCS);
        assertTrue(p.succeeded());
        assertTrue(p.vmlaunch().failedInvalid());
    }

    @Test
    void aControlThatTheProcessorLacksFailsWithSevenAndNamesTheRule() {
        p.guest64().vmwrite(VmcsField.PIN_BASED_CONTROLS, 0xFFFF_FFFFL);
        assertEquals(7, p.vmlaunch().failedValid());
        assertFalse(p.violations.isEmpty());
        assertTrue(p.violations.get(0).contains(": "), p.violations.get(0));
    }

    @Test
    void aHostSelectorWithARequestedPrivilegeLevelFailsWithEight() {
        p.guest64().vmwrite(VmcsField.HOST_CS_SELECTOR, 0x0B);
        assertEquals(8, p.vmlaunch().failedValid());
    }

    @Test
    void guestCodeThatIsNotAccessedExitsWithReasonThirtyThree() {
        p.guest64().vmwrite(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xA09A);
        p.vmlaunch();
        assertEquals(0x8000_0021, p.lastExit().rawReason());
        assertEquals(0, p.lastExit().qualification());
        assertEquals(VmxProcessor.HOST_ENTRY, p.cpu.rip);
        assertFalse(p.vmx.nonRoot());
        assertFalse(p.vmx.launched());
        assertEquals(VmxProcessor.GUEST_ENTRY, p.vmread(VmcsField.GUEST_RIP), "guest state is not saved");
    }

    @Test
    void aBadLinkPointerExitsWithQualificationFour() {
        p.guest64().vmwrite(VmcsField.VMCS_LINK_POINTER, 0x123);
        p.vmlaunch();
        assertEquals(0x8000_0021, p.lastExit().rawReason());
        assertEquals(4, p.lastExit().qualification());
    }

    @Test
    void aFieldRepairedAfterAFailureIsCheckedAgain() {
        p.guest64().vmwrite(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xA09A);
        p.vmlaunch();
        p.vmwrite(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xA09B).vmlaunch();
        assertTrue(p.vmx.nonRoot());
    }

    @Test
    void aFieldBrokenBetweenTwoEntriesIsNoticed() {
        p.guest64().vmlaunch();
        leave();
        p.vmwrite(VmcsField.GUEST_TR_ACCESS_RIGHTS, 0x89).exec("vmresume");
        assertEquals(0x8000_0021, p.lastExit().rawReason());
        p.vmwrite(VmcsField.GUEST_TR_ACCESS_RIGHTS, 0x8B).exec("vmresume");
        assertTrue(p.vmx.nonRoot());
    }

    @Test
    void memoryThatARuleReadsIsLookedAtAtEveryEntry() {
        p.guest64(ControlBit.VMCS_SHADOWING).vmwrite(VmcsField.VMCS_LINK_POINTER, VmxProcessor.OTHER_VMCS);
        p.memory.write32(VmxProcessor.OTHER_VMCS, p.capabilities.revision() | 1 << 31);
        p.vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
        leave();
        p.memory.write32(VmxProcessor.OTHER_VMCS, p.capabilities.revision() + 1);
        p.exec("vmresume");
        assertEquals(0x8000_0021, p.lastExit().rawReason());
    }

    @Test
    void msrsAreLoadedAndABadOneFailsWithItsNumber() {
        long list = 0x21_0000;
        p.memory.write32(list, 0xC000_0103);
        p.memory.write64(list + 8, 77);
        p.memory.write32(list + 16, 0x5555);
        p.guest64().vmwrite(VmcsField.ENTRY_MSR_LOAD_ADDRESS, list).vmwrite(VmcsField.ENTRY_MSR_LOAD_COUNT, 2).vmlaunch();
        assertEquals(77, p.cpu.msr.tscAux);
        assertEquals(0x8000_0022, p.lastExit().rawReason());
        assertEquals(2, p.lastExit().qualification());
        p.vmwrite(VmcsField.ENTRY_MSR_LOAD_COUNT, 1).vmlaunch();
        assertTrue(p.vmx.nonRoot());
    }

    @Test
    void theHltActivityStateIsEnteredAndInterruptibilityIsLoaded() {
        p.guest64().vmwrite(VmcsField.GUEST_ACTIVITY_STATE, 1).vmwrite(VmcsField.GUEST_INTERRUPTIBILITY_STATE, 8).vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
        assertEquals(Activity.HLT, p.cpu.activity);
        assertTrue((p.cpu.attention & Attention.INACTIVE) != 0);
        assertTrue(p.cpu.nmiBlocked);
    }

    @Test
    void anUnrestrictedGuestStartsInProtectedModeWithoutPaging() {
        p.guest64(ControlBit.UNRESTRICTED_GUEST);
        p.vmwrite(VmcsField.ENTRY_CONTROLS, p.vmread(VmcsField.ENTRY_CONTROLS) & ~0x200L);
        p.vmwrite(VmcsField.GUEST_CR0, 0x31).vmwrite(VmcsField.GUEST_CR4, 0x2000).vmwrite(VmcsField.GUEST_CR3, 0);
        p.vmwrite(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xC09B).vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
        assertEquals(CpuMode.PROTECTED, p.cpu.mode);
        assertEquals(32, p.cpu.codeBits);
        assertTrue(p.cpu.intercepts.cr0Allowed(p.cpu, 0x30), "PE and PG are free");
        assertFalse(p.cpu.intercepts.cr0Allowed(p.cpu, 0x11), "NE is not");
        leave();
        assertEquals(CpuMode.LONG_64, p.cpu.mode);
    }

    private void leave() {
        p.cpu.rip += 2;
        assertTrue(p.cpu.intercepts.instruction(p.cpu, Kind.CPUID, p.decode("cpuid"), 0));
    }

    /** SDM "VM-Entry Failures During or After Loading Guest State": processor state is loaded as by a VM exit, no guest state is saved. */
    @Test
    void anEntryThatFailsToLoadMsrsSavesNoGuestState() {
        p.memory.write32(0x21_0000, 0x5555);
        p.guest64(ControlBit.PIN_ACTIVATE_VMX_PREEMPTION_TIMER, ControlBit.EXIT_SAVE_VMX_PREEMPTION_TIMER_VALUE);
        p.vmwrite(VmcsField.PREEMPTION_TIMER_VALUE, 1000).vmwrite(VmcsField.GUEST_RSP, 0x1238);
        p.vmwrite(VmcsField.ENTRY_MSR_LOAD_ADDRESS, 0x21_0000).vmwrite(VmcsField.ENTRY_MSR_LOAD_COUNT, 1).vmlaunch();
        assertEquals(0x8000_0022, p.lastExit().rawReason());
        assertEquals(VmxProcessor.HOST_ENTRY, p.cpu.rip);
        assertEquals(1000, p.vmread(VmcsField.PREEMPTION_TIMER_VALUE));
        assertEquals(0x1238, p.vmread(VmcsField.GUEST_RSP));
        assertFalse(p.vmx.launched());
    }
}
