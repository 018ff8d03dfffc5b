// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.EventInFlight;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.VmcsField;
import org.junit.jupiter.api.Test;

/** What a VM exit records, saves and loads (SDM "VM Exits"). */
class VmExitTest {
    private static final long RIP = VmxProcessor.GUEST_ENTRY;
    private final VmxProcessor p = new VmxProcessor();

    private VmxProcessor run(ControlBit... controls) {
        p.guest64(controls).vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
        return p;
    }

    /** Asks the intercept of an instruction that lies at the guest's entry. */
    private boolean at(String text, java.util.function.BiPredicate<dev.vmcsmith.machine.cpu.InterceptPolicy, dev.vmcsmith.machine.cpu.Insn> ask) {
        var insn = p.decode(text);
        p.cpu.rip = RIP + insn.length;
        return ask.test(p.cpu.intercepts, insn);
    }

    private void assertExit(int reason, long qualification, int length) {
        VmExit exit = p.lastExit();
        assertEquals(reason, exit.rawReason());
        assertEquals(qualification, exit.qualification(), () -> Long.toHexString(exit.qualification()));
        assertEquals(length, exit.instructionLength());
        assertEquals(RIP, exit.guestRip());
        assertFalse(p.vmx.nonRoot());
    }

    @Test
    void cpuidExitsWithItsLengthAndTheHostRuns() {
        run();
        assertTrue(at("cpuid", (x, i) -> x.instruction(p.cpu, Kind.CPUID, i, 0)));
        assertExit(10, 0, 2);
        assertEquals(VmxProcessor.HOST_ENTRY, p.cpu.rip);
        assertEquals(VmxProcessor.HOST_STACK, p.cpu.gpr[Cpu.RSP]);
        assertEquals(2, p.cpu.rflags());
        assertEquals(0x1234, p.cpu.seg[Cpu.FS].base);
        assertEquals(0xA09B, p.cpu.seg[Cpu.CS].rights);
        assertEquals(0x8B, p.cpu.seg[Cpu.TR].rights);
        assertEquals(0x67, p.cpu.seg[Cpu.TR].limit);
        assertTrue(p.cpu.seg[Cpu.LDTR].unusable());
        assertTrue(p.cpu.seg[Cpu.ES].unusable(), "null selector");
        assertFalse(p.cpu.seg[Cpu.DS].unusable());
        assertEquals(0xFFFF, p.cpu.gdtLimit);
        assertEquals(0xFFFF_8000_0000_0000L, p.cpu.gdtBase);
    }

    @Test
    void theGuestsStateIsSaved() {
        run();
        p.cpu.gpr[Cpu.RSP] = 0x1122_3344_5566_7788L;
        p.cpu.cr3 = 0x7000;
        p.cpu.seg[Cpu.GS].set(0x33, 0xABC, 0xFFFF, 0xF3);
        p.cpu.setRflags(0x10246);
        at("cpuid", (x, i) -> x.instruction(p.cpu, Kind.CPUID, i, 0));
        assertEquals(0x1122_3344_5566_7788L, p.vmread(VmcsField.GUEST_RSP));
        assertEquals(0x7000, p.vmread(VmcsField.GUEST_CR3));
        assertEquals(0x33, p.vmread(VmcsField.GUEST_GS_SELECTOR));
        assertEquals(0xABC, p.vmread(VmcsField.GUEST_GS_BASE));
        assertEquals(0xFFFF, p.vmread(VmcsField.GUEST_GS_LIMIT));
        assertEquals(0xF3, p.vmread(VmcsField.GUEST_GS_ACCESS_RIGHTS));
        assertEquals(0x246, p.vmread(VmcsField.GUEST_RFLAGS), "RF is saved as 0 for an intercepted instruction");
    }

    @Test
    void movCr3ExitsWithRegisterAndDirection() {
        run(ControlBit.CR3_LOAD_EXITING, ControlBit.CR3_STORE_EXITING);
        assertTrue(at("mov rcx, cr3", (x, i) -> x.movFromCr(p.cpu, 3, 1, i)));
        assertExit(28, 0x113, 3);
        p.exec("vmresume");
        assertTrue(at("mov cr3, rcx", (x, i) -> x.movToCr(p.cpu, 3, 1, 0x5000, i)));
        assertExit(28, 0x103, 3);
    }

    @Test
    void aCr3TargetValueDoesNotExit() {
        p.guest64(ControlBit.CR3_LOAD_EXITING).vmwrite(VmcsField.CR3_TARGET_COUNT, 2).vmwrite(VmcsField.CR3_TARGET_VALUE_1, 0x5000).vmlaunch();
        assertFalse(at("mov cr3, rcx", (x, i) -> x.movToCr(p.cpu, 3, 1, 0x5000, i)));
        assertTrue(at("mov cr3, rcx", (x, i) -> x.movToCr(p.cpu, 3, 1, 0x6000, i)));
    }

    @Test
    void cr0AndCr4ExitWhenABitOfTheMaskDiffersFromTheShadow() {
        p.guest64().vmwrite(VmcsField.CR0_GUEST_HOST_MASK, 0x8000_0008L).vmwrite(VmcsField.CR0_READ_SHADOW, 8);
        p.vmwrite(VmcsField.CR4_GUEST_HOST_MASK, 0x2000).vmlaunch();
        assertEquals(0x0000_0039, p.cpu.intercepts.visibleCr0(p.cpu));
        assertEquals(0x20, p.cpu.intercepts.visibleCr4(p.cpu));
        assertEquals(0x8000_0033L, p.cpu.intercepts.effectiveCr0(p.cpu, 0x0B | 0x30));
        assertFalse(at("mov cr0, rax", (x, i) -> x.movToCr(p.cpu, 0, 0, 0x3B, i)));
        assertTrue(at("mov cr0, rax", (x, i) -> x.movToCr(p.cpu, 0, 0, 0x8000_003BL, i)));
        assertExit(28, 0, 3);
        p.exec("vmresume");
        assertTrue(at("clts", (x, i) -> x.clts(p.cpu, i)));
        assertExit(28, 0x20, 2);
        p.exec("vmresume");
        assertTrue(at("mov cr4, rdx", (x, i) -> x.movToCr(p.cpu, 4, 2, 0x2020, i)));
        assertExit(28, 0x204, 3);
    }

    @Test
    void lmswReportsItsSource() {
        p.guest64().vmwrite(VmcsField.CR0_GUEST_HOST_MASK, 0xF).vmwrite(VmcsField.CR0_READ_SHADOW, 1).vmlaunch();
        assertFalse(at("lmsw ax", (x, i) -> x.lmsw(p.cpu, 0x0, false, 0, i)), "LMSW cannot clear PE");
        assertTrue(at("lmsw ax", (x, i) -> x.lmsw(p.cpu, 0x0E, false, 0, i)));
        assertExit(28, 0x0E0030, 3);
        p.exec("vmresume");
        assertTrue(at("lmsw [0x200000]", (x, i) -> x.lmsw(p.cpu, 0x0E, true, 0x20_0000, i)));
        assertEquals(0x0E0070, p.lastExit().qualification());
        assertEquals(0x20_0000, p.lastExit().guestLinear());
    }

    @Test
    void movDrExitsWithRegisterAndDirection() {
        run(ControlBit.MOV_DR_EXITING);
        assertTrue(at("mov rdx, dr7", (x, i) -> x.movDr(p.cpu, 7, false, 2, i)));
        assertExit(29, 0x217, 3);
    }

    @Test
    void ioExitsByBitmapAndReportsPortSizeAndDirection() {
        p.guest64(ControlBit.USE_IO_BITMAPS).vmwrite(VmcsField.IO_BITMAP_A_ADDRESS, 0x22_0000).vmwrite(VmcsField.IO_BITMAP_B_ADDRESS, 0x22_1000);
        p.memory.write(0, 0x22_0000 + 0x3F8 / 8, 1, 1);
        p.memory.write(0, 0x22_1000, 1, 1);
        p.vmlaunch();
        assertFalse(at("in al, dx", (x, i) -> x.io(p.cpu, 0x3F9, 1, true, false, false, false, 0, i)));
        assertTrue(at("in al, dx", (x, i) -> x.io(p.cpu, 0x3F8, 1, true, false, false, false, 0, i)));
        assertExit(30, 0x03F8_0008, 1);
        p.exec("vmresume");
        assertTrue(at("out dx, eax", (x, i) -> x.io(p.cpu, 0x7FFD, 4, false, false, false, false, 0, i)), "the last byte is in bitmap B");
        assertExit(30, 0x7FFD_0003L, 1);
        p.exec("vmresume");
        assertTrue(at("out dx, eax", (x, i) -> x.io(p.cpu, 0xFFFF, 4, false, false, false, false, 0, i)), "wraps around");
        p.exec("vmresume");
        assertTrue(at("rep outsb", (x, i) -> x.io(p.cpu, 0x3F8, 1, false, true, true, false, 0x1_0000, i)));
        assertExit(30, 0x03F8_0030, 2);
        assertEquals(0x1_0000, p.lastExit().guestLinear());
        assertEquals(2 << 7 | 3 << 15, p.lastExit().instructionInfo());
    }

    @Test
    void msrAccessesExitByBitmap() {
        p.guest64(ControlBit.USE_MSR_BITMAPS).vmwrite(VmcsField.MSR_BITMAP_ADDRESS, 0x22_0000);
        p.memory.write(0, 0x22_0000 + 0x10 / 8, 1, 1);
        p.memory.write(0, 0x22_0C00 + 0x80 / 8, 1, 1);
        p.vmlaunch();
        assertFalse(at("rdmsr", (x, i) -> x.rdmsr(p.cpu, 0x11, i)));
        assertFalse(at("rdmsr", (x, i) -> x.rdmsr(p.cpu, 0xC000_0080, i)));
        assertTrue(at("rdmsr", (x, i) -> x.rdmsr(p.cpu, 0x10, i)));
        assertExit(31, 0, 2);
        p.exec("vmresume");
        assertTrue(at("wrmsr", (x, i) -> x.wrmsr(p.cpu, 0xC000_0080, 0, i)));
        assertExit(32, 0, 2);
        p.exec("vmresume");
        assertTrue(at("rdmsr", (x, i) -> x.rdmsr(p.cpu, 0x4000_0000, i)), "outside both ranges");
    }

    @Test
    void exceptionsExitByBitmapWithTheirInformation() {
        p.guest64().vmwrite(VmcsField.EXCEPTION_BITMAP, 1 << CpuFault.GP | 1 << CpuFault.BP).vmlaunch();
        p.cpu.rip = RIP;
        assertFalse(p.cpu.intercepts.exception(p.cpu, EventInFlight.HARDWARE_EXCEPTION, CpuFault.UD, false, 0, 0, 2));
        assertTrue(p.cpu.intercepts.exception(p.cpu, EventInFlight.HARDWARE_EXCEPTION, CpuFault.GP, true, 0x18, 0, 2));
        assertExit(0, 0, 0);
        assertEquals(0x8000_0B0D, p.lastExit().interruptionInfo());
        assertEquals(0x18, p.lastExit().interruptionErrorCode());
        assertEquals(0x1_0002, p.vmread(VmcsField.GUEST_RFLAGS) & 0x1_0002, "RF as the pushed image has it");
        p.exec("vmresume");
        p.cpu.rip = RIP;
        assertTrue(p.cpu.intercepts.exception(p.cpu, EventInFlight.SOFTWARE_EXCEPTION, CpuFault.BP, false, 0, 0, 1));
        assertExit(0, 0, 1);
        assertEquals(0x8000_0603, p.lastExit().interruptionInfo());
    }

    @Test
    void pageFaultsGoByErrorCodeMaskAndMatch() {
        p.guest64().vmwrite(VmcsField.EXCEPTION_BITMAP, 1 << CpuFault.PF).vmwrite(VmcsField.PAGE_FAULT_ERROR_CODE_MASK, 2);
        p.vmwrite(VmcsField.PAGE_FAULT_ERROR_CODE_MATCH, 2).vmlaunch();
        p.cpu.rip = RIP;
        assertFalse(pageFault(5));
        assertTrue(pageFault(7));
        assertExit(0, 0xFFFF_8000_0000_1000L, 0);
        p.vmwrite(VmcsField.EXCEPTION_BITMAP, 0).exec("vmresume");
        assertFalse(pageFault(7));
        assertTrue(pageFault(5), "with the bit clear, a mismatch exits");
    }

    private boolean pageFault(int errorCode) {
        return p.cpu.intercepts.exception(p.cpu, EventInFlight.HARDWARE_EXCEPTION, CpuFault.PF, true, errorCode, 0xFFFF_8000_0000_1000L, 0);
    }

    @Test
    void anEptViolationReportsBothAddresses() {
        run();
        p.cpu.rip = RIP;
        p.cpu.intercepts.takeExit(p.cpu, new VmExitSignal(48, 0x182, true, 0x5008, 0x5008), 3);
        assertEquals(48, p.lastExit().rawReason());
        assertEquals(0x182, p.lastExit().qualification());
        assertEquals(0x5008, p.lastExit().guestLinear());
        assertEquals(0x5008, p.lastExit().guestPhysical());
        assertEquals(0x1_0002, p.vmread(VmcsField.GUEST_RFLAGS));
    }

    @Test
    void anExitWhileAnEventIsDeliveredReportsTheEvent() {
        run();
        p.cpu.rip = RIP;
        p.cpu.delivering.set(EventInFlight.SOFTWARE_INTERRUPT, 0x80, false, 0, 2);
        p.cpu.intercepts.takeExit(p.cpu, new VmExitSignal(48, 0x182, true, 0x5008, 0x5008), 2);
        assertEquals(0x8000_0480, p.lastExit().idtVectoringInfo());
        assertEquals(2, p.lastExit().instructionLength());
    }

    @Test
    void aDoubleFaultThatExitsIsNotDuringDelivery() {
        p.guest64().vmwrite(VmcsField.EXCEPTION_BITMAP, 1 << CpuFault.DF).vmlaunch();
        p.cpu.rip = RIP;
        p.cpu.delivering.set(EventInFlight.HARDWARE_EXCEPTION, CpuFault.GP, true, 0, 0);
        assertTrue(p.cpu.intercepts.exception(p.cpu, EventInFlight.HARDWARE_EXCEPTION, CpuFault.DF, true, 0, 0, 0));
        assertEquals(0, p.lastExit().idtVectoringInfo());
        assertEquals(0x8000_0B08, p.lastExit().interruptionInfo());
    }

    @Test
    void anExternalInterruptIsAcknowledgedOnlyWhenTheExitControlSaysSo() {
        run(ControlBit.PIN_EXTERNAL_INTERRUPT_EXITING, ControlBit.EXIT_ACKNOWLEDGE_INTERRUPT_ON_EXIT);
        p.cpu.rip = RIP;
        p.interrupt = 0x31;
        assertTrue(p.cpu.intercepts.interruptsIgnoreIf(p.cpu));
        assertTrue(p.cpu.intercepts.externalInterrupt(p.cpu));
        assertExit(1, 0, 0);
        assertEquals(0x8000_0031, p.lastExit().interruptionInfo());
        p.control(ControlField.EXIT, ControlBit.EXIT_HOST_ADDRESS_SPACE_SIZE).exec("vmresume");
        p.interrupt = 0x32;
        assertTrue(p.cpu.intercepts.externalInterrupt(p.cpu));
        assertEquals(0, p.lastExit().interruptionInfo());
        assertEquals(0x32, p.interrupt, "still pending");
    }

    @Test
    void anNmiThatExitsBlocksNmisInTheHost() {
        run(ControlBit.PIN_NMI_EXITING);
        p.cpu.rip = RIP;
        assertTrue(p.cpu.intercepts.exception(p.cpu, EventInFlight.NMI, 2, false, 0, 0, 0));
        assertExit(0, 0, 0);
        assertEquals(0x8000_0202, p.lastExit().interruptionInfo());
        assertTrue(p.cpu.nmiBlocked);
        assertEquals(0, p.vmread(VmcsField.GUEST_INTERRUPTIBILITY_STATE));
    }

    @Test
    void anInterruptWindowExitsOnceInterruptsAreOpen() {
        run(ControlBit.INTERRUPT_WINDOW_EXITING);
        p.cpu.rip = RIP;
        assertFalse(p.cpu.intercepts.boundary(p.cpu));
        p.cpu.setRflags(0x202);
        p.cpu.shadow = 1;
        assertFalse(p.cpu.intercepts.boundary(p.cpu), "blocked by STI");
        p.cpu.shadow = 0;
        assertTrue(p.cpu.intercepts.boundary(p.cpu));
        assertExit(7, 0, 0);
    }

    @Test
    void anNmiWindowExitsWithoutVirtualNmiBlocking() {
        p.guest64(ControlBit.PIN_NMI_EXITING, ControlBit.PIN_VIRTUAL_NMIS, ControlBit.NMI_WINDOW_EXITING);
        p.vmwrite(VmcsField.GUEST_INTERRUPTIBILITY_STATE, 8).vmlaunch();
        p.cpu.rip = RIP;
        assertFalse(p.cpu.intercepts.boundary(p.cpu));
        p.cpu.intercepts.iret(p.cpu);
        p.cpu.instructions++;
        assertTrue(p.cpu.intercepts.boundary(p.cpu));
        assertExit(8, 0, 0);
    }

    @Test
    void theMonitorTrapFlagExitsAfterOneInstruction() {
        run(ControlBit.MONITOR_TRAP_FLAG);
        p.cpu.rip = RIP;
        assertFalse(p.cpu.intercepts.trapLike(p.cpu));
        p.cpu.instructions++;
        p.cpu.pendingDebug = 0x4000;
        assertTrue(p.cpu.intercepts.trapLike(p.cpu));
        assertEquals(0x4000, p.vmread(VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS), "the debug trap is lower in priority");
        assertExit(37, 0, 0);
    }

    @Test
    void thePreemptionTimerExpiresAndItsValueIsSaved() {
        int shift = p.capabilities.preemptionTimerShift();
        p.time = 0;
        p.guest64(ControlBit.PIN_ACTIVATE_VMX_PREEMPTION_TIMER, ControlBit.EXIT_SAVE_VMX_PREEMPTION_TIMER_VALUE);
        p.vmwrite(VmcsField.PREEMPTION_TIMER_VALUE, 100).vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
        assertEquals(100L << shift, p.cpu.intercepts.deadline(p.cpu));
        p.time = 40L << shift;
        assertFalse(p.cpu.intercepts.boundary(p.cpu));
        p.cpu.rip = RIP + 2;
        p.cpu.intercepts.instruction(p.cpu, Kind.CPUID, p.decode("cpuid"), 0);
        assertEquals(60, p.vmread(VmcsField.PREEMPTION_TIMER_VALUE));
        p.exec("vmresume");
        p.time = 100L << shift;
        p.cpu.rip = RIP;
        assertTrue(p.cpu.intercepts.boundary(p.cpu));
        assertExit(52, 0, 0);
        assertEquals(0, p.vmread(VmcsField.PREEMPTION_TIMER_VALUE));
        assertEquals(Long.MAX_VALUE, p.cpu.intercepts.deadline(p.cpu));
    }

    @Test
    void theTscIsOffset() {
        p.guest64(ControlBit.USE_TSC_OFFSETTING).vmwrite(VmcsField.TSC_OFFSET, -1000).vmlaunch();
        assertEquals(4000, p.cpu.intercepts.tsc(p.cpu, 5000));
    }

    @Test
    void vmxInstructionsOfTheGuestExitWithTheirOperands() {
        run();
        p.cpu.rip = RIP;
        p.exec("vmptrld [rbx + rcx * 4 + 0x1234]");
        assertEquals(21, p.lastExit().rawReason());
        assertEquals(0x1234, p.lastExit().qualification());
        assertEquals(2 | 2 << 7 | 3 << 15 | 1 << 18 | 3 << 23, p.lastExit().instructionInfo());
        p.exec("vmresume").exec("vmread r9, r10");
        assertEquals(23, p.lastExit().rawReason());
        assertEquals(9 << 3 | 1 << 10 | 10 << 28, p.lastExit().instructionInfo());
        p.exec("vmresume").exec("vmcall");
        assertEquals(18, p.lastExit().rawReason());
        assertEquals(3, p.lastExit().instructionLength());
    }

    @Test
    void vmcsShadowingReadsAndWritesTheLinkedVmcs() {
        p.guest64(ControlBit.VMCS_SHADOWING).vmwrite(VmcsField.VMCS_LINK_POINTER, VmxProcessor.OTHER_VMCS);
        p.vmwrite(VmcsField.VMREAD_BITMAP_ADDRESS, 0x22_0000).vmwrite(VmcsField.VMWRITE_BITMAP_ADDRESS, 0x22_1000);
        p.memory.write32(VmxProcessor.OTHER_VMCS, p.capabilities.revision() | 1 << 31);
        p.memory.write(0, 0x22_0000 + VmcsField.GUEST_RSP.encoding() / 8, 1, 0xFF);
        p.vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
        p.vmwrite(VmcsField.GUEST_CR3, 0x1234_5000);
        assertEquals(0x1234_5000, p.vmread(VmcsField.GUEST_CR3));
        assertTrue(p.vmx.nonRoot());
        p.vmread(VmcsField.GUEST_RSP);
        assertEquals(23, p.lastExit().rawReason());
        p.vmclear(VmxProcessor.OTHER_VMCS).vmptrld(VmxProcessor.OTHER_VMCS);
        assertEquals(0x1234_5000, p.vmread(VmcsField.GUEST_CR3));
    }

    @Test
    void vmfuncSwitchesTheEptPointer() {
        p.guest64(ControlBit.ENABLE_VM_FUNCTIONS).vmwrite(VmcsField.VM_FUNCTION_CONTROLS, 1).vmwrite(VmcsField.EPTP_LIST_ADDRESS, 0x22_0000);
        p.memory.write64(0x22_0000 + 8 * 5, 0x78_001E);
        p.vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
        p.cpu.gpr[Cpu.RAX] = 0;
        p.cpu.gpr[Cpu.RCX] = 5;
        p.exec("vmfunc");
        assertEquals(0x78_001E, p.cpu.intercepts.eptPointer(p.cpu));
        p.cpu.gpr[Cpu.RCX] = 512;
        p.exec("vmfunc");
        assertEquals(59, p.lastExit().rawReason());
    }

    @Test
    void theModificationLogCountsDownAndExitsWhenFull() {
        p.guest64(ControlBit.ENABLE_PML).vmwrite(VmcsField.EPT_POINTER, VmxProcessor.EPT | 0x5E).vmwrite(VmcsField.PML_ADDRESS, 0x22_0000);
        p.vmwrite(VmcsField.PML_INDEX, 0).vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
        p.cpu.intercepts.pageModified(p.cpu, 0x5123);
        assertEquals(0x5000, p.memory.read64(0x22_0000));
        VmExitSignal full = org.junit.jupiter.api.Assertions.assertThrows(VmExitSignal.class, () -> p.cpu.intercepts.pageModified(p.cpu, 0x6000));
        assertEquals(62, full.reason);
    }

    @Test
    void msrsAreStoredAndLoaded() {
        p.memory.write32(0x21_0000, 0xC000_0081);
        p.memory.write32(0x21_1000, 0xC000_0081);
        p.memory.write64(0x21_1008, 99);
        p.guest64().vmwrite(VmcsField.EXIT_MSR_STORE_ADDRESS, 0x21_0000).vmwrite(VmcsField.EXIT_MSR_STORE_COUNT, 1);
        p.vmwrite(VmcsField.EXIT_MSR_LOAD_ADDRESS, 0x21_1000).vmwrite(VmcsField.EXIT_MSR_LOAD_COUNT, 1).vmlaunch();
        p.cpu.msr.star = 5;
        at("cpuid", (x, i) -> x.instruction(p.cpu, Kind.CPUID, i, 0));
        assertEquals(5, p.memory.read64(0x21_0008));
        assertEquals(99, p.cpu.msr.star);
    }

    @Test
    void anMsrThatTheHostCannotLoadAborts() {
        p.memory.write32(0x21_1000, 0x5555);
        p.guest64().vmwrite(VmcsField.EXIT_MSR_LOAD_ADDRESS, 0x21_1000).vmwrite(VmcsField.EXIT_MSR_LOAD_COUNT, 1).vmlaunch();
        at("cpuid", (x, i) -> x.instruction(p.cpu, Kind.CPUID, i, 0));
        assertNotNull(p.shutdown);
        assertEquals(4, p.memory.read32(VmxProcessor.VMCS + 4));
    }

    @Test
    void aTripleFaultExits() {
        run();
        p.cpu.rip = RIP;
        assertTrue(p.cpu.intercepts.tripleFault(p.cpu));
        assertExit(2, 0, 0);
    }

    @Test
    void instructionsAreInterceptedByTheirControls() {
        run(ControlBit.HLT_EXITING, ControlBit.INVLPG_EXITING, ControlBit.RDTSC_EXITING, ControlBit.WBINVD_EXITING, ControlBit.DESCRIPTOR_TABLE_EXITING);
        assertTrue(at("hlt", (x, i) -> x.instruction(p.cpu, Kind.HLT, i, 0)));
        assertExit(12, 0, 1);
        p.exec("vmresume");
        assertTrue(at("invlpg [rax]", (x, i) -> x.instruction(p.cpu, Kind.INVLPG, i, 0x1234_5678)));
        assertExit(14, 0x1234_5678, 3);
        p.exec("vmresume");
        assertTrue(at("rdtsc", (x, i) -> x.instruction(p.cpu, Kind.RDTSC, i, 0)));
        assertExit(16, 0, 2);
        p.exec("vmresume");
        assertTrue(at("wbinvd", (x, i) -> x.instruction(p.cpu, Kind.WBINVD, i, 0)));
        assertExit(54, 0, 2);
        p.exec("vmresume");
        assertTrue(at("lidt [rbx + 0x10]", (x, i) -> x.instruction(p.cpu, Kind.LIDT, i, 0x10)));
        assertEquals(46, p.lastExit().rawReason());
        assertEquals(0x10, p.lastExit().qualification());
        assertEquals(3, p.lastExit().instructionInfo() >>> 28);
        p.exec("vmresume");
        assertFalse(at("pause", (x, i) -> x.instruction(p.cpu, Kind.PAUSE, i, 0)));
        assertFalse(at("rdpmc", (x, i) -> x.instruction(p.cpu, Kind.RDPMC, i, 0)));
        assertFalse(p.cpu.intercepts.enabled(p.cpu, Kind.RDTSCP));
    }
}
