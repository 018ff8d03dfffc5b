// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** BCD adjustments and SALC. */
public final class Decimal {
    private Decimal() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case DAA -> (c, i) -> packed(c, 1);
            case DAS -> (c, i) -> packed(c, -1);
            case AAA -> (c, i) -> unpacked(c, 1);
            case AAS -> (c, i) -> unpacked(c, -1);
            case AAM -> (c, i) -> {
                int base = (int) i.imm & 0xFF;
                if (base == 0) {
                    throw CpuFault.of(CpuFault.DE);
                }
                long al = c.gpr[Cpu.RAX] & 0xFF;
                c.setGpr(Cpu.RAX, 16, al / base << 8 | al % base);
                c.logicFlags((byte) (al % base));
            };
            case AAD -> (c, i) -> {
                long ax = c.gpr[Cpu.RAX];
                long al = ax + (ax >>> 8 & 0xFF) * (i.imm & 0xFF) & 0xFF;
                c.setGpr(Cpu.RAX, 16, al);
                c.logicFlags((byte) al);
            };
            case SALC -> (c, i) -> c.setGpr(Cpu.RAX, 8, c.cf() ? 0xFF : 0);
            default -> null;
        };
    }

    /** DAA (+1) and DAS (-1). */
    private static void packed(Cpu c, int sign) {
        int al = (int) c.gpr[Cpu.RAX] & 0xFF;
        int old = al;
        boolean oldCf = c.cf();
        boolean cf = false;
        boolean af = (al & 15) > 9 || c.af();
        if (af) {
            al += sign * 6;
            cf = oldCf || al > 0xFF || al < 0;
        }
        if (old > 0x99 || oldCf) {
            al += sign * 0x60;
            cf = true;
        }
        c.setGpr(Cpu.RAX, 8, al);
        c.flags((byte) al, cf, false, af);
    }

    /** AAA (+1) and AAS (-1). */
    private static void unpacked(Cpu c, int sign) {
        int ax = (int) c.gpr[Cpu.RAX] & 0xFFFF;
        boolean adjust = (ax & 15) > 9 || c.af();
        if (adjust) {
            ax += sign * 0x106;
        }
        c.setGpr(Cpu.RAX, 16, ax & 0xFF0F);
        c.flags((byte) (ax & 15), adjust, false, adjust);
    }
}
