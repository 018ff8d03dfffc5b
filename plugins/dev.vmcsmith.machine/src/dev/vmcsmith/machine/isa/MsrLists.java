// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.machine.cpu.Semantics;

/**
 * RDMSRLIST and WRMSRLIST: RSI points to addresses of MSRs, RDI to their values, a bit of RCX stands for an entry of both and is
 * cleared when that is done, so that the instruction goes on after a fault or an exit.
 */
final class MsrLists {
    private static final int X2APIC_BLOCK = 8;

    private MsrLists() {
    }

    static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case RDMSRLIST -> (c, i) -> run(c, i, false);
            case WRMSRLIST -> (c, i) -> run(c, i, true);
            default -> null;
        };
    }

    private static void run(Cpu c, Insn i, boolean write) {
        if (!c.intercepts.enabled(c, Kind.MSR_LIST)) {
            throw CpuFault.ud();
        }
        Privilege.ring0(c);
        if (c.intercepts.instruction(c, Kind.MSR_LIST, i, 0)) {
            return;
        }
        if (((c.gpr[Cpu.RSI] | c.gpr[Cpu.RDI]) & 7) != 0) {
            throw CpuFault.gp();
        }
        while (c.gpr[Cpu.RCX] != 0) {
            int index = Long.numberOfTrailingZeros(c.gpr[Cpu.RCX]);
            long address = c.mmu.read64(Cpu.DS, c.gpr[Cpu.RSI] + 8 * index);
            if (address >>> 32 != 0) {
                throw CpuFault.gp();
            }
            long value = c.gpr[Cpu.RDI] + 8 * index;
            if (write ? wrote(c, i, (int) address, c.mmu.read64(Cpu.DS, value)) : read(c, i, (int) address, value)) {
                return;
            }
            c.gpr[Cpu.RCX] &= c.gpr[Cpu.RCX] - 1;
        }
    }

    /** @return whether there was a VM exit */
    private static boolean read(Cpu c, Insn i, int msr, long to) {
        if (c.intercepts.msrList(c, msr, false, 0, i)) {
            return true;
        }
        long rax = c.gpr[Cpu.RAX];
        long rdx = c.gpr[Cpu.RDX];
        long value;
        if (msr >>> 8 == X2APIC_BLOCK && c.intercepts.readVirtualApicMsr(c, msr)) {
            value = c.gpr[Cpu.RDX] << 32 | c.gpr[Cpu.RAX] & 0xFFFF_FFFFL;
            c.gpr[Cpu.RAX] = rax;
            c.gpr[Cpu.RDX] = rdx;
        } else {
            value = Msrs.visible(c, msr);
        }
        c.mmu.write64(Cpu.DS, to, value);
        return false;
    }

    private static boolean wrote(Cpu c, Insn i, int msr, long value) {
        if (c.intercepts.msrList(c, msr, true, value, i)) {
            return true;
        }
        if (msr >>> 8 != X2APIC_BLOCK || !c.intercepts.writeVirtualApicMsr(c, msr, value)) {
            Msrs.writeVisible(c, msr, value);
        }
        return false;
    }
}
