// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.x86.insn.Op;
import dev.vmcsmith.x86.insn.OperandKind;

/** x87 arithmetic and comparison (SDM "Basic Arithmetic Instructions", "Comparison and Classification Instructions"). */
public final class X87Arithmetic {
    /** Result := a op b. */
    private interface Operation {
        void apply(X87 x);
    }

    private X87Arithmetic() {
    }

    public static Semantics bind(Insn insn) {
        Op op = insn.decoded.op();
        return switch (op) {
            case FADD, FADDP, FIADD -> arithmetic(op, x -> x.add(x.ase, x.asig, x.bse, x.bsig));
            case FMUL, FMULP, FIMUL -> arithmetic(op, x -> x.multiply(x.ase, x.asig, x.bse, x.bsig));
            case FSUB, FSUBP, FISUB -> arithmetic(op, x -> x.subtract(x.ase, x.asig, x.bse, x.bsig));
            case FSUBR, FSUBRP, FISUBR -> arithmetic(op, x -> x.subtract(x.bse, x.bsig, x.ase, x.asig));
            case FDIV, FDIVP, FIDIV -> arithmetic(op, x -> x.divide(x.ase, x.asig, x.bse, x.bsig));
            case FDIVR, FDIVRP, FIDIVR -> arithmetic(op, x -> x.divide(x.bse, x.bsig, x.ase, x.asig));
            case FCOM, FICOM -> comparison(op, false, false, 0);
            case FCOMP, FICOMP -> comparison(op, false, false, 1);
            case FCOMPP -> comparison(op, false, false, 2);
            case FUCOM -> comparison(op, true, false, 0);
            case FUCOMP -> comparison(op, true, false, 1);
            case FUCOMPP -> comparison(op, true, false, 2);
            case FCOMI -> comparison(op, false, true, 0);
            case FCOMIP -> comparison(op, false, true, 1);
            case FUCOMI -> comparison(op, true, true, 0);
            case FUCOMIP -> comparison(op, true, true, 1);
            case FTST -> comparison(op, false, false, 0);
            case FSQRT -> unary(x -> x.squareRoot(x.ase, x.asig));
            case FRNDINT -> unary(x -> x.roundToIntegral(x.ase, x.asig));
            case FCHS -> sign(0x8000, 0xFFFF);
            case FABS -> sign(0, 0x7FFF);
            case FSCALE -> binary(X87Arithmetic::scale);
            case FPREM -> remainder(false);
            case FPREM1 -> remainder(true);
            case FXTRACT -> extract();
            default -> null;
        };
    }

    private static boolean takesInteger(Op op) {
        return switch (op) {
            case FIADD, FIMUL, FISUB, FISUBR, FIDIV, FIDIVR, FICOM, FICOMP -> true;
            default -> false;
        };
    }

    private static boolean pops(Op op) {
        return switch (op) {
            case FADDP, FMULP, FSUBP, FSUBRP, FDIVP, FDIVRP -> true;
            default -> false;
        };
    }

    private static int other(Insn i) {
        return i.decoded.operandCount() == 0 ? 1 : i.decoded.rm & 7;
    }

    private static Semantics arithmetic(Op op, Operation operation) {
        X87 x = new X87();
        boolean integer = takesInteger(op);
        boolean pops = pops(op);
        return (c, i) -> {
            x.begin(c);
            int destination = 0;
            boolean full;
            if (i.memory) {
                x.loadMemory(c, i, integer);
                x.bse = x.se;
                x.bsig = x.sig;
                full = x.loadA(0);
            } else {
                destination = pops || i.decoded.kind(0) == OperandKind.ST_RM ? other(i) : 0;
                full = x.loadA(destination) & x.loadB(destination == 0 && !pops && i.decoded.kind(0) != OperandKind.ST_RM ? other(i) : 0);
            }
            x.point(c, i);
            if (full) {
                operation.apply(x);
            }
            if (x.finish(destination) && pops) {
                x.pop();
            }
        };
    }

    private static Semantics unary(Operation operation) {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            x.point(c, i);
            if (x.loadA(0)) {
                operation.apply(x);
            }
            x.finish(0);
        };
    }

    private static Semantics binary(Operation operation) {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            x.point(c, i);
            if (x.loadA(0) & x.loadB(1)) {
                operation.apply(x);
            }
            x.finish(0);
        };
    }

    private static Semantics sign(int flip, int keep) {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            x.point(c, i);
            if (x.loadA(0)) {
                x.set((x.ase ^ flip) & keep, x.asig);
            }
            x.finish(0);
        };
    }

    private static Semantics comparison(Op op, boolean quiet, boolean toFlags, int pops) {
        X87 x = new X87();
        x.keepsC1 = toFlags;
        boolean integer = takesInteger(op);
        return (c, i) -> {
            x.begin(c);
            boolean full = true;
            if (i.memory) {
                x.loadMemory(c, i, integer);
                x.bse = x.se;
                x.bsig = x.sig;
            } else if (op == Op.FTST) {
                x.bse = 0;
                x.bsig = 0;
            } else {
                full = x.loadB(other(i));
            }
            full &= x.loadA(0);
            x.point(c, i);
            int order = full ? x.compare(x.ase, x.asig, x.bse, x.bsig, quiet) : 2;
            x.commit();
            boolean allowed = (x.flags & ~x.masks & (ExtendedFloat.IE | ExtendedFloat.DE)) == 0;
            if (toFlags) {
                c.setStatusFlags(order == 2 ? Cpu.ZF | Cpu.PF | Cpu.CF : order == 0 ? Cpu.ZF : order < 0 ? Cpu.CF : 0);
            } else {
                x.conditions(order == 2 ? 7 : order == 0 ? 4 : order < 0 ? 1 : 0);
            }
            for (int n = 0; allowed && n < pops; n++) {
                x.pop();
            }
        };
    }

    /** ST(0) times 2 to the truncated ST(1). */
    private static void scale(X87 x) {
        if (x.special(x.ase, x.asig, x.bse, x.bsig)) {
            return;
        }
        boolean down = (x.bse & 0x8000) != 0;
        boolean infinite = ExtendedFloat.isInfinite(x.ase, x.asig);
        if (ExtendedFloat.isInfinite(x.bse, x.bsig)) {
            if (down ? infinite : x.asig == 0) {
                x.invalid();
                return;
            }
            x.noteDenormal(x.ase, x.asig, 0, 0);
            x.set(x.ase & 0x8000 | (down ? 0 : 0x7FFF), down ? 0 : ExtendedFloat.ONE);
            return;
        }
        x.noteDenormal(x.ase, x.asig, x.bse, x.bsig);
        if (infinite || x.asig == 0) {
            x.set(x.ase, x.asig);
            return;
        }
        int e = (x.bse & 0x7FFF) - ExtendedFloat.BIAS;
        int by = e < 0 ? 0 : e > 15 ? 0x10000 : (int) (x.bsig >>> 63 - e);
        int exponent = ExtendedFloat.exponent(x.ase, x.asig) + (down ? -by : by);
        if (exponent >= ExtendedFloat.MAX + ExtendedFloat.WRAP && (x.masks & ExtendedFloat.OE) == 0) {
            x.flags |= ExtendedFloat.OE | ExtendedFloat.PE;
            x.up = true;
            x.set(x.ase & 0x8000 | ExtendedFloat.MAX, ExtendedFloat.ONE);
        } else if (exponent <= -ExtendedFloat.WRAP && (x.masks & ExtendedFloat.UE) == 0) {
            x.flags |= ExtendedFloat.UE | ExtendedFloat.PE;
            x.set(x.ase & 0x8000, 0);
        } else {
            x.round(x.ase, exponent, ExtendedFloat.normalized(x.asig), 0, 64);
        }
    }

    private static Semantics remainder(boolean nearest) {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            x.point(c, i);
            x.quotient = 0;
            boolean full = x.loadA(0) & x.loadB(1);
            if (full) {
                x.remainder(x.ase, x.asig, x.bse, x.bsig, nearest);
            }
            boolean computed = full && !ExtendedFloat.isNan(x.se, x.sig);
            if (x.finish(0) && computed) {
                x.conditions((x.quotient & 2) << 1 | x.quotient >> 2 & 2 | x.quotient >> 2 & 1);
                x.f.status = x.f.status & ~0x200 | (x.quotient & 1) << 9;
            } else {
                x.f.status &= ~0x400;
            }
        };
    }

    /** ST(0) becomes the exponent, then the significand is pushed. */
    private static Semantics extract() {
        X87 x = new X87();
        return (c, i) -> {
            x.begin(c);
            x.point(c, i);
            boolean full = x.loadA(0);
            if (full && !x.empty(7)) {
                x.up = true;
                x.flags |= ExtendedFloat.SF;
                x.invalid();
                full = false;
            }
            int significandSe = x.se;
            long significand = x.sig;
            if (full) {
                if (x.special(x.ase, x.asig, 0, 0)) {
                    significandSe = x.se;
                    significand = x.sig;
                } else if (x.asig == 0) {
                    x.flags |= ExtendedFloat.ZE;
                    significandSe = x.ase;
                    significand = 0;
                    x.set(0xFFFF, ExtendedFloat.ONE);
                } else if (ExtendedFloat.isInfinite(x.ase, x.asig)) {
                    significandSe = x.ase;
                    significand = x.asig;
                    x.set(0x7FFF, ExtendedFloat.ONE);
                } else {
                    x.noteDenormal(x.ase, x.asig, 0, 0);
                    x.fromInteger(ExtendedFloat.exponent(x.ase, x.asig) - ExtendedFloat.BIAS);
                    significandSe = x.ase & 0x8000 | ExtendedFloat.BIAS;
                    significand = ExtendedFloat.normalized(x.asig);
                }
            }
            if (x.finish(0)) {
                x.f.setTop(x.f.top() - 1);
                x.set(significandSe, significand);
                x.put(0);
            }
        };
    }
}
