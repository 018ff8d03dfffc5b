// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** Near jumps, calls, returns and loops. */
public final class ControlFlow {
    private ControlFlow() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case JCC -> jcc(insn.condition);
            case JMP -> insn.memory ? (c, i) -> indirect(c, c.mmu.read(i.segment, c.ea(i), i.width))
                : insn.immediateOperand ? (c, i) -> relative(c, i) : (c, i) -> indirect(c, c.rm(i) & i.mask);
            case CALL -> insn.memory ? (c, i) -> call(c, i, c.mmu.read(i.segment, c.ea(i), i.width))
                : insn.immediateOperand ? (c, i) -> call(c, i, c.rip + i.imm & i.mask) : (c, i) -> call(c, i, c.rm(i) & i.mask);
            case RET -> (c, i) -> {
                long target = Stack.peek(c, i.width, 0);
                check(c, target);
                c.setSp(c.gpr[Cpu.RSP] + (i.width >> 3) + (i.imm & 0xFFFF));
                c.rip = target;
            };
            case JCXZ -> (c, i) -> {
                if ((c.gpr[Cpu.RCX] & i.addressMask) == 0) {
                    relative(c, i);
                }
            };
            case LOOP -> (c, i) -> loop(c, i, true);
            case LOOPE -> (c, i) -> loop(c, i, c.zf());
            case LOOPNE -> (c, i) -> loop(c, i, !c.zf());
            default -> null;
        };
    }

    private static Semantics jcc(int condition) {
        return switch (condition) {
            case 0 -> (c, i) -> {
                if (c.of()) {
                    taken(c, i);
                }
            };
            case 1 -> (c, i) -> {
                if (!c.of()) {
                    taken(c, i);
                }
            };
            case 2 -> (c, i) -> {
                if (c.cf()) {
                    taken(c, i);
                }
            };
            case 3 -> (c, i) -> {
                if (!c.cf()) {
                    taken(c, i);
                }
            };
            case 4 -> (c, i) -> {
                if (c.zf()) {
                    taken(c, i);
                }
            };
            case 5 -> (c, i) -> {
                if (!c.zf()) {
                    taken(c, i);
                }
            };
            case 6 -> (c, i) -> {
                if (c.cf() || c.zf()) {
                    taken(c, i);
                }
            };
            case 7 -> (c, i) -> {
                if (!c.cf() && !c.zf()) {
                    taken(c, i);
                }
            };
            case 8 -> (c, i) -> {
                if (c.sf()) {
                    taken(c, i);
                }
            };
            case 9 -> (c, i) -> {
                if (!c.sf()) {
                    taken(c, i);
                }
            };
            case 12 -> (c, i) -> {
                if (c.sf() != c.of()) {
                    taken(c, i);
                }
            };
            case 13 -> (c, i) -> {
                if (c.sf() == c.of()) {
                    taken(c, i);
                }
            };
            default -> (c, i) -> {
                if (Conditions.test(c, i.condition)) {
                    taken(c, i);
                }
            };
        };
    }

    /** A conditional branch leaves its block when it is taken; the block goes on behind one that is not. */
    private static void taken(Cpu c, Insn i) {
        taken(c, i.imm, i.mask);
    }

    public static void taken(Cpu c, long distance, long mask) {
        relative(c, distance, mask);
        c.attention |= Attention.BLOCK;
    }

    private static void relative(Cpu c, Insn i) {
        relative(c, i.imm, i.mask);
    }

    private static void relative(Cpu c, long distance, long mask) {
        long target = c.rip + distance & mask;
        if (Long.compareUnsigned(target, c.codeLimit) > 0) {
            throw CpuFault.gp();
        }
        c.rip = target;
    }

    private static void indirect(Cpu c, long target) {
        check(c, target);
        c.rip = target;
    }

    private static void call(Cpu c, Insn i, long target) {
        check(c, target);
        Stack.push(c, i.width, c.rip);
        c.rip = target;
    }

    /** #GP when a near branch may not go there: beyond the CS limit, or not canonical. */
    static void check(Cpu c, long target) {
        if (c.codeLimit == -1) {
            if (!Canonical.is(c, target)) {
                throw CpuFault.gp();
            }
        } else if (target > c.codeLimit) {
            throw CpuFault.gp();
        }
    }

    private static void loop(Cpu c, Insn i, boolean goOn) {
        long count = c.gpr[Cpu.RCX] - 1 & i.addressMask;
        if (count != 0 && goOn) {
            relative(c, i);
        }
        c.setGpr(Cpu.RCX, i.addressSize, count);
    }
}
