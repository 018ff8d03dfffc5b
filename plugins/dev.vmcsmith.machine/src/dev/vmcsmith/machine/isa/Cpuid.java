// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.x86.insn.Op;

/** CPUID: the profile's leaves with the bits that follow the processor's state. */
public final class Cpuid {
    private static final int OSXSAVE = 1 << 27, APIC = 1 << 9, OSPKE = 1 << 4;

    private Cpuid() {
    }

    public static Semantics bind(Insn insn) {
        return insn.decoded.op() == Op.CPUID ? Cpuid::execute : null;
    }

    private static void execute(Cpu c, Insn i) {
        if (c.intercepts.instruction(c, Kind.CPUID, i, 0)) {
            return;
        }
        int leaf = (int) c.gpr[Cpu.RAX];
        int subleaf = (int) c.gpr[Cpu.RCX];
        int[] r = c.model.cpuid(leaf, subleaf);
        int eax = r[0];
        int ebx = r[1];
        int ecx = r[2];
        int edx = r[3];
        switch (leaf) {
            case 1 -> {
                ebx = ebx & 0xFFFFFF | c.id << 24;
                ecx = (c.cr4 & 1 << 18) != 0 ? ecx | OSXSAVE : ecx & ~OSXSAVE;
                edx = (c.msr.apicBase & 0x800) != 0 ? edx : edx & ~APIC;
            }
            case 7 -> {
                if (subleaf == 0) {
                    ecx = (c.cr4 & 1 << 22) != 0 ? ecx | OSPKE : ecx & ~OSPKE;
                }
            }
            case 0xB -> edx = c.id;
            case 0xD -> {
                if (subleaf == 0) {
                    ebx = (c.xcr0 & 4) != 0 ? 832 : 576;
                }
            }
            default -> { }
        }
        c.setGpr(Cpu.RAX, 32, eax);
        c.setGpr(Cpu.RBX, 32, ebx);
        c.setGpr(Cpu.RCX, 32, ecx);
        c.setGpr(Cpu.RDX, 32, edx);
    }
}
