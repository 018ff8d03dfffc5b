// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.event;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.SegmentRegister;

/** INT n in virtual-8086 mode (SDM "Software Interrupt Handling Methods While Operating in Virtual-8086 Mode"). */
final class V86Interrupts {
    private V86Interrupts() {
    }

    /** Delivers through the virtual IVT when CR4.VME and the redirection bitmap say so; false to go on through the IDT. */
    static boolean redirect(Cpu c, int vector) {
        boolean vme = (c.cr4 & 1) != 0;
        if (vme && !redirectionBit(c, vector)) {
            toProgram(c, vector);
            return true;
        }
        if (c.iopl() < 3) {
            throw CpuFault.gp();
        }
        return false;
    }

    private static boolean redirectionBit(Cpu c, int vector) {
        SegmentRegister tr = c.seg[Cpu.TR];
        if (tr.limit < 103) {
            throw CpuFault.gp();
        }
        long map = c.mmu.readSystem(tr.base + 0x66, 2);
        if (map - 32 + vector / 8 > tr.limit) {
            throw CpuFault.gp();
        }
        return (c.mmu.readSystem(tr.base + map - 32 + vector / 8, 1) >>> vector % 8 & 1) != 0;
    }

    private static void toProgram(Cpu c, int vector) {
        long entry = c.mmu.readLinear(4L * vector, 4, true);
        long flags = c.rflags();
        if (c.iopl() < 3) {
            flags = flags & ~Cpu.IF | Cpu.IOPL | (c.flag(Cpu.VIF) ? Cpu.IF : 0);
        }
        long sp = c.gpr[Cpu.RSP];
        c.mmu.write16(Cpu.SS, sp - 2 & 0xFFFF, flags);
        c.mmu.write16(Cpu.SS, sp - 4 & 0xFFFF, c.seg[Cpu.CS].selector);
        c.mmu.write16(Cpu.SS, sp - 6 & 0xFFFF, c.rip);
        c.setSp(sp - 6);
        DescriptorTables.loadReal(c, c.seg[Cpu.CS], (int) (entry >>> 16));
        c.rip = entry & 0xFFFF;
        c.systemFlags &= ~(Cpu.TF | (c.iopl() == 3 ? Cpu.IF : Cpu.VIF));
    }
}
