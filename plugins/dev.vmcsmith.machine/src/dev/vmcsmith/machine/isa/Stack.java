// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** PUSH and POP in all forms, ENTER, LEAVE, PUSHF, POPF. */
public final class Stack {
    private static final long ALWAYS = Cpu.STATUS_FLAGS | Cpu.TF | Cpu.DF | Cpu.NT;

    private Stack() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case PUSH -> insn.memory ? (c, i) -> push(c, i.width, c.mmu.read(i.segment, c.ea(i), i.width))
                : insn.immediateOperand ? (c, i) -> push(c, i.width, i.imm)
                : insn.width == 64 ? (c, i) -> {
                    long sp = c.gpr[Cpu.RSP] - 8;
                    c.mmu.write64(Cpu.SS, sp, c.gpr[i.rm]);
                    c.gpr[Cpu.RSP] = sp;
                } : (c, i) -> push(c, i.width, c.rm(i));
            case POP -> insn.memory ? Stack::popMemory : insn.width == 64 ? (c, i) -> {
                long sp = c.gpr[Cpu.RSP];
                long v = c.mmu.read64(Cpu.SS, sp);
                c.gpr[Cpu.RSP] = sp + 8;
                c.gpr[i.rm] = v;
            } : (c, i) -> {
                long v = peek(c, i.width, 0);
                drop(c, i.width);
                c.setRm(i, v);
            };
            case PUSHF -> Stack::pushf;
            case POPF -> Stack::popf;
            case PUSHA -> Stack::pusha;
            case POPA -> Stack::popa;
            case ENTER -> Stack::enter;
            case LEAVE -> (c, i) -> {
                long bp = c.gpr[Cpu.RBP] & c.stackMask;
                long v = c.mmu.read(Cpu.SS, bp, i.width);
                c.setSp(bp + (i.width >> 3));
                c.setGpr(Cpu.RBP, i.width, v);
            };
            default -> null;
        };
    }

    /** Pushes a value of 16, 32 or 64 bits; RSP changes only when the write succeeds. */
    static void push(Cpu c, int width, long value) {
        long sp = c.gpr[Cpu.RSP] - (width >> 3) & c.stackMask;
        c.mmu.write(Cpu.SS, sp, width, value);
        c.setSp(sp);
    }

    /** Reads the stack slot {@code slot} (0 is the top) without moving RSP. */
    static long peek(Cpu c, int width, int slot) {
        return c.mmu.read(Cpu.SS, c.gpr[Cpu.RSP] + slot * (width >> 3) & c.stackMask, width);
    }

    static void drop(Cpu c, int width) {
        c.setSp(c.gpr[Cpu.RSP] + (width >> 3));
    }

    /** POP to memory: an address that uses RSP uses its value after the pop. */
    private static void popMemory(Cpu c, Insn i) {
        long v = peek(c, i.width, 0);
        long old = c.gpr[Cpu.RSP];
        drop(c, i.width);
        try {
            c.mmu.write(i.segment, c.ea(i), i.width, v);
        } catch (RuntimeException fault) {
            c.gpr[Cpu.RSP] = old;
            throw fault;
        }
    }

    private static void pushf(Cpu c, Insn i) {
        if (c.mode == CpuMode.VIRTUAL_8086 && c.iopl() < 3) {
            if ((c.cr4 & 1) == 0 || i.width != 16) {
                throw CpuFault.gp();
            }
            long f = c.rflags() & ~Cpu.IF | Cpu.IOPL | (c.flag(Cpu.VIF) ? Cpu.IF : 0);
            push(c, 16, f);
            return;
        }
        push(c, i.width, c.rflags() & ~(Cpu.VM | Cpu.RF));
    }

    private static void popf(Cpu c, Insn i) {
        if (c.mode == CpuMode.VIRTUAL_8086 && c.iopl() < 3) {
            popfVirtual(c, i);
            return;
        }
        long value = peek(c, i.width, 0);
        long change = ALWAYS;
        if (i.width != 16) {
            change |= Cpu.AC | Cpu.ID;
        }
        if (c.cpl == 0) {
            change |= Cpu.IOPL;
        }
        if (c.cpl <= c.iopl() || c.mode == CpuMode.REAL) {
            change |= Cpu.IF;
        }
        long f = c.rflags() & ~change | value & change;
        drop(c, i.width);
        c.setRflags(i.width == 16 ? f : f & ~Cpu.RF);
    }

    private static void popfVirtual(Cpu c, Insn i) {
        if ((c.cr4 & 1) == 0 || i.width != 16) {
            throw CpuFault.gp();
        }
        long value = peek(c, 16, 0);
        if ((value & Cpu.TF) != 0 || (value & Cpu.IF) != 0 && c.flag(Cpu.VIP)) {
            throw CpuFault.gp();
        }
        drop(c, 16);
        long f = c.rflags() & ~(ALWAYS | Cpu.VIF) | value & ALWAYS | ((value & Cpu.IF) != 0 ? Cpu.VIF : 0);
        c.setRflags(f);
    }

    private static void pusha(Cpu c, Insn i) {
        int width = i.width;
        int bytes = width >> 3;
        long sp = c.gpr[Cpu.RSP];
        c.mmu.probeWrite(Cpu.SS, sp - bytes & c.stackMask, bytes);
        c.mmu.probeWrite(Cpu.SS, sp - 8 * bytes & c.stackMask, bytes);
        for (int r = 0; r < 8; r++) {
            c.mmu.write(Cpu.SS, sp - (r + 1) * bytes & c.stackMask, width, r == Cpu.RSP ? sp : c.gpr[r]);
        }
        c.setSp(sp - 8 * bytes);
    }

    private static void popa(Cpu c, Insn i) {
        long[] values = new long[8];
        for (int n = 0; n < 8; n++) {
            values[7 - n] = peek(c, i.width, n);
        }
        for (int r = 0; r < 8; r++) {
            if (r != Cpu.RSP) {
                c.setGpr(r, i.width, values[r]);
            }
        }
        c.setSp(c.gpr[Cpu.RSP] + 8 * (i.width >> 3));
    }

    private static void enter(Cpu c, Insn i) {
        int width = i.width;
        int bytes = width >> 3;
        int size = (int) i.imm & 0xFFFF;
        int level = (int) i.imm2 & 31;
        long sp = c.gpr[Cpu.RSP] - bytes & c.stackMask;
        long frame = sp;
        long bp = c.gpr[Cpu.RBP];
        c.mmu.write(Cpu.SS, sp, width, bp);
        for (int n = 1; n < level; n++) {
            bp -= bytes;
            sp = sp - bytes & c.stackMask;
            c.mmu.write(Cpu.SS, sp, width, c.mmu.read(Cpu.SS, bp & c.stackMask, width));
        }
        if (level > 0) {
            sp = sp - bytes & c.stackMask;
            c.mmu.write(Cpu.SS, sp, width, frame);
        }
        sp = sp - size & c.stackMask;
        c.mmu.probeWrite(Cpu.SS, sp, bytes);
        c.setGpr(Cpu.RBP, width, c.stackMask == 0xFFFF && width > 16 ? c.gpr[Cpu.RBP] & ~0xFFFFL | frame : frame);
        c.setSp(sp);
    }
}
