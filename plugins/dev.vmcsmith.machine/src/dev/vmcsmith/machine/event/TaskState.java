// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.event;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.SegmentRegister;

/** Reads stack pointers from the current TSS. */
public final class TaskState {
    private TaskState() {
    }

    /** SS selector and ESP for a privilege level from a 16- or 32-bit TSS. */
    public static long[] stack(Cpu c, int cpl, int ext) {
        SegmentRegister tr = c.seg[Cpu.TR];
        boolean wide = (tr.type() & 8) != 0;
        int offset = wide ? 4 + 8 * cpl : 2 + 4 * cpl;
        if (offset + (wide ? 5 : 3) > tr.limit) {
            throw CpuFault.of(CpuFault.TS, tr.selector & 0xFFFC | ext);
        }
        long sp = c.mmu.readSystem(tr.base + offset, wide ? 4 : 2);
        long ss = c.mmu.readSystem(tr.base + offset + (wide ? 4 : 2), 2);
        return new long[] {ss, sp};
    }

    /** A 64-bit field of a 64-bit TSS. */
    public static long field64(Cpu c, int offset, int ext) {
        SegmentRegister tr = c.seg[Cpu.TR];
        if (offset + 7 > tr.limit) {
            throw CpuFault.of(CpuFault.TS, tr.selector & 0xFFFC | ext);
        }
        return c.mmu.readSystem(tr.base + offset, 8);
    }
}
