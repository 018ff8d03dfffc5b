// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.x86.insn.Op;

/** IN and OUT. */
public final class PortIo {
    private PortIo() {
    }

    public static Semantics bind(Insn insn) {
        Op op = insn.decoded.op();
        if (op == Op.IN) {
            return PortIo::in;
        }
        return op == Op.OUT ? PortIo::out : null;
    }

    private static int port(Cpu c, Insn i) {
        return i.immediateOperand ? (int) i.imm & 0xFF : (int) c.gpr[Cpu.RDX] & 0xFFFF;
    }

    private static void in(Cpu c, Insn i) {
        int port = port(c, i);
        int size = i.width >> 3;
        Privilege.port(c, port, size);
        if (c.intercepts.io(c, port, size, true, false, false, i.immediateOperand, 0, i)) {
            return;
        }
        c.setGpr(Cpu.RAX, i.width, c.platform.portRead(port, size));
        watch(c, port, size);
    }

    private static void out(Cpu c, Insn i) {
        int port = port(c, i);
        int size = i.width >> 3;
        Privilege.port(c, port, size);
        if (c.intercepts.io(c, port, size, false, false, false, i.immediateOperand, 0, i)) {
            return;
        }
        c.platform.portWrite(port, size, (int) (c.gpr[Cpu.RAX] & i.mask));
        watch(c, port, size);
    }

    /** Notes the I/O breakpoints that an access hits; there are none without CR4.DE. */
    static void watch(Cpu c, int port, int size) {
        if ((c.dr[7] & 0xFF) != 0 && (c.cr4 & 8) != 0) {
            c.noteBreakpoints(port, size, Cpu.BREAK_IO);
        }
    }
}
