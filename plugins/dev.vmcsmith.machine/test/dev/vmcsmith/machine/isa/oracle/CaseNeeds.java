// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.x86.insn.Instruction;
import dev.vmcsmith.x86.insn.Op;
import dev.vmcsmith.x86.insn.OperandKind.Place;

/**
 * What single instructions need of their start state: addresses in implicit registers, operands for which more than one thing can
 * happen.
 */
final class CaseNeeds {
    private static final long DATA = ProcessorState.DATA;

    private CaseNeeds() {
    }

    static void prepare(Case c, Instruction i, long target, Randomness random) {
        long stack = DATA + 140 + random.nextInt(40);
        if (i.hasModrmMemory() && i.base == Cpu.RSP) {
            stack = target;
        }
        c.set(Cpu.RSP, stack);
        switch (i.op()) {
            case DIV, IDIV -> {
                if (random.nextInt(4) != 0) {
                    long high = random.nextInt(3) - 1;
                    set(c, i, Cpu.RDX, high);
                    set(c, i, Cpu.RAX, high < 0 ? -random.nextInt(1 << 30) : random.nextInt(i.width(0) == 8 ? 0x4000 : 1 << 30));
                }
            }
            case BT, BTS, BTR, BTC -> {
                if (i.hasModrmMemory() && i.kind(1).place == Place.REG) {
                    c.set(i.reg, mask(c, random.nextInt(1024) - 512));
                }
            }
            case CMPXCHG -> {
                long v = Case.integer(random);
                if (random.nextBoolean() && i.base != Cpu.RAX && i.index != Cpu.RAX) {
                    c.set(Cpu.RAX, mask(c, v));
                    if (i.hasModrmMemory()) {
                        c.setMemory(target, v);
                    } else if (i.rm < 8) {
                        c.set(i.rm, mask(c, v));
                    }
                }
            }
            case CMPXCHG8B, CMPXCHG16B -> {
                boolean free = i.base != Cpu.RAX && i.base != Cpu.RDX && i.index != Cpu.RAX && i.index != Cpu.RDX;
                if (random.nextBoolean() && free) {
                    long low = random.nextInt() & 0xFFFFFFFFL;
                    long high = random.nextInt() & 0xFFFFFFFFL;
                    c.set(Cpu.RAX, low);
                    c.set(Cpu.RDX, high);
                    boolean narrow = i.width(0) == 64;
                    c.setMemory(target, narrow ? low | high << 32 : low);
                    if (!narrow) {
                        c.setMemory(target + 8, high);
                    }
                }
            }
            case JMP, CALL -> {
                long to = ProcessorState.CODE - 0x400 + random.nextInt(0x300);
                if (i.hasModrmMemory()) {
                    c.setMemory(target, to);
                } else if (i.kind(0).place == Place.RM) {
                    c.set(i.rm, to);
                }
            }
            case RET -> c.setMemory(c.start().gpr[Cpu.RSP], ProcessorState.CODE - 0x400 + random.nextInt(0x300));
            case LOOP, LOOPE, LOOPNE, JCXZ -> {
                if (random.nextBoolean()) {
                    c.set(Cpu.RCX, mask(c, random.nextInt(3) | (random.nextInt(3) == 0 ? 1L << 32 : 0)));
                }
            }
            case POPF -> c.setMemory(c.start().gpr[Cpu.RSP], random.nextLong() & ~(Cpu.TF | Cpu.NT | Cpu.RF | Cpu.VM | Cpu.AC));
            case LEAVE -> c.set(Cpu.RBP, DATA + 100 + random.nextInt(100));
            case ENTER -> c.set(Cpu.RBP, DATA + 100 + random.nextInt(100));
            case XLAT -> c.set(Cpu.RBX, DATA + 30);
            case MASKMOVQ, MASKMOVDQU -> c.set(Cpu.RDI, target);
            case MOVS, CMPS, STOS, LODS, SCAS, INS, OUTS -> {
                c.set(Cpu.RSI, DATA + 104 + random.nextInt(16));
                c.set(Cpu.RDI, DATA + 184 + random.nextInt(16));
                if (i.rep || i.repne) {
                    c.set(Cpu.RCX, random.nextInt(12));
                }
                if ((i.op() == Op.CMPS || i.op() == Op.SCAS) && random.nextBoolean()) {
                    long v = random.nextBoolean() ? 0 : -1;
                    for (int n = 0; n < ProcessorState.MEMORY; n += 8) {
                        if (random.nextInt(8) != 0) {
                            c.setMemory(DATA + n, v);
                        }
                    }
                    c.set(Cpu.RAX, mask(c, v));
                }
            }
            case PCMPESTRM, PCMPESTRI -> {
                if (i.base != Cpu.RAX && i.index != Cpu.RAX) {
                    c.set(Cpu.RAX, mask(c, random.nextInt(40) - 20));
                }
                if (i.base != Cpu.RDX && i.index != Cpu.RDX) {
                    c.set(Cpu.RDX, mask(c, random.nextInt(40) - 20));
                }
            }
            case LDMXCSR -> c.setMemory(target, random.nextInt() & (random.nextInt(8) == 0 ? -1 : 0xFFFF));
            case FBLD -> {
                long digits = 0;
                for (int n = 0; n < 64; n += 4) {
                    digits |= (long) random.nextInt(10) << n;
                }
                c.setMemory(target, digits);
                c.setMemory(target + 8, random.nextInt(10) | random.nextInt(10) << 4 | random.nextInt(2) << 15);
            }
            default -> { }
        }
    }

    /** Sets a register that the address does not need. */
    private static void set(Case c, Instruction i, int register, long value) {
        if (!i.hasModrmMemory() || i.base != register && i.index != register) {
            c.set(register, mask(c, value));
        }
    }

    private static long mask(Case c, long v) {
        return c.bits == 32 ? v & 0xFFFFFFFFL : v;
    }
}
