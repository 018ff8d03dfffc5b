// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.SegmentRegister;

/** Privilege checks that many instructions share. */
final class Privilege {
    private Privilege() {
    }

    static void ring0(Cpu c) {
        if (c.cpl != 0) {
            throw CpuFault.gp();
        }
    }

    /** #UD in real-address and virtual-8086 mode. */
    static void protectedOnly(Cpu c) {
        if (c.mode.isRealLike()) {
            throw CpuFault.ud();
        }
    }

    /** UMIP: #GP outside CPL 0 when CR4.UMIP is set. */
    static void umip(Cpu c) {
        if (c.cpl != 0 && (c.cr4 & 1 << 11) != 0) {
            throw CpuFault.gp();
        }
    }

    /** Whether a port may be used: IOPL, else the I/O permission bitmap of the TSS. */
    static void port(Cpu c, int port, int size) {
        if (c.mode == CpuMode.REAL || c.mode != CpuMode.VIRTUAL_8086 && c.cpl <= c.iopl()) {
            return;
        }
        SegmentRegister tr = c.seg[Cpu.TR];
        if (tr.unusable() || !tr.present() || (tr.type() & 8) == 0 || tr.limit < 103) {
            throw CpuFault.gp();
        }
        long map = c.mmu.readSystem(tr.base + 0x66, 2);
        long at = map + port / 8;
        if (at + 1 > tr.limit) {
            throw CpuFault.gp();
        }
        long bits = c.mmu.readSystem(tr.base + at, 2) >>> port % 8;
        if ((bits & (1 << size) - 1) != 0) {
            throw CpuFault.gp();
        }
    }
}
