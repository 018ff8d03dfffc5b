// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.InterceptPolicy;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.machine.mmu.Mmu;
import org.junit.jupiter.api.Test;

/** TPR shadow, APIC-access page, virtual interrupts (SDM "APIC Virtualization and Virtual Interrupts"). */
class VirtualApicTest {
    private static final long PAGE = 0x23_0000, ACCESS = 0x23_1000, DESCRIPTOR = 0x23_2000, IDT = 0x51_0000, GDT = 0x52_0000;
    private final VmxProcessor p = new VmxProcessor("skylake-x");

    private InterceptPolicy guest(ControlBit... controls) {
        p.guest64(controls).vmwrite(VmcsField.VIRTUAL_APIC_ADDRESS, PAGE).vmwrite(VmcsField.APIC_ACCESS_ADDRESS, ACCESS);
        return p.cpu.intercepts;
    }

    private InterceptPolicy launch() {
        p.vmlaunch();
        assertTrue(p.vmx.nonRoot(), () -> p.entryFailure + p.violations);
        return p.cpu.intercepts;
    }

    /** An interrupt handler for a vector: its address is 100H times the vector. */
    private void gate(int vector) {
        long handler = 0x100L * vector;
        p.memory.write64(IDT + 16 * vector, handler | 8 << 16 | 0x8E00L << 32);
        p.memory.write64(GDT + 8, 0x00AF_9B00_0000_FFFFL);
        p.vmwrite(VmcsField.GUEST_IDTR_BASE, IDT).vmwrite(VmcsField.GUEST_IDTR_LIMIT, 0xFFF);
        p.vmwrite(VmcsField.GUEST_GDTR_BASE, GDT).vmwrite(VmcsField.GUEST_GDTR_LIMIT, 0x1F);
    }

    @Test
    void cr8IsTheShadowAndLoweringItBelowTheThresholdExitsBehindTheInstruction() {
        guest(ControlBit.USE_TPR_SHADOW);
        p.memory.write32(PAGE + 0x80, 0x50);
        p.vmwrite(VmcsField.TPR_THRESHOLD, 4);
        InterceptPolicy x = launch();
        assertEquals(5, x.readTprShadow(p.cpu));
        assertTrue(x.writeTprShadow(p.cpu, 4));
        assertFalse(x.trapLike(p.cpu));
        assertTrue(x.writeTprShadow(p.cpu, 3));
        assertEquals(0x30, p.memory.read32(PAGE + 0x80));
        assertTrue(x.trapLike(p.cpu));
        assertEquals(43, p.lastExit().reason());
    }

    @Test
    void withoutATprShadowAnAccessToTheApicAccessPageExits() {
        guest(ControlBit.VIRTUALIZE_APIC_ACCESSES);
        InterceptPolicy x = launch();
        assertEquals(ACCESS, x.apicAccessPage(p.cpu));
        VmExitSignal exit = assertThrows(VmExitSignal.class, () -> x.apicAccess(p.cpu, 0x80, 4, true));
        assertEquals(44, exit.reason);
        assertEquals(0x1080, exit.qualification);
    }

    @Test
    void theTprIsVirtualizedOnTheApicAccessPageAndOtherRegistersExit() {
        guest(ControlBit.VIRTUALIZE_APIC_ACCESSES, ControlBit.USE_TPR_SHADOW);
        InterceptPolicy x = launch();
        assertEquals(PAGE + 0x80, x.apicAccess(p.cpu, 0x80, 4, false));
        assertEquals(PAGE + 0x80, x.apicAccess(p.cpu, 0x80, 4, true));
        assertEquals(0x0300, assertThrows(VmExitSignal.class, () -> x.apicAccess(p.cpu, 0x300, 4, false)).qualification);
        VmExitSignal beyond = assertThrows(VmExitSignal.class, () -> x.apicAccess(p.cpu, 0x82, 4, false));
        assertEquals(0x0082, beyond.qualification, "leaves the register");
    }

    @Test
    void apicRegisterVirtualizationTurnsWritesIntoExitsBehindTheInstruction() {
        guest(ControlBit.VIRTUALIZE_APIC_ACCESSES, ControlBit.USE_TPR_SHADOW, ControlBit.APIC_REGISTER_VIRTUALIZATION);
        InterceptPolicy x = launch();
        assertEquals(PAGE + 0x300, x.apicAccess(p.cpu, 0x300, 4, true));
        x.apicWritten(p.cpu, 0x300);
        assertTrue(x.trapLike(p.cpu));
        assertEquals(56, p.lastExit().reason());
        assertEquals(0x300, p.lastExit().qualification());
    }

    private InterceptPolicy withVirtualInterrupts(int requested, long rflags) {
        guest(ControlBit.USE_TPR_SHADOW, ControlBit.VIRTUAL_INTERRUPT_DELIVERY, ControlBit.PIN_EXTERNAL_INTERRUPT_EXITING,
            ControlBit.EXIT_ACKNOWLEDGE_INTERRUPT_ON_EXIT, ControlBit.VIRTUALIZE_X2APIC_MODE, ControlBit.PIN_PROCESS_POSTED_INTERRUPTS);
        p.vmwrite(VmcsField.POSTED_INTERRUPT_DESCRIPTOR_ADDRESS, DESCRIPTOR).vmwrite(VmcsField.POSTED_INTERRUPT_NOTIFICATION_VECTOR, 0xF2);
        gate(requested);
        p.memory.write32(PAGE + 0x200 + (requested >> 5 << 4), 1 << (requested & 31));
        p.vmwrite(VmcsField.GUEST_INTERRUPT_STATUS, requested).vmwrite(VmcsField.GUEST_RFLAGS, rflags);
        return launch();
    }

    @Test
    void aRequestedVirtualInterruptIsDeliveredWhenInterruptsAreOpen() {
        InterceptPolicy x = withVirtualInterrupts(0x51, 0x202);
        assertTrue(x.boundary(p.cpu));
        assertTrue(p.vmx.nonRoot());
        assertEquals(0x5100, p.cpu.rip);
        assertEquals(0x5100, p.vmx.current().value(VmcsField.GUEST_INTERRUPT_STATUS), "in service, nothing more requested");
        assertEquals(1 << (0x51 & 31), p.memory.read32(PAGE + 0x100 + (0x51 >> 5 << 4)));
        assertEquals(0, p.memory.read32(PAGE + 0x200 + (0x51 >> 5 << 4)));
        assertEquals(0x50, p.memory.read32(PAGE + 0xA0));
        assertTrue(x.writeVirtualApicMsr(p.cpu, 0x80B, 0));
        assertEquals(0, p.vmx.current().value(VmcsField.GUEST_INTERRUPT_STATUS));
        assertFalse(x.boundary(p.cpu));
    }

    @Test
    void aVirtualInterruptWaitsForTheInterruptFlagAndThePriority() {
        InterceptPolicy x = withVirtualInterrupts(0x51, 2);
        assertFalse(x.boundary(p.cpu));
        p.cpu.setRflags(0x202);
        x.writeVirtualApicMsr(p.cpu, 0x808, 0x50);
        assertFalse(x.boundary(p.cpu));
        x.writeVirtualApicMsr(p.cpu, 0x808, 0x4F);
        assertTrue(x.boundary(p.cpu));
        assertEquals(0x5100, p.cpu.rip);
    }

    @Test
    void anEoiOfAVectorInTheBitmapExits() {
        InterceptPolicy x = withVirtualInterrupts(0x51, 0x202);
        x.boundary(p.cpu);
        p.vmx.write(VmcsField.EOI_EXIT_BITMAP_1, 1L << (0x51 & 63));
        x.writeVirtualApicMsr(p.cpu, 0x80B, 0);
        assertTrue(x.trapLike(p.cpu));
        assertEquals(45, p.lastExit().reason());
        assertEquals(0x51, p.lastExit().qualification());
    }

    @Test
    void aSelfIpiRequestsAVirtualInterrupt() {
        InterceptPolicy x = withVirtualInterrupts(0x51, 2);
        assertTrue(x.writeVirtualApicMsr(p.cpu, 0x83F, 0x61));
        assertEquals(0x61, p.vmx.current().value(VmcsField.GUEST_INTERRUPT_STATUS));
    }

    @Test
    void aPostedInterruptIsTakenWithoutAnExit() {
        InterceptPolicy x = withVirtualInterrupts(0x51, 2);
        p.memory.write32(DESCRIPTOR + 4 * (0x71 >> 5), 1 << (0x71 & 31));
        p.memory.write32(DESCRIPTOR + 32, 1);
        p.interrupt = 0xF2;
        assertTrue(x.externalInterrupt(p.cpu));
        assertTrue(p.vmx.nonRoot());
        assertEquals(0x71, p.vmx.current().value(VmcsField.GUEST_INTERRUPT_STATUS));
        assertEquals(0, p.memory.read32(DESCRIPTOR + 32));
        assertEquals(0, p.memory.read32(DESCRIPTOR + 4 * (0x71 >> 5)));
        p.interrupt = 0x33;
        assertTrue(x.externalInterrupt(p.cpu));
        assertEquals(0x8000_0033, p.lastExit().interruptionInfo());
    }

    @Test
    void x2apicReadsComeFromThePage() {
        guest(ControlBit.USE_TPR_SHADOW, ControlBit.VIRTUALIZE_X2APIC_MODE);
        p.memory.write64(PAGE + 0x80, 0x1_0000_0060L);
        InterceptPolicy x = launch();
        assertTrue(x.readVirtualApicMsr(p.cpu, 0x808));
        assertEquals(0x60, p.cpu.gpr[Cpu.RAX]);
        assertEquals(1, p.cpu.gpr[Cpu.RDX]);
        assertFalse(x.readVirtualApicMsr(p.cpu, 0x802));
    }

    private static final long PID_TABLE = 0x23_3000, PID = 0x23_4040, APIC = 0x24_0000;
    private final VmxProcessor newer = new VmxProcessor("max");

    private InterceptPolicy withIpis(ControlBit... controls) {
        newer.guest64(controls).vmwrite(VmcsField.VIRTUAL_APIC_ADDRESS, PAGE).vmwrite(VmcsField.APIC_ACCESS_ADDRESS, ACCESS);
        newer.vmwrite(VmcsField.TERTIARY_CONTROLS, ControlBit.IPI_VIRTUALIZATION.mask());
        newer.vmwrite(VmcsField.PID_POINTER_TABLE_ADDRESS, PID_TABLE).vmwrite(VmcsField.LAST_PID_POINTER_INDEX, 3);
        newer.memory.write64(PID_TABLE + 8 * 2, PID | 1);
        newer.memory.write64(PID + 32, 0x0000_0500_00F2_0000L);
        newer.cpu.msr.apicBase = APIC | 0x800;
        newer.vmlaunch();
        assertTrue(newer.vmx.nonRoot(), () -> newer.entryFailure + newer.violations);
        return newer.cpu.intercepts;
    }

    /** SDM "IPI Virtualization": the vector is posted, the notification sent once. */
    @Test
    void anIpiToAnotherVirtualProcessorIsPosted() {
        InterceptPolicy x = withIpis(ControlBit.ACTIVATE_TERTIARY_CONTROLS, ControlBit.USE_TPR_SHADOW, ControlBit.VIRTUALIZE_X2APIC_MODE);
        assertTrue(x.writeVirtualApicMsr(newer.cpu, 0x830, 2L << 32 | 0x4061));
        assertFalse(x.trapLike(newer.cpu));
        assertEquals(1L << (0x61 & 63), newer.memory.read64(PID + 8));
        assertEquals(1, newer.memory.read32(PID + 32) & 3, "a notification is outstanding");
        assertEquals(5 << 24, newer.memory.read32(APIC + 0x310), "destination, in xAPIC mode bits 15:8");
        assertEquals(0xF2, newer.memory.read32(APIC + 0x300));
        newer.memory.write32(APIC + 0x300, 0);
        assertTrue(x.writeVirtualApicMsr(newer.cpu, 0x830, 2L << 32 | 0x62));
        assertEquals(0, newer.memory.read32(APIC + 0x300), "it is outstanding already");
        assertEquals(6L << (0x60 & 63) | 0, newer.memory.read64(PID + 8));
    }

    /** No descriptor, an index beyond the table, an illegal vector, another kind of IPI: APIC-write VM exits with offset 300H. */
    @Test
    void anIpiThatCannotBePostedExitsBehindTheWrite() {
        for (long icr : new long[] {1L << 32 | 0x61, 4L << 32 | 0x61, 2L << 32 | 0x0F, 2L << 32 | 0x861, 2L << 32 | 0x461, 0xC0061, 0x40061}) {
            InterceptPolicy x = newer.vmx.nonRoot() ? newer.cpu.intercepts : withIpis(ControlBit.ACTIVATE_TERTIARY_CONTROLS, ControlBit.USE_TPR_SHADOW,
                ControlBit.VIRTUALIZE_X2APIC_MODE);
            assertTrue(x.writeVirtualApicMsr(newer.cpu, 0x830, icr));
            assertTrue(x.trapLike(newer.cpu), () -> Long.toHexString(icr));
            assertEquals(56, newer.lastExit().reason());
            assertEquals(0x300, newer.lastExit().qualification());
            newer.exec("vmresume");
        }
        assertThrows(CpuFault.class, () -> newer.cpu.intercepts.writeVirtualApicMsr(newer.cpu, 0x830, 0x2061));
    }

    @Test
    void aWriteToTheIcrOfTheApicAccessPageIsPosted() {
        withIpis(ControlBit.ACTIVATE_TERTIARY_CONTROLS, ControlBit.USE_TPR_SHADOW, ControlBit.VIRTUALIZE_APIC_ACCESSES,
            ControlBit.APIC_REGISTER_VIRTUALIZATION);
        newer.cpu.mmu.write32(Cpu.DS, ACCESS + 0x310, 2 << 24);
        newer.cpu.mmu.write32(Cpu.DS, ACCESS + 0x300, 0x61);
        assertEquals(1L << (0x61 & 63), newer.memory.read64(PID + 8));
        assertFalse(newer.cpu.intercepts.trapLike(newer.cpu));
    }

    /** SDM "Virtualizing Reads from the APIC-Access Page": EOI and ICR are read with virtual-interrupt delivery. */
    @Test
    void eoiAndIcrAreReadFromThePageWithVirtualInterrupts() {
        guest(ControlBit.USE_TPR_SHADOW, ControlBit.VIRTUAL_INTERRUPT_DELIVERY, ControlBit.PIN_EXTERNAL_INTERRUPT_EXITING,
            ControlBit.VIRTUALIZE_APIC_ACCESSES);
        launch();
        p.memory.write32(PAGE + 0x300, 0x1234);
        assertEquals(0x1234, p.cpu.mmu.read32(Cpu.DS, ACCESS + 0x300));
        p.cpu.mmu.write32(Cpu.DS, ACCESS + 0xB0, 7);
        assertEquals(0, p.cpu.mmu.read32(Cpu.DS, ACCESS + 0xB0));
        p.cpu.mmu.write32(Cpu.DS, ACCESS + 0x300, 0x44861);
        assertEquals(0x61, p.vmx.current().value(VmcsField.GUEST_INTERRUPT_STATUS) & 0xFF, "destination mode and level do not matter");
    }

    /** SDM table "Exit Qualification for APIC-Access VM Exits from Linear Accesses and Guest-Physical Accesses". */
    @Test
    void everyKindOfAccessToTheApicAccessPageExitsWithItsType() {
        guest(ControlBit.VIRTUALIZE_APIC_ACCESSES, ControlBit.USE_TPR_SHADOW);
        launch();
        Mmu mmu = p.cpu.mmu;
        assertEquals(0x0020, apicExit(() -> mmu.read32(Cpu.DS, ACCESS + 0x20)), "data read");
        assertEquals(0x1020, apicExit(() -> mmu.write32(Cpu.DS, ACCESS + 0x20, 1)), "data write");
        assertEquals(0x1020, apicExit(() -> mmu.readForWrite(Cpu.DS, ACCESS + 0x20, 32)), "a read that is going to be written back");
        assertEquals(0x2010, apicExit(() -> mmu.fetch(ACCESS + 0x10)), "instruction fetch");
        assertEquals(0x0FFE, apicExit(() -> mmu.read32(Cpu.DS, ACCESS + 0xFFE)), "across the end of the page");
        assertEquals(0x1000, apicExit(() -> mmu.write32(Cpu.DS, ACCESS - 2, 1)), "across the beginning");
        assertEquals(0x0080, apicExit(() -> mmu.read64(Cpu.DS, ACCESS + 0x80)), "wider than 32 bits");
        p.cpu.delivering.set(0, 0x30, false, 0, 0);
        assertEquals(0x3020, apicExit(() -> mmu.readSystem(ACCESS + 0x20, 4)), "event delivery");
        p.cpu.delivering.clear();
        p.cpu.cr3 = ACCESS;
        p.cpu.stateChanged();
        assertEquals(0xF000, apicExit(() -> mmu.read32(Cpu.DS, 0x1000)), "guest-physical access of a page walk");
        p.cpu.delivering.set(0, 0x30, false, 0, 0);
        assertEquals(0xA000, apicExit(() -> mmu.readSystem(0x1000, 4)), "the same while an event is delivered");
    }

    private static long apicExit(Runnable access) {
        VmExitSignal exit = assertThrows(VmExitSignal.class, access::run);
        assertEquals(44, exit.reason);
        return exit.qualification;
    }
}
