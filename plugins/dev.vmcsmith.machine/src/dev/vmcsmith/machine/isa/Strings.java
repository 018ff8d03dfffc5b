// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.x86.insn.Op;

/**
 * MOVS, STOS, LODS, CMPS, SCAS, INS, OUTS. With a repeat prefix one execution does a bounded number of iterations and leaves RIP
 * at the instruction while count remains, so that interrupts and time come between; a fault leaves the registers of the
 * iterations that completed.
 */
public final class Strings {
    /** Iterations per execution. */
    private static final int CHUNK = 64;

    /** One iteration; false ends a REPE or REPNE loop. */
    private interface Step {
        boolean once(Cpu c, Insn i);
    }

    private Strings() {
    }

    public static Semantics bind(Insn insn) {
        Op op = insn.decoded.op();
        Step step = switch (op) {
            case MOVS -> Strings::movs;
            case STOS -> Strings::stos;
            case LODS -> Strings::lods;
            case CMPS -> Strings::cmps;
            case SCAS -> Strings::scas;
            case INS -> Strings::ins;
            case OUTS -> Strings::outs;
            default -> null;
        };
        if (step == null) {
            return null;
        }
        insn.repeated = insn.rep || insn.repne;
        return insn.repeated ? (c, i) -> repeat(c, i, step) : step::once;
    }

    private static void repeat(Cpu c, Insn i, Step step) {
        long next = c.rip;
        long count = c.gpr[Cpu.RCX] & i.addressMask;
        boolean port = i.decoded.op() == Op.INS || i.decoded.op() == Op.OUTS;
        int n = c.flag(Cpu.TF) || port ? 1 : CHUNK;
        if (port && count == 0) {
            Privilege.port(c, (int) c.gpr[Cpu.RDX] & 0xFFFF, i.width >> 3);
        }
        while (count != 0) {
            if (n-- == 0) {
                c.rip = next - i.length & ripMask(c);
                return;
            }
            boolean goOn = step.once(c, i);
            if (c.rip != next || i.exited) {
                i.exited = false;
                return;
            }
            count--;
            c.setGpr(Cpu.RCX, i.addressSize, count);
            if (!goOn) {
                return;
            }
            if (c.attention != 0 && count != 0) {
                c.rip = next - i.length & ripMask(c);
                return;
            }
        }
        if (i.addressSize == 32) {
            c.gpr[Cpu.RCX] &= 0xFFFFFFFFL;
        }
    }

    private static long ripMask(Cpu c) {
        return c.codeBits == 64 ? -1L : 0xFFFFFFFFL;
    }

    private static void advance(Cpu c, Insn i, int register) {
        long step = c.flag(Cpu.DF) ? -(i.width >> 3) : i.width >> 3;
        c.setGpr(register, i.addressSize, c.gpr[register] + step);
    }

    private static boolean movs(Cpu c, Insn i) {
        long v = c.mmu.read(i.segment, c.gpr[Cpu.RSI] & i.addressMask, i.width);
        c.mmu.write(Cpu.ES, c.gpr[Cpu.RDI] & i.addressMask, i.width, v);
        advance(c, i, Cpu.RSI);
        advance(c, i, Cpu.RDI);
        return true;
    }

    private static boolean stos(Cpu c, Insn i) {
        c.mmu.write(Cpu.ES, c.gpr[Cpu.RDI] & i.addressMask, i.width, c.gpr[Cpu.RAX]);
        advance(c, i, Cpu.RDI);
        return true;
    }

    private static boolean lods(Cpu c, Insn i) {
        c.setGpr(Cpu.RAX, i.width, c.mmu.read(i.segment, c.gpr[Cpu.RSI] & i.addressMask, i.width));
        advance(c, i, Cpu.RSI);
        return true;
    }

    private static boolean cmps(Cpu c, Insn i) {
        long a = c.mmu.read(i.segment, c.gpr[Cpu.RSI] & i.addressMask, i.width);
        long b = c.mmu.read(Cpu.ES, c.gpr[Cpu.RDI] & i.addressMask, i.width);
        Alu.sub(c, a, b, i.shift);
        advance(c, i, Cpu.RSI);
        advance(c, i, Cpu.RDI);
        return i.rep == c.zf();
    }

    private static boolean scas(Cpu c, Insn i) {
        long b = c.mmu.read(Cpu.ES, c.gpr[Cpu.RDI] & i.addressMask, i.width);
        Alu.sub(c, c.gpr[Cpu.RAX], b, i.shift);
        advance(c, i, Cpu.RDI);
        return i.rep == c.zf();
    }

    private static boolean ins(Cpu c, Insn i) {
        int port = (int) c.gpr[Cpu.RDX] & 0xFFFF;
        int size = i.width >> 3;
        Privilege.port(c, port, size);
        long at = c.gpr[Cpu.RDI] & i.addressMask;
        long linear = at + c.seg[Cpu.ES].effectiveBase & c.linearMask;
        if (c.intercepts.io(c, port, size, true, true, i.repeated, false, linear, i)) {
            i.exited = true;
            return false;
        }
        c.mmu.probeWrite(Cpu.ES, at, size);
        c.mmu.write(Cpu.ES, at, i.width, c.platform.portRead(port, size) & i.mask);
        PortIo.watch(c, port, size);
        advance(c, i, Cpu.RDI);
        return true;
    }

    private static boolean outs(Cpu c, Insn i) {
        int port = (int) c.gpr[Cpu.RDX] & 0xFFFF;
        int size = i.width >> 3;
        Privilege.port(c, port, size);
        long at = c.gpr[Cpu.RSI] & i.addressMask;
        long linear = at + c.seg[i.segment].effectiveBase & c.linearMask;
        if (c.intercepts.io(c, port, size, false, true, i.repeated, false, linear, i)) {
            i.exited = true;
            return false;
        }
        c.platform.portWrite(port, size, (int) c.mmu.read(i.segment, at, i.width));
        PortIo.watch(c, port, size);
        advance(c, i, Cpu.RSI);
        return true;
    }
}
