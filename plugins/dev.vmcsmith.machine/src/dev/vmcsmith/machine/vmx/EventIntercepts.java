// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.EventInFlight;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;

/**
 * Exceptions, NMIs and external interrupts in VMX non-root operation (SDM "Other Causes of VM Exits", "Information for VM Exits
 * Due to Vectored Events").
 */
final class EventIntercepts {
    private static final int NMI_UNBLOCKING = 1 << 12;
    private static final long RESERVED_DB_BITS = ~0x1600FL;

    private final Vmx vmx;
    private final Cpu cpu;
    private final Vmcs vmcs;
    private final Controls controls;
    private final ExitInformation exit;
    private long bitmap;
    private int pageFaultMask;
    private int pageFaultMatch;
    /** Instruction count at the last IRET that unblocked NMIs, to know whether a fault belongs to it. */
    private long unblockedAt = -1;

    EventIntercepts(Vmx vmx) {
        this.vmx = vmx;
        cpu = vmx.cpu;
        vmcs = vmx.vmcs;
        controls = vmx.controls;
        exit = vmx.exit;
    }

    void load() {
        bitmap = vmcs.value(VmcsField.EXCEPTION_BITMAP);
        pageFaultMask = (int) vmcs.value(VmcsField.PAGE_FAULT_ERROR_CODE_MASK);
        pageFaultMatch = (int) vmcs.value(VmcsField.PAGE_FAULT_ERROR_CODE_MATCH);
        unblockedAt = -1;
    }

    void save(VmxState state) {
        state.nmiUnblockedAt = unblockedAt;
    }

    void restore(VmxState state) {
        unblockedAt = state.nmiUnblockedAt;
    }

    /** Prepares the report when an exception or NMI exits. */
    boolean exception(int type, int vector, boolean hasErrorCode, int errorCode, long payload, int instructionLength) {
        if (!exits(type, vector, errorCode)) {
            return false;
        }
        boolean software = type >= EventInFlight.SOFTWARE_INTERRUPT;
        exit.event(ExitReason.EXCEPTION_NMI.number(), qualification(type, vector, payload), cpu.rip);
        exit.interruption(type, vector, hasErrorCode, errorCode);
        if (nmiUnblocked() && vector != CpuFault.DF) {
            exit.interruption |= NMI_UNBLOCKING;
        }
        exit.instructionLength = software ? instructionLength : 0;
        exit.vectoring = vector != CpuFault.DF;
        if (type == EventInFlight.HARDWARE_EXCEPTION && vector != CpuFault.DB) {
            exit.resume = ExitInformation.Resume.SET;
        }
        return true;
    }

    private boolean exits(int type, int vector, int errorCode) {
        return switch (type) {
            case EventInFlight.NMI -> controls.pin(Controls.NMI_EXITING);
            case EventInFlight.EXTERNAL_INTERRUPT, EventInFlight.SOFTWARE_INTERRUPT -> false;
            default -> {
                boolean listed = (bitmap >>> vector & 1) != 0;
                yield vector == CpuFault.PF ? listed == ((errorCode & pageFaultMask) == pageFaultMatch) : listed;
            }
        };
    }

    private static long qualification(int type, int vector, long payload) {
        if (type != EventInFlight.HARDWARE_EXCEPTION) {
            return 0;
        }
        return switch (vector) {
            case CpuFault.PF -> payload;
            case CpuFault.DB -> payload & ~RESERVED_DB_BITS & ~(1L << 12);
            default -> 0;
        };
    }

    /** Prepares the report when external interrupts exit, acknowledging the interrupt where the VM-exit control says so. */
    boolean externalInterrupt() {
        if (!controls.pin(Controls.EXTERNAL_INTERRUPT_EXITING)) {
            return false;
        }
        exit.event(ExitReason.EXTERNAL_INTERRUPT.number(), 0, cpu.rip);
        if (controls.exit(Controls.ACKNOWLEDGE)) {
            int vector = cpu.platform.acknowledgeInterrupt(cpu);
            if (vector >= 0) {
                exit.interruption(EventInFlight.EXTERNAL_INTERRUPT, vector, false, 0);
            }
        }
        return true;
    }

    /** IRET ends the blocking that the controls make it track. */
    void iret() {
        if (controls.pin(Controls.VIRTUAL_NMIS)) {
            unblockedAt = vmx.virtualNmiBlocked ? cpu.instructions : -1;
            vmx.virtualNmiBlocked = false;
        } else if (!controls.pin(Controls.NMI_EXITING)) {
            unblockedAt = cpu.nmiBlocked ? cpu.instructions : -1;
            cpu.nmiBlocked = false;
            cpu.attention |= cpu.nmiPending ? Attention.NMI : 0;
        }
    }

    /** An exit now is due to a fault of an IRET that had already unblocked NMIs. */
    boolean nmiUnblocked() {
        return unblockedAt == cpu.instructions && !cpu.delivering.valid;
    }
}
