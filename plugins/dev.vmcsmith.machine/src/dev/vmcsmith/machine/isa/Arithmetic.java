// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.x86.insn.Op;

/** Addition, subtraction, comparison and logic, exchange-and-add, compare-and-exchange. Each operand form has a handler of its own. */
public final class Arithmetic {
    private Arithmetic() {
    }

    public static Semantics bind(Insn insn) {
        Op op = insn.decoded.op();
        return switch (op) {
            case ADD -> form(insn,
                (c, i) -> c.setRm(i, Alu.add(c, c.rm(i), c.reg(i), i.shift)),
                (c, i) -> c.setRm(i, Alu.add(c, c.rm(i), i.imm, i.shift)),
                (c, i) -> c.setReg(i, Alu.add(c, c.reg(i), c.mmu.read(i.segment, c.ea(i), i.width), i.shift)),
                (c, i) -> c.mmu.finishWrite(i.width, Alu.add(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), c.reg(i), i.shift)),
                (c, i) -> c.mmu.finishWrite(i.width, Alu.add(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), i.imm, i.shift)));
            case OR -> form(insn,
                (c, i) -> c.setRm(i, Alu.or(c, c.rm(i), c.reg(i), i.shift)),
                (c, i) -> c.setRm(i, Alu.or(c, c.rm(i), i.imm, i.shift)),
                (c, i) -> c.setReg(i, Alu.or(c, c.reg(i), c.mmu.read(i.segment, c.ea(i), i.width), i.shift)),
                (c, i) -> c.mmu.finishWrite(i.width, Alu.or(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), c.reg(i), i.shift)),
                (c, i) -> c.mmu.finishWrite(i.width, Alu.or(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), i.imm, i.shift)));
            case ADC -> form(insn,
                (c, i) -> c.setRm(i, Alu.adc(c, c.rm(i), c.reg(i), i.shift)),
                (c, i) -> c.setRm(i, Alu.adc(c, c.rm(i), i.imm, i.shift)),
                (c, i) -> c.setReg(i, Alu.adc(c, c.reg(i), c.mmu.read(i.segment, c.ea(i), i.width), i.shift)),
                (c, i) -> c.mmu.finishWrite(i.width, Alu.adc(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), c.reg(i), i.shift)),
                (c, i) -> c.mmu.finishWrite(i.width, Alu.adc(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), i.imm, i.shift)));
            case SBB -> form(insn,
                (c, i) -> c.setRm(i, Alu.sbb(c, c.rm(i), c.reg(i), i.shift)),
                (c, i) -> c.setRm(i, Alu.sbb(c, c.rm(i), i.imm, i.shift)),
                (c, i) -> c.setReg(i, Alu.sbb(c, c.reg(i), c.mmu.read(i.segment, c.ea(i), i.width), i.shift)),
                (c, i) -> c.mmu.finishWrite(i.width, Alu.sbb(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), c.reg(i), i.shift)),
                (c, i) -> c.mmu.finishWrite(i.width, Alu.sbb(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), i.imm, i.shift)));
            case AND -> form(insn,
                (c, i) -> c.setRm(i, Alu.and(c, c.rm(i), c.reg(i), i.shift)),
                (c, i) -> c.setRm(i, Alu.and(c, c.rm(i), i.imm, i.shift)),
                (c, i) -> c.setReg(i, Alu.and(c, c.reg(i), c.mmu.read(i.segment, c.ea(i), i.width), i.shift)),
                (c, i) -> c.mmu.finishWrite(i.width, Alu.and(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), c.reg(i), i.shift)),
                (c, i) -> c.mmu.finishWrite(i.width, Alu.and(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), i.imm, i.shift)));
            case SUB -> form(insn,
                (c, i) -> c.setRm(i, Alu.sub(c, c.rm(i), c.reg(i), i.shift)),
                (c, i) -> c.setRm(i, Alu.sub(c, c.rm(i), i.imm, i.shift)),
                (c, i) -> c.setReg(i, Alu.sub(c, c.reg(i), c.mmu.read(i.segment, c.ea(i), i.width), i.shift)),
                (c, i) -> c.mmu.finishWrite(i.width, Alu.sub(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), c.reg(i), i.shift)),
                (c, i) -> c.mmu.finishWrite(i.width, Alu.sub(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), i.imm, i.shift)));
            case XOR -> form(insn,
                (c, i) -> c.setRm(i, Alu.xor(c, c.rm(i), c.reg(i), i.shift)),
                (c, i) -> c.setRm(i, Alu.xor(c, c.rm(i), i.imm, i.shift)),
                (c, i) -> c.setReg(i, Alu.xor(c, c.reg(i), c.mmu.read(i.segment, c.ea(i), i.width), i.shift)),
                (c, i) -> c.mmu.finishWrite(i.width, Alu.xor(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), c.reg(i), i.shift)),
                (c, i) -> c.mmu.finishWrite(i.width, Alu.xor(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), i.imm, i.shift)));
            case CMP -> form(insn,
                (c, i) -> Alu.sub(c, c.rm(i), c.reg(i), i.shift),
                (c, i) -> Alu.sub(c, c.rm(i), i.imm, i.shift),
                (c, i) -> Alu.sub(c, c.reg(i), c.mmu.read(i.segment, c.ea(i), i.width), i.shift),
                (c, i) -> Alu.sub(c, c.mmu.read(i.segment, c.ea(i), i.width), c.reg(i), i.shift),
                (c, i) -> Alu.sub(c, c.mmu.read(i.segment, c.ea(i), i.width), i.imm, i.shift));
            case TEST -> form(insn,
                (c, i) -> Alu.and(c, c.rm(i), c.reg(i), i.shift),
                (c, i) -> Alu.and(c, c.rm(i), i.imm, i.shift),
                (c, i) -> Alu.and(c, c.reg(i), c.mmu.read(i.segment, c.ea(i), i.width), i.shift),
                (c, i) -> Alu.and(c, c.mmu.read(i.segment, c.ea(i), i.width), c.reg(i), i.shift),
                (c, i) -> Alu.and(c, c.mmu.read(i.segment, c.ea(i), i.width), i.imm, i.shift));
            case INC -> insn.memory
                ? (c, i) -> c.mmu.finishWrite(i.width, Alu.inc(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), i.shift))
                : (c, i) -> c.setRm(i, Alu.inc(c, c.rm(i), i.shift));
            case DEC -> insn.memory
                ? (c, i) -> c.mmu.finishWrite(i.width, Alu.dec(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), i.shift))
                : (c, i) -> c.setRm(i, Alu.dec(c, c.rm(i), i.shift));
            case NEG -> insn.memory
                ? (c, i) -> c.mmu.finishWrite(i.width, Alu.neg(c, c.mmu.readForWrite(i.segment, c.ea(i), i.width), i.shift))
                : (c, i) -> c.setRm(i, Alu.neg(c, c.rm(i), i.shift));
            case NOT -> insn.memory
                ? (c, i) -> c.mmu.finishWrite(i.width, ~c.mmu.readForWrite(i.segment, c.ea(i), i.width))
                : (c, i) -> c.setRm(i, ~c.rm(i));
            case XADD -> Arithmetic::xadd;
            case CMPXCHG -> Arithmetic::cmpxchg;
            case CMPXCHG8B -> Arithmetic::cmpxchg8b;
            case CMPXCHG16B -> Arithmetic::cmpxchg16b;
            case CBW -> Arithmetic::cbw;
            case CWD -> Arithmetic::cwd;
            default -> null;
        };
    }

    /** Picks the handler of the operand form: register-register, register-immediate, register-memory, memory-register, memory-immediate. */
    private static Semantics form(Insn insn, Semantics rr, Semantics ri, Semantics rm, Semantics mr, Semantics mi) {
        boolean immediate = insn.immediateOperand;
        if (!insn.memory) {
            return immediate ? ri : rr;
        }
        return immediate ? mi : insn.memoryIsDestination ? mr : rm;
    }

    private static void xadd(Cpu c, Insn i) {
        if (i.memory) {
            long old = c.mmu.readForWrite(i.segment, c.ea(i), i.width);
            c.mmu.finishWrite(i.width, Alu.add(c, old, c.reg(i), i.shift));
            c.setReg(i, old);
        } else {
            long old = c.rm(i);
            long sum = Alu.add(c, old, c.reg(i), i.shift);
            c.setReg(i, old);
            c.setRm(i, sum);
        }
    }

    private static void cmpxchg(Cpu c, Insn i) {
        long old = i.memory ? c.mmu.readForWrite(i.segment, c.ea(i), i.width) : c.rm(i);
        long expected = c.gpr[Cpu.RAX];
        boolean equal = ((old ^ expected) & i.mask) == 0;
        long value = equal ? c.reg(i) : old;
        if (i.memory) {
            c.mmu.finishWrite(i.width, value);
        } else if (equal) {
            c.setRm(i, value);
        }
        Alu.sub(c, expected, old, i.shift);
        if (!equal) {
            c.setGpr(Cpu.RAX, i.width, old);
        }
    }

    private static void cmpxchg8b(Cpu c, Insn i) {
        long old = c.mmu.readForWrite(i.segment, c.ea(i), 64);
        long expected = c.gpr(Cpu.RDX, 32) << 32 | c.gpr(Cpu.RAX, 32);
        boolean equal = old == expected;
        c.mmu.finishWrite(64, equal ? c.gpr(Cpu.RBX, 32) | c.gpr(Cpu.RCX, 32) << 32 : old);
        if (!equal) {
            c.setGpr(Cpu.RAX, 32, old);
            c.setGpr(Cpu.RDX, 32, old >>> 32);
        }
        c.setZf(equal);
    }

    private static void cmpxchg16b(Cpu c, Insn i) {
        long at = c.ea(i);
        if ((c.mmu.linear(i.segment, at, 16, true) & 15) != 0) {
            throw CpuFault.gp();
        }
        c.mmu.probeWrite(i.segment, at, 16);
        long low = c.mmu.read64(i.segment, at);
        long high = c.mmu.read64(i.segment, at + 8);
        boolean equal = low == c.gpr[Cpu.RAX] && high == c.gpr[Cpu.RDX];
        c.mmu.write64(i.segment, at, equal ? c.gpr[Cpu.RBX] : low);
        c.mmu.write64(i.segment, at + 8, equal ? c.gpr[Cpu.RCX] : high);
        if (!equal) {
            c.gpr[Cpu.RAX] = low;
            c.gpr[Cpu.RDX] = high;
        }
        c.setZf(equal);
    }

    /** CBW, CWDE, CDQE. */
    private static void cbw(Cpu c, Insn i) {
        int half = i.width >> 1;
        c.setGpr(Cpu.RAX, i.width, c.gpr[Cpu.RAX] << 64 - half >> 64 - half);
    }

    /** CWD, CDQ, CQO. */
    private static void cwd(Cpu c, Insn i) {
        c.setGpr(Cpu.RDX, i.width, c.gpr[Cpu.RAX] << i.shift >> 63);
    }
}
