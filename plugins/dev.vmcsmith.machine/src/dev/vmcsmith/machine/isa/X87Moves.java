// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.x86.insn.Op;

/** x87 loads, stores, constants and register moves (SDM "Data Transfer Instructions", "Load Constant Instructions"). */
public final class X87Moves {
    private X87Moves() {
    }

    public static Semantics bind(Insn insn) {
        Op op = insn.decoded.op();
        return switch (op) {
            case FLD -> insn.decoded.width(0) == 80 ? load80(insn.memory) : loadMemory(false);
            case FILD -> loadMemory(true);
            case FBLD -> loadDecimal();
            case FST, FSTP -> insn.memory ? insn.decoded.width(0) == 80 ? store80() : store(op == Op.FSTP)
                : copy(op == Op.FSTP, insn.decoded.opcode == 0xD9);
            case FIST, FISTP -> storeInteger(op == Op.FISTP, false);
            case FISTTP -> storeInteger(true, true);
            case FBSTP -> storeDecimal();
            case FXCH -> exchange();
            case FLD1 -> constant(0x3FFF, 0x8000000000000000L, 0, 0);
            case FLDZ -> constant(0, 0, 0, 0);
            case FLDL2T -> constant(0x4000, 0xD49A784BCD1B8AFEL, 0, 1);
            case FLDL2E -> constant(0x3FFF, 0xB8AA3B295C17F0BBL, 1, 0);
            case FLDPI -> constant(0x4000, 0xC90FDAA22168C234L, 1, 0);
            case FLDLG2 -> constant(0x3FFD, 0x9A209A84FBCFF798L, 1, 0);
            case FLDLN2 -> constant(0x3FFE, 0xB17217F7D1CF79ABL, 1, 0);
            case FCMOVB, FCMOVNB, FCMOVE, FCMOVNE, FCMOVBE, FCMOVNBE, FCMOVU, FCMOVNU -> conditional(op);
            case FXAM -> examine();
            case FFREE -> (c, i) -> {
                X87.waiting(c);
                c.fpu.status &= ~0x200;
                c.fpu.inUse &= ~(1 << (c.fpu.top() + i.decoded.rm & 7));
            };
            case FFREEP -> (c, i) -> {
                X87.waiting(c);
                c.fpu.status &= ~0x200;
                c.fpu.inUse &= ~(1 << (c.fpu.top() + i.decoded.rm & 7));
                c.fpu.inUse &= ~(1 << c.fpu.top());
                c.fpu.setTop(c.fpu.top() + 1);
            };
            case FINCSTP -> (c, i) -> turn(c, 1);
            case FDECSTP -> (c, i) -> turn(c, -1);
            default -> null;
        };
    }

    private static void turn(Cpu c, int by) {
        X87.waiting(c);
        c.fpu.setTop(c.fpu.top() + by);
        c.fpu.status &= ~0x200;
    }

    private static Semantics load80(boolean memory) {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            if (memory) {
                long at = c.ea(i);
                c.mmu.probeRead(i.segment, at, 10);
                x.set((int) c.mmu.read16(i.segment, at + 8 & i.addressMask), c.mmu.read64(i.segment, at));
            } else if (x.loadA(i.decoded.rm & 7)) {
                x.set(x.ase, x.asig);
            }
            x.point(c, i);
            x.pushResult();
        };
    }

    private static Semantics loadMemory(boolean integer) {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            x.loadMemory(c, i, integer);
            x.point(c, i);
            if (ExtendedFloat.isSignaling(x.se, x.sig)) {
                x.flags |= ExtendedFloat.IE;
                x.sig |= 1L << 62;
            }
            x.flags |= x.denormalSource ? ExtendedFloat.DE : 0;
            x.pushResult();
        };
    }

    private static Semantics loadDecimal() {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            long at = c.ea(i);
            c.mmu.probeRead(i.segment, at, 10);
            long digits = c.mmu.read64(i.segment, at);
            int high = (int) c.mmu.read16(i.segment, at + 8 & i.addressMask);
            x.point(c, i);
            long v = (high >> 4 & 15) * 10L + (high & 15);
            for (int n = 60; n >= 0; n -= 4) {
                v = v * 10 + (digits >>> n & 15);
            }
            x.fromInteger(v);
            x.se |= high & 0x8000;
            x.pushResult();
        };
    }

    /** Whether the value goes to memory; an unmasked #O or #U suppresses #P too. */
    private static boolean stored(X87 x) {
        if ((x.flags & ~x.masks & (ExtendedFloat.OE | ExtendedFloat.UE)) != 0) {
            x.flags &= ~ExtendedFloat.PE;
            x.up = false;
        }
        return (x.flags & ~x.masks & (ExtendedFloat.IE | ExtendedFloat.OE | ExtendedFloat.UE)) == 0;
    }

    private static Semantics store(boolean pop) {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            boolean full = x.loadA(0);
            int width = i.decoded.width(0);
            long v = full ? x.toBinary(x.ase, x.asig, width) : width == 32 ? 0xFFC00000L : 0xFFF8000000000000L;
            write(x, c, i, width, v, pop);
        };
    }

    private static void write(X87 x, Cpu c, Insn i, int width, long v, boolean pop) {
        boolean stored = stored(x);
        if (stored) {
            c.mmu.write(i.segment, c.ea(i), width, v);
        }
        x.point(c, i);
        x.commit();
        if (stored && pop) {
            x.pop();
        }
    }

    private static Semantics storeInteger(boolean pop, boolean truncate) {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            x.rounding = truncate ? 3 : x.rounding;
            int width = i.decoded.width(0);
            long v = x.loadA(0) ? x.toInteger(x.ase, x.asig, width) : -1L << width - 1;
            write(x, c, i, width, v, pop);
        };
    }

    private static Semantics store80() {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            if (x.loadA(0)) {
                x.set(x.ase, x.asig);
            }
            write80(x, c, i, x.se, x.sig);
        };
    }

    private static void write80(X87 x, Cpu c, Insn i, int high, long low) {
        boolean stored = stored(x);
        if (stored) {
            long at = c.ea(i);
            c.mmu.probeWrite(i.segment, at, 10);
            c.mmu.write64(i.segment, at, low);
            c.mmu.write16(i.segment, at + 8 & i.addressMask, high);
        }
        x.point(c, i);
        x.commit();
        if (stored) {
            x.pop();
        }
    }

    private static Semantics storeDecimal() {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            int high = 0xFFFF;
            long low = 0xC000000000000000L;
            if (x.loadA(0)) {
                long v = x.toInteger(x.ase, x.asig, 64);
                if ((x.flags & ExtendedFloat.IE) != 0 || v == Long.MIN_VALUE || Math.abs(v) > 999999999999999999L) {
                    x.up = false;
                    x.flags = ExtendedFloat.IE;
                } else {
                    v = Math.abs(v);
                    low = 0;
                    for (int n = 0; n < 64; n += 4, v /= 10) {
                        low |= v % 10 << n;
                    }
                    high = (int) (v % 10 | v / 10 << 4) | x.ase & 0x8000;
                }
            }
            write80(x, c, i, high, low);
        };
    }

    /** The encoding D9 /3 of FSTP only pops an empty register. */
    private static Semantics copy(boolean pop, boolean quiet) {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            x.point(c, i);
            if (quiet && x.empty(0)) {
                x.commit();
                x.pop();
                return;
            }
            if (x.loadA(0)) {
                x.set(x.ase, x.asig);
            }
            if (x.finish(i.decoded.rm & 7) && pop) {
                x.pop();
            }
        };
    }

    private static Semantics exchange() {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            x.point(c, i);
            int other = i.decoded.operandCount() == 0 ? 1 : i.decoded.rm & 7;
            boolean full = x.loadA(0);
            if (!full) {
                x.ase = x.se;
                x.asig = x.sig;
            }
            if (!x.loadB(other)) {
                x.bse = x.se;
                x.bsig = x.sig;
            }
            x.set(x.bse, x.bsig);
            if (x.finish(0)) {
                x.set(x.ase, x.asig);
                x.put(other);
            }
        };
    }

    /** A truncated constant; one unit is added when rounding to nearest or up ({@code nearestOrUp}), or only up ({@code upOnly}). */
    private static Semantics constant(int se, long sig, int nearestOrUp, int upOnly) {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            x.point(c, i);
            boolean lower = x.rounding == 1 || x.rounding == 3;
            x.set(se, sig + (x.rounding == 2 ? upOnly : 0) + (lower ? 0 : nearestOrUp));
            x.pushResult();
        };
    }

    private static Semantics conditional(Op op) {
        X87 x = new X87();
        x.keepsC1 = true;
        return (c, i) -> {
            x.begin(c);
            x.point(c, i);
            boolean moves = switch (op) {
                case FCMOVB -> c.cf();
                case FCMOVNB -> !c.cf();
                case FCMOVE -> c.zf();
                case FCMOVNE -> !c.zf();
                case FCMOVBE -> c.cf() || c.zf();
                case FCMOVNBE -> !c.cf() && !c.zf();
                case FCMOVU -> c.pf();
                default -> !c.pf();
            };
            if (x.loadA(0) & x.loadB(i.decoded.rm & 7)) {
                x.set(moves ? x.bse : x.ase, moves ? x.bsig : x.asig);
            }
            x.finish(0);
        };
    }

    private static Semantics examine() {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            x.point(c, i);
            boolean empty = x.empty(0);
            int r = x.physical(0);
            int se = x.f.signExponent[r];
            long sig = x.f.significand[r];
            x.conditions(empty ? 5 : ExtendedFloat.isUnsupported(se, sig) ? 0 : ExtendedFloat.isNan(se, sig) ? 1
                : ExtendedFloat.isInfinite(se, sig) ? 3 : sig == 0 ? 4 : ExtendedFloat.isDenormal(se, sig) ? 6 : 2);
            x.f.status = x.f.status & ~0x200 | (se & 0x8000) >> 6;
        };
    }
}
