// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import org.junit.jupiter.api.Test;

/** Instructions that exit, with their qualifications, and those that behave differently (SDM "VMX Non-Root Operation"). */
class InterceptsTest extends GuestRun {
    @Test
    void movCr3ExitsWithRegisterAndDirection() {
        run(ControlBit.CR3_LOAD_EXITING, ControlBit.CR3_STORE_EXITING);
        assertTrue(p.atGuestEntry("mov rcx, cr3", (x, i) -> x.movFromCr(p.cpu, 3, 1, i)));
        assertExit(28, 0x113, 3);
        p.exec("vmresume");
        assertTrue(p.atGuestEntry("mov cr3, rcx", (x, i) -> x.movToCr(p.cpu, 3, 1, 0x5000, i)));
        assertExit(28, 0x103, 3);
    }

    @Test
    void aCr3TargetValueDoesNotExit() {
        p.guest64(ControlBit.CR3_LOAD_EXITING).vmwrite(VmcsField.CR3_TARGET_COUNT, 2)
            .vmwrite(VmcsField.CR3_TARGET_VALUE_1, 0x5000).vmlaunch();
        assertFalse(p.atGuestEntry("mov cr3, rcx", (x, i) -> x.movToCr(p.cpu, 3, 1, 0x5000, i)));
        assertTrue(p.atGuestEntry("mov cr3, rcx", (x, i) -> x.movToCr(p.cpu, 3, 1, 0x6000, i)));
    }

    @Test
    void cr0AndCr4ExitWhenABitOfTheMaskDiffersFromTheShadow() {
        p.guest64().vmwrite(VmcsField.CR0_GUEST_HOST_MASK, 0x8000_0008L).vmwrite(VmcsField.CR0_READ_SHADOW, 8);
        p.vmwrite(VmcsField.CR4_GUEST_HOST_MASK, 0x2000).vmlaunch();
        assertEquals(0x0000_0039, p.cpu.intercepts.visibleCr0(p.cpu));
        assertEquals(0x20, p.cpu.intercepts.visibleCr4(p.cpu));
        assertEquals(0x8000_0033L, p.cpu.intercepts.effectiveCr0(p.cpu, 0x0B | 0x30));
        assertFalse(p.atGuestEntry("mov cr0, rax", (x, i) -> x.movToCr(p.cpu, 0, 0, 0x3B, i)));
        assertTrue(p.atGuestEntry("mov cr0, rax", (x, i) -> x.movToCr(p.cpu, 0, 0, 0x8000_003BL, i)));
        assertExit(28, 0, 3);
        p.exec("vmresume");
        assertTrue(p.atGuestEntry("clts", (x, i) -> x.clts(p.cpu, i)));
        assertExit(28, 0x20, 2);
        p.exec("vmresume");
        assertTrue(p.atGuestEntry("mov cr4, rdx", (x, i) -> x.movToCr(p.cpu, 4, 2, 0x2020, i)));
        assertExit(28, 0x204, 3);
    }

    @Test
    void lmswReportsItsSource() {
        p.guest64().vmwrite(VmcsField.CR0_GUEST_HOST_MASK, 0xF).vmwrite(VmcsField.CR0_READ_SHADOW, 1).vmlaunch();
        assertFalse(p.atGuestEntry("lmsw ax", (x, i) -> x.lmsw(p.cpu, 0x0, false, 0, i)), "LMSW cannot clear PE");
        assertTrue(p.atGuestEntry("lmsw ax", (x, i) -> x.lmsw(p.cpu, 0x0E, false, 0, i)));
        assertExit(28, 0x0E0030, 3);
        p.exec("vmresume");
        assertTrue(p.atGuestEntry("lmsw [0x200000]", (x, i) -> x.lmsw(p.cpu, 0x0E, true, 0x20_0000, i)));
        assertEquals(0x0E0070, p.lastExit().qualification());
        assertEquals(0x20_0000, p.lastExit().guestLinear());
    }

    @Test
    void movDrExitsWithRegisterAndDirection() {
        run(ControlBit.MOV_DR_EXITING);
        assertTrue(p.atGuestEntry("mov rdx, dr7", (x, i) -> x.movDr(p.cpu, 7, false, 2, i)));
        assertExit(29, 0x217, 3);
    }

    @Test
    void ioExitsByBitmapAndReportsPortSizeAndDirection() {
        p.guest64(ControlBit.USE_IO_BITMAPS).vmwrite(VmcsField.IO_BITMAP_A_ADDRESS, 0x22_0000)
            .vmwrite(VmcsField.IO_BITMAP_B_ADDRESS, 0x22_1000);
        p.memory.write(0, 0x22_0000 + 0x3F8 / 8, 1, 1);
        p.memory.write(0, 0x22_1000, 1, 1);
        p.vmlaunch();
        assertFalse(p.atGuestEntry("in al, dx", (x, i) -> x.io(p.cpu, 0x3F9, 1, true, false, false, false, 0, i)));
        assertTrue(p.atGuestEntry("in al, dx", (x, i) -> x.io(p.cpu, 0x3F8, 1, true, false, false, false, 0, i)));
        assertExit(30, 0x03F8_0008, 1);
        p.exec("vmresume");
        assertTrue(p.atGuestEntry("out dx, eax",
            (x, i) -> x.io(p.cpu, 0x7FFD, 4, false, false, false, false, 0, i)), "the last byte is in bitmap B");
        assertExit(30, 0x7FFD_0003L, 1);
        p.exec("vmresume");
        assertTrue(p.atGuestEntry("out dx, eax", (x, i) -> x.io(p.cpu, 0xFFFF, 4, false, false, false, false, 0, i)), "wraps around");
        p.exec("vmresume");
        assertTrue(p.atGuestEntry("rep outsb", (x, i) -> x.io(p.cpu, 0x3F8, 1, false, true, true, false, 0x1_0000, i)));
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
        assertFalse(p.atGuestEntry("rdmsr", (x, i) -> x.rdmsr(p.cpu, 0x11, i)));
        assertFalse(p.atGuestEntry("rdmsr", (x, i) -> x.rdmsr(p.cpu, 0xC000_0080, i)));
        assertTrue(p.atGuestEntry("rdmsr", (x, i) -> x.rdmsr(p.cpu, 0x10, i)));
        assertExit(31, 0, 2);
        p.exec("vmresume");
        assertTrue(p.atGuestEntry("wrmsr", (x, i) -> x.wrmsr(p.cpu, 0xC000_0080, 0, i)));
        assertExit(32, 0, 2);
        p.exec("vmresume");
        assertTrue(p.atGuestEntry("rdmsr", (x, i) -> x.rdmsr(p.cpu, 0x4000_0000, i)), "outside both ranges");
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
        p.guest64(ControlBit.ENABLE_VM_FUNCTIONS).vmwrite(VmcsField.VM_FUNCTION_CONTROLS, 1)
            .vmwrite(VmcsField.EPTP_LIST_ADDRESS, 0x22_0000);
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
        p.cpu.intercepts.eptFlagsChange(p.cpu, 0x5123, true);
        assertEquals(0x5000, p.memory.read64(0x22_0000));
        VmExitSignal full = assertThrows(VmExitSignal.class, () -> p.cpu.intercepts.eptFlagsChange(p.cpu, 0x6000, true));
        assertEquals(62, full.reason);
    }

    @Test
    void instructionsAreInterceptedByTheirControls() {
        run(ControlBit.HLT_EXITING, ControlBit.INVLPG_EXITING, ControlBit.RDTSC_EXITING, ControlBit.WBINVD_EXITING,
            ControlBit.DESCRIPTOR_TABLE_EXITING);
        assertTrue(p.atGuestEntry("hlt", (x, i) -> x.instruction(p.cpu, Kind.HLT, i, 0)));
        assertExit(12, 0, 1);
        p.exec("vmresume");
        assertTrue(p.atGuestEntry("invlpg [rax]", (x, i) -> x.instruction(p.cpu, Kind.INVLPG, i, 0x1234_5678)));
        assertExit(14, 0x1234_5678, 3);
        p.exec("vmresume");
        assertTrue(p.atGuestEntry("rdtsc", (x, i) -> x.instruction(p.cpu, Kind.RDTSC, i, 0)));
        assertExit(16, 0, 2);
        p.exec("vmresume");
        assertTrue(p.atGuestEntry("wbinvd", (x, i) -> x.instruction(p.cpu, Kind.WBINVD, i, 0)));
        assertExit(54, 0, 2);
        p.exec("vmresume");
        assertTrue(p.atGuestEntry("lidt [rbx + 0x10]", (x, i) -> x.instruction(p.cpu, Kind.LIDT, i, 0x10)));
        assertEquals(46, p.lastExit().rawReason());
        assertEquals(0x10, p.lastExit().qualification());
        assertEquals(3, p.lastExit().instructionInfo() >>> 28);
        p.exec("vmresume");
        assertFalse(p.atGuestEntry("pause", (x, i) -> x.instruction(p.cpu, Kind.PAUSE, i, 0)));
        assertFalse(p.atGuestEntry("rdpmc", (x, i) -> x.instruction(p.cpu, Kind.RDPMC, i, 0)));
        assertFalse(p.cpu.intercepts.enabled(p.cpu, Kind.RDTSCP));
    }
}
