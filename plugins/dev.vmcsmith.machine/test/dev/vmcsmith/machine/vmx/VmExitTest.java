// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.EventInFlight;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.vmx.ControlBit;
import dev.vmcsmith.vmx.ControlField;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.event.Delivery;
import org.junit.jupiter.api.Test;

/** What a VM exit records, saves and loads, and the exits that events cause (SDM "VM Exits"). */
class VmExitTest extends GuestRun {
    @Test
    void cpuidExitsWithItsLengthAndTheHostRuns() {
        run();
        assertTrue(p.atGuestEntry("cpuid", (x, i) -> x.instruction(p.cpu, Kind.CPUID, i, 0)));
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
        p.atGuestEntry("cpuid", (x, i) -> x.instruction(p.cpu, Kind.CPUID, i, 0));
        assertEquals(0x1122_3344_5566_7788L, p.vmread(VmcsField.GUEST_RSP));
        assertEquals(0x7000, p.vmread(VmcsField.GUEST_CR3));
        assertEquals(0x33, p.vmread(VmcsField.GUEST_GS_SELECTOR));
        assertEquals(0xABC, p.vmread(VmcsField.GUEST_GS_BASE));
        assertEquals(0xFFFF, p.vmread(VmcsField.GUEST_GS_LIMIT));
        assertEquals(0xF3, p.vmread(VmcsField.GUEST_GS_ACCESS_RIGHTS));
        assertEquals(0x246, p.vmread(VmcsField.GUEST_RFLAGS), "RF is saved as 0 for an intercepted instruction");
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
    void msrsAreStoredAndLoaded() {
        p.memory.write32(0x21_0000, 0xC000_0081);
        p.memory.write32(0x21_1000, 0xC000_0081);
        p.memory.write64(0x21_1008, 99);
        p.guest64().vmwrite(VmcsField.EXIT_MSR_STORE_ADDRESS, 0x21_0000).vmwrite(VmcsField.EXIT_MSR_STORE_COUNT, 1);
        p.vmwrite(VmcsField.EXIT_MSR_LOAD_ADDRESS, 0x21_1000).vmwrite(VmcsField.EXIT_MSR_LOAD_COUNT, 1).vmlaunch();
        p.cpu.msr.star = 5;
        p.atGuestEntry("cpuid", (x, i) -> x.instruction(p.cpu, Kind.CPUID, i, 0));
        assertEquals(5, p.memory.read64(0x21_0008));
        assertEquals(99, p.cpu.msr.star);
    }

    @Test
    void anMsrThatTheHostCannotLoadAborts() {
        p.memory.write32(0x21_1000, 0x5555);
        p.guest64().vmwrite(VmcsField.EXIT_MSR_LOAD_ADDRESS, 0x21_1000).vmwrite(VmcsField.EXIT_MSR_LOAD_COUNT, 1).vmlaunch();
        p.atGuestEntry("cpuid", (x, i) -> x.instruction(p.cpu, Kind.CPUID, i, 0));
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

    /** "The activity-state field is saved with the logical processor's activity state before the VM exit." */
    @Test
    void aHaltedGuestIsSavedAsHaltedWhenAnEventExits() {
        p.guest64(ControlBit.PIN_NMI_EXITING).vmwrite(VmcsField.GUEST_ACTIVITY_STATE, 1).vmwrite(VmcsField.EXCEPTION_BITMAP, 2);
        p.vmwrite(VmcsField.GUEST_RFLAGS, 0x102).vmwrite(VmcsField.GUEST_PENDING_DEBUG_EXCEPTIONS, 0x4000).vmlaunch();
        assertEquals(Activity.HLT, p.cpu.activity, () -> p.entryFailure + p.violations);
        assertTrue(dev.vmcsmith.machine.event.Boundary.take(p.cpu));
        assertEquals(0x8000_0301, p.lastExit().interruptionInfo());
        assertEquals(1, p.vmread(VmcsField.GUEST_ACTIVITY_STATE));
        assertEquals(Activity.ACTIVE, p.cpu.activity);
    }

    /** SDM "Interrupt 8": a virtualization exception is in the class of page faults. */
    @Test
    void aPageFaultWhileAVirtualizationExceptionIsDeliveredIsADoubleFault() {
        p.guest64().vmwrite(VmcsField.EXCEPTION_BITMAP, 1 << CpuFault.DF).vmwrite(VmcsField.GUEST_IDTR_BASE, 0x7_0000_0000L);
        p.vmwrite(VmcsField.GUEST_IDTR_LIMIT, 0xFFF).vmlaunch();
        p.cpu.rip = RIP;
        Delivery.raise(p.cpu, CpuFault.of(CpuFault.VE));
        assertEquals(0x8000_0B08, p.lastExit().interruptionInfo());
    }
}
