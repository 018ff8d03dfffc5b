// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.SegmentRegister;
import dev.vmcsmith.machine.mmu.Access;
import dev.vmcsmith.x86.Gpr;
import dev.vmcsmith.x86.Seg;
import dev.vmcsmith.x86.insn.DecodeStatus;
import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Instruction;
import java.util.HexFormat;

/** The state of a machine as text: what a person wants to see when a run ended in a way nobody expected. */
public final class StateDump {
    private static final int CODE_BYTES = 15;

    private StateDump() {
    }

    /** All processors of a machine. */
    public static String of(Machine machine) {
        StringBuilder out = new StringBuilder();
        for (int n = 0; n < machine.cpus(); n++) {
            out.append(of(machine, machine.cpu(n)));
        }
        return out.toString();
    }

    /** One processor. */
    public static String of(Machine machine, Cpu c) {
        StringBuilder out = new StringBuilder();
        boolean nonRoot = c.intercepts.nonRoot();
        out.append("cpu ").append(c.id).append(": ").append(c.mode.name().toLowerCase().replace('_', '-')).append(", CPL ").append(c.cpl)
            .append(nonRoot ? ", VMX non-root" : c.intercepts.vmxOperation() ? ", VMX root" : "").append(", ")
            .append(c.activity.name().toLowerCase()).append(", ").append(c.instructions).append(" instructions\n");
        for (int r = 0; r < Gpr.COUNT; r++) {
            out.append(String.format("%-3s %016x%s", Gpr.name(r, 64), c.gpr[r], r % 4 == 3 ? "\n" : "  "));
        }
        out.append(String.format("rip %016x  rflags %08x  cr0 %08x  cr2 %016x%n", c.rip, c.rflags(), c.cr0, c.cr2));
        out.append(String.format("cr3 %016x  cr4 %08x  efer %04x  dr6 %08x  dr7 %08x%n", c.cr3, c.cr4, c.efer, c.dr[6] & 0xE00F
            | 0xFFFF0FF0L,
            c.dr[7]));
        for (SegmentRegister s : c.seg) {
            out.append(String.format("%-4s %04x  base %016x  limit %08x  rights %05x%n", Seg.name(s.index), s.selector, s.base,
                s.limit, s.rights));
        }
        out.append(String.format("gdtr base %016x limit %04x   idtr base %016x limit %04x%n", c.gdtBase, c.gdtLimit & 0xFFFF, c.idtBase,
            c.idtLimit & 0xFFFF));
        return out.append(code(machine, c)).toString();
    }

    private static String code(Machine machine, Cpu c) {
        long linear = c.rip + c.seg[Cpu.CS].effectiveBase & c.linearMask;
        byte[] bytes = new byte[CODE_BYTES];
        int n = machine.readLinear(c.id, linear, bytes, 0, CODE_BYTES);
        if (n == 0) {
            return "code at rip: not mapped (" + machine.walk(c.id, linear, Access.FETCH).fault() + ")\n";
        }
        Instruction d = new Instruction();
        int status = new Decoder().decode(bytes, 0, n, c.codeBits, d);
        String what = status == DecodeStatus.OK ? d.form.mnemonic : "no instruction";
        int shown = status == DecodeStatus.OK ? d.length : n;
        return "code at rip: " + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, shown) + " (" + what + ")\n";
    }
}
