// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.isa.Msrs;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.x86.Msr;

/** The MSR areas that VM entry and VM exit load and store: 16 bytes per entry, MSR index in 31:0, value in 127:64. */
final class MsrLists {
    private final Cpu cpu;
    private final PhysicalMemory memory;
    private final int limit;

    MsrLists(Vmx vmx) {
        this.cpu = vmx.cpu;
        this.memory = vmx.memory;
        this.limit = vmx.capabilities.maxMsrListEntries();
    }

    /**
     * Loads the MSRs of an area in order (SDM "Loading MSRs"). A list longer than IA32_VMX_MISC recommends, of which the SDM leaves the
     * behaviour undefined, fails at the first entry too many.
     *
     * @return 0, or the number, counted from 1, of the first entry that cannot be loaded
     */
    int load(long address, long count) {
        for (int i = 0; i < count; i++) {
            if (i == limit) {
                return i + 1;
            }
            long entry = address + 16L * i;
            int msr = memory.read32(entry);
            if (memory.read32(entry + 4) != 0 || !loadable(msr) || !write(msr, memory.read64(entry + 8))) {
                return i + 1;
            }
        }
        return 0;
    }

    /** Stores MSRs into an area (SDM "Saving MSRs"); false when an entry cannot be stored. */
    boolean store(long address, long count) {
        for (int i = 0; i < count; i++) {
            long entry = address + 16L * i;
            int msr = memory.read32(entry);
            if (memory.read32(entry + 4) != 0 || isX2apic(msr) || msr == Msr.IA32_SMBASE) {
                return false;
            }
            try {
                memory.write64(entry + 8, Msrs.read(cpu, msr));
            } catch (CpuFault fault) {
                return false;
            }
        }
        return true;
    }

    private boolean loadable(int msr) {
        return msr != Msr.IA32_FS_BASE && msr != Msr.IA32_GS_BASE && msr != Msr.IA32_SMM_MONITOR_CTL && msr != Msr.IA32_SMBASE
            && !isX2apic(msr);
    }

    /** Indices 800H to 8FFH cannot be in a list while the local APIC is in x2APIC mode; otherwise they fault anyway. */
    private static boolean isX2apic(int msr) {
        return msr >>> 8 == 8;
    }

    private boolean write(int msr, long value) {
        try {
            Msrs.write(cpu, msr, value);
            return true;
        } catch (CpuFault fault) {
            return false;
        }
    }
}
