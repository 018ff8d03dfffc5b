// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.event;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;

/** The classes of exceptions (SDM "Interrupt 8—Double Fault Exception" and "Exception Classifications"). */
final class FaultClass {
    private static final long CONTRIBUTORY = 1 << CpuFault.DE | 1 << CpuFault.TS | 1 << CpuFault.NP | 1 << CpuFault.SS | 1 << CpuFault.GP
        | 1 << CpuFault.CP;

    private FaultClass() {
    }

    /** Whether the second exception, raised by the delivery of the first, makes a double fault. */
    static boolean doubleFaults(int first, int second) {
        boolean contributory = (CONTRIBUTORY >>> second & 1) != 0;
        if (isPageFault(first)) {
            return contributory || isPageFault(second);
        }
        return (CONTRIBUTORY >>> first & 1) != 0 && contributory;
    }

    /** The class of page faults: virtualization exceptions count as such. */
    private static boolean isPageFault(int vector) {
        return vector == CpuFault.PF || vector == CpuFault.VE;
    }

    /** Exceptions that push RFLAGS.RF = 1. */
    static boolean isFault(CpuFault fault) {
        return fault.vector != CpuFault.DB && fault.vector != CpuFault.BP && fault.vector != CpuFault.OF && fault.vector != CpuFault.DF
            && fault.vector != CpuFault.MC || fault.vector == CpuFault.DB && (fault.payload & Cpu.DB_FAULT) != 0;
    }
}
