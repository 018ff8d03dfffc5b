// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.machine.event.Boundary;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import org.junit.jupiter.api.Test;

/** Time, loops, signals between processors, injection and aborts. */
class TransitionDetailsTest {
    private VmxProcessor p = new VmxProcessor();

    private void launch() {
        p.vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
        p.cpu.rip = VmxProcessor.GUEST_ENTRY;
    }

    // --- modes --------------------------------------------------------------------------------------------------------------

    /** "#UD if executed in compatibility mode" of every VMX instruction but VMFUNC; VMCALL exits from it in non-root operation. */
    @Test
    void inCompatibilityModeVmxInstructionsAreInvalidOpcodes() {
        p.vmxon();
        p.cpu.seg[Cpu.CS].set(8, 0, 0xFFFF_FFFFL, 0xC09B);
        p.cpu.stateChanged();
        for (String text : new String[] {"vmxon [0x200000]", "vmxoff", "vmlaunch", "vmresume", "vmcall", "vmclear [0x200000]",
            "vmptrld [0x200000]", "vmptrst [0x200000]", "vmread eax, ebx", "vmwrite eax, ebx", "invept eax, [0x200000]",
            "invvpid eax, [0x200000]"}) {
            VmxOperationTest.assertFault(CpuFault.UD, () -> p.exec(text));
        }
    }

    /** "#GP(0) if the current privilege level is not 0": in root operation, of every VMX instruction. */
    @Test
    void outsidePrivilegeLevelZeroVmxInstructionsFault() {
        p.vmxon().vmclear(VmxProcessor.VMCS).vmptrld(VmxProcessor.VMCS);
        p.cpu.cpl = 3;
        for (String text : new String[] {"vmxon [0x200000]", "vmxoff", "vmlaunch", "vmresume", "vmcall", "vmclear [0x200000]",
            "vmptrld [0x200000]", "vmptrst [0x200000]", "vmread rax, rbx", "vmwrite rax, rbx", "invept rax, [0x200000]",
            "invvpid rax, [0x200000]"}) {
            VmxOperationTest.assertFault(CpuFault.GP, () -> p.exec(text));
        }
    }

    /** "#PF(fault-code) if a page fault occurs in accessing the memory source operand": before any VMfail, and nothing changes. */
    @Test
    void faultsOfMemoryOperandsComeFirst() {
        p.vmxon().vmclear(VmxProcessor.VMCS).vmptrld(VmxProcessor.VMCS);
        for (String text : new String[] {"vmclear [0x80000000]", "vmptrld [0x80000000]", "vmptrst [0x80000000]"}) {
            p.cpu.gpr[Cpu.RAX] = 0x8000_0000L;
            VmxOperationTest.assertFault(CpuFault.PF, () -> p.exec(text.replace("0x80000000", "rax")));
        }
        p.cpu.gpr[Cpu.RAX] = VmcsField.GUEST_RIP.encoding();
        p.cpu.gpr[Cpu.RBX] = 0x8000_0000L;
        VmxOperationTest.assertFault(CpuFault.PF, () -> p.exec("vmread [rbx], rax"));
        VmxOperationTest.assertFault(CpuFault.PF, () -> p.exec("vmwrite rax, [rbx]"));
        assertEquals(VmxProcessor.VMCS, p.vmx.currentPointer());
    }

    // --- time and loops -------------------------------------------------------------------------------------------------------

    /** "RDTSC ... returns the product of the TSC and the TSC multiplier, shifted right by 48, plus the TSC offset." */
    @Test
    void theTscIsScaledAndOffset() {
        p = new VmxProcessor("ice-lake-sp");
        p.guest64(ControlBit.USE_TSC_OFFSETTING, ControlBit.USE_TSC_SCALING).vmwrite(VmcsField.TSC_OFFSET, 10);
        p.vmwrite(VmcsField.TSC_MULTIPLIER, 3L << 47);
        launch();
        assertEquals(1510, p.cpu.intercepts.tsc(p.cpu, 1000));
        assertEquals((0x7FFF_FFFF_FFFF_FFFFL >>> 1) * 3 + 10 + 1, p.cpu.intercepts.tsc(p.cpu, -1L >>> 1));
    }

    /** "PAUSE-loop exiting": the gap tells a new loop, the window how long one may last; at CPL 0 alone. */
    @Test
    void aLoopOfPausesThatLastsLongerThanTheWindowExits() {
        p.guest64(ControlBit.PAUSE_LOOP_EXITING).vmwrite(VmcsField.PLE_GAP, 100).vmwrite(VmcsField.PLE_WINDOW, 1000);
        launch();
        assertFalse(pauseAfter(0));
        for (int i = 0; i < 10; i++) {
            assertFalse(pauseAfter(100), "within the window");
        }
        assertFalse(pauseAfter(101), "a new loop");
        for (int i = 0; i < 10; i++) {
            assertFalse(pauseAfter(100));
        }
        p.cpu.cpl = 3;
        assertFalse(pauseAfter(0), "outside CPL 0");
        p.cpu.cpl = 0;
        assertTrue(pauseAfter(100));
        assertEquals(40, p.lastExit().rawReason());
    }

    private boolean pauseAfter(long ticks) {
        p.time += ticks;
        return p.atGuestEntry("pause", (x, i) -> x.instruction(p.cpu, Kind.PAUSE, i, 0));
    }

    // --- signals --------------------------------------------------------------------------------------------------------------

    /** "INIT signals cause VM exits"; in VMX root operation they are blocked. */
    @Test
    void anInitSignalExitsTheGuestAndWaitsInTheHost() {
        p.guest64();
        launch();
        p.cpu.initPending = true;
        p.cpu.attention |= Attention.INIT;
        assertTrue(Boundary.take(p.cpu));
        assertEquals(3, p.lastExit().rawReason());
        assertTrue(p.cpu.intercepts.initBlocked(p.cpu));
    }

    /** "SIPI: ... bits 7:0 of the exit qualification contain the vector"; only in the wait-for-SIPI state. */
    @Test
    void aStartUpSignalExitsAGuestThatWaitsForIt() {
        p.guest64().vmwrite(VmcsField.GUEST_ACTIVITY_STATE, 3);
        launch();
        assertEquals(Activity.WAIT_FOR_SIPI, p.cpu.activity);
        p.cpu.sipiVector = 0x9A;
        p.cpu.attention |= Attention.SIPI;
        assertTrue(Boundary.take(p.cpu));
        assertEquals(4, p.lastExit().rawReason());
        assertEquals(0x9A, p.lastExit().qualification());
        assertEquals(3, p.vmread(VmcsField.GUEST_ACTIVITY_STATE));
    }

    /** "Shutdown: external interrupts are blocked"; an NMI window opens, and an NMI comes through. */
    @Test
    void inTheShutdownStateNmisAndTheirWindowExitAndInterruptsDoNot() {
        p.guest64(ControlBit.PIN_EXTERNAL_INTERRUPT_EXITING, ControlBit.PIN_NMI_EXITING, ControlBit.PIN_VIRTUAL_NMIS);
        p.vmwrite(VmcsField.GUEST_ACTIVITY_STATE, 2);
        launch();
        assertEquals(Activity.SHUTDOWN, p.cpu.activity);
        p.interrupt = 0x30;
        p.cpu.attention |= Attention.INTERRUPT;
        assertFalse(Boundary.take(p.cpu));
        p.cpu.nmiPending = true;
        p.cpu.attention |= Attention.NMI;
        assertTrue(Boundary.take(p.cpu));
        assertEquals(0x8000_0202, p.lastExit().interruptionInfo());
        assertEquals(2, p.vmread(VmcsField.GUEST_ACTIVITY_STATE));
        p.vmwrite(VmcsField.PRIMARY_CONTROLS, p.vmread(VmcsField.PRIMARY_CONTROLS) | ControlBit.NMI_WINDOW_EXITING.mask()).exec("vmresume");
        assertTrue(p.cpu.intercepts.boundary(p.cpu));
        assertEquals(8, p.lastExit().rawReason());
    }

    // --- injection ------------------------------------------------------------------------------------------------------------

    /** "An MTF VM exit is pending on the instruction boundary before the first instruction following the VM entry." */
    @Test
    void anInjectedMonitorTrapExitsBeforeTheFirstInstruction() {
        p.guest64().vmwrite(VmcsField.ENTRY_INTERRUPTION_INFORMATION, 0x8000_0700L);
        launch();
        assertTrue(p.cpu.intercepts.trapLike(p.cpu));
        assertEquals(37, p.lastExit().rawReason());
        assertEquals(VmxProcessor.GUEST_ENTRY, p.lastExit().guestRip());
    }

    /** "If the event is an NMI and the 'virtual NMIs' control is 1, virtual-NMI blocking is in effect after VM entry." */
    @Test
    void anInjectedNmiBlocksNmis() {
        long idt = 0x51_0000;
        p.memory.write64(idt + 0x20, 0x50_0000 & 0xFFFF | 8 << 16 | 0x8E00L << 32 | 0x50L << 48);
        p.memory.write64(0x52_0008, 0x00AF_9B00_0000_FFFFL);
        p.guest64(ControlBit.PIN_NMI_EXITING, ControlBit.PIN_VIRTUAL_NMIS, ControlBit.NMI_WINDOW_EXITING);
        p.vmwrite(VmcsField.GUEST_IDTR_BASE, idt).vmwrite(VmcsField.GUEST_IDTR_LIMIT, 0xFFF).vmwrite(VmcsField.GUEST_GDTR_BASE, 0x52_0000);
        p.vmwrite(VmcsField.GUEST_GDTR_LIMIT, 0x17).vmwrite(VmcsField.ENTRY_INTERRUPTION_INFORMATION, 0x8000_0202L);
        launch();
        assertFalse(p.cpu.nmiBlocked);
        assertFalse(p.cpu.intercepts.boundary(p.cpu), "no NMI window while virtual NMIs are blocked");
        p.exec("vmcall");
        assertEquals(8, p.vmread(VmcsField.GUEST_INTERRUPTIBILITY_STATE));
    }

    /** "A VM entry that injects an event leaves the HLT state." */
    @Test
    void anInjectedInterruptWakesAHaltedGuest() {
        p.memory.write64(0x51_0300, 0x50_0000 & 0xFFFF | 8 << 16 | 0x8E00L << 32 | 0x50L << 48);
        p.memory.write64(0x52_0008, 0x00AF_9B00_0000_FFFFL);
        p.guest64().vmwrite(VmcsField.GUEST_IDTR_BASE, 0x51_0000).vmwrite(VmcsField.GUEST_IDTR_LIMIT, 0xFFF);
        p.vmwrite(VmcsField.GUEST_GDTR_BASE, 0x52_0000).vmwrite(VmcsField.GUEST_GDTR_LIMIT, 0x17).vmwrite(VmcsField.GUEST_RFLAGS, 0x202);
        p.vmwrite(VmcsField.GUEST_ACTIVITY_STATE, 1).vmwrite(VmcsField.ENTRY_INTERRUPTION_INFORMATION, 0x8000_0030L);
        launch();
        assertEquals(Activity.ACTIVE, p.cpu.activity);
    }

    // --- VMX aborts -----------------------------------------------------------------------------------------------------------

    /** "1: There was a failure in saving guest MSRs." */
    @Test
    void aGuestMsrThatCannotBeStoredAborts() {
        p.memory.write32(0x21_0000, 0x5555);
        p.guest64().vmwrite(VmcsField.EXIT_MSR_STORE_ADDRESS, 0x21_0000).vmwrite(VmcsField.EXIT_MSR_STORE_COUNT, 1);
        launch();
        p.exec("vmcall");
        assertAbort(1);
    }

    /**
     * "2: Host checking of the page-directory-pointer-table entries (PDPTEs) failed"; 6: the guest is in IA-32e mode and the host is
     * not.
     */
    @Test
    void aThirtyTwoBitHostWithBadPdptesOrBehindALongModeGuestAborts() {
        p.guest64();
        launch();
        p.vmx.write(VmcsField.EXIT_CONTROLS, p.vmx.current().value(VmcsField.EXIT_CONTROLS) & ~0x200L);
        p.vmx.write(VmcsField.HOST_CR3, 0x21_0000);
        p.memory.write64(0x21_0000, 0x1FF);
        p.vmx.controls.load(p.vmx.vmcs);
        p.exec("vmcall");
        assertAbort(6);
        p = new VmxProcessor();
        p.guest64(ControlBit.UNRESTRICTED_GUEST);
        p.vmwrite(VmcsField.ENTRY_CONTROLS, p.vmread(VmcsField.ENTRY_CONTROLS) & ~0x200L);
        p.vmwrite(VmcsField.GUEST_CR0, 0x31).vmwrite(VmcsField.GUEST_CR4, 0x2000).vmwrite(VmcsField.GUEST_CS_ACCESS_RIGHTS, 0xC09B);
        launch();
        p.vmx.write(VmcsField.EXIT_CONTROLS, p.vmx.current().value(VmcsField.EXIT_CONTROLS) & ~0x200L);
        p.vmx.write(VmcsField.HOST_CR3, 0x21_0000);
        p.memory.write64(0x21_0000, 0x1FF);
        p.vmx.controls.load(p.vmx.vmcs);
        p.exec("vmcall");
        assertAbort(2);
    }

    private void assertAbort(int indicator) {
        assertEquals(indicator, p.memory.read32(VmxProcessor.VMCS + 4));
        assertTrue(p.shutdown.startsWith("VMX abort " + indicator + ": "), p.shutdown);
        assertNull(p.exits.isEmpty() ? null : p.lastExit());
    }
}
