// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/**
 * F2XM1, FYL2X, FYL2XP1, FPATAN, FSIN, FCOS, FSINCOS, FPTAN (SDM "Logarithmic, Exponential, and Scale", "Trigonometric Instructions"),
 * with the special operands of their instruction pages. Results are correctly rounded but for a handful of cases in a million; angles
 * are reduced by the processor's 66-bit value of pi.
 */
public final class X87Transcendentals {
    private static final int BIAS = ExtendedFloat.BIAS;
    private static final int SIGN = 0x8000;
    private static final int C2 = 0x400;
    /** Angles from 2 to the 63 on are out of range. */
    private static final int RANGE = BIAS + 63;

    /** Result := operation on a = ST(0), b = ST(1). */
    private interface Operation {
        void apply(X87 x, Transcendental t);
    }

    private X87Transcendentals() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case F2XM1 -> exponential();
            case FYL2X -> logarithm(X87Transcendentals::logarithm);
            case FYL2XP1 -> logarithm(X87Transcendentals::logarithmPlusOne);
            case FPATAN -> logarithm(X87Transcendentals::arcTangent);
            case FSIN -> angle(Transcendental::sine, false, false);
            case FCOS -> angle(Transcendental::cosine, true, false);
            case FPTAN -> angle(Transcendental::tangent, false, true);
            case FSINCOS -> sineAndCosine();
            default -> null;
        };
    }

    private static void deliver(X87 x, Transcendental t, int sign) {
        int s = t.negative ? sign ^ SIGN : sign;
        if (t.result.high == 0) {
            x.set(s & SIGN, 0);
        } else {
            x.round(s, t.result.exponent + BIAS, t.result.high, t.result.low, 64);
            if (t.inexact) {
                x.flags |= (x.se & ExtendedFloat.MAX) == 0 ? ExtendedFloat.PE | ExtendedFloat.UE : ExtendedFloat.PE;
            }
        }
    }

    private static int exponent(int se, long sig) {
        return ExtendedFloat.exponent(se, sig) - BIAS;
    }

    // --- exponential and logarithms ------------------------------------------------------------------------------------------------------

    private static Semantics exponential() {
        X87 x = new X87();
        Transcendental t = new Transcendental();
        return (c, i) -> {
            x.begin(c);
            x.point(c, i);
            if (x.loadA(0)) {
                exponential(x, t);
            }
            x.finish(0);
        };
    }

    private static void exponential(X87 x, Transcendental t) {
        if (x.special(x.ase, x.asig, 0, 0)) {
            return;
        }
        boolean minus = (x.ase & SIGN) != 0;
        if (ExtendedFloat.isInfinite(x.ase, x.asig)) {
            x.set(minus ? SIGN | BIAS : x.ase, ExtendedFloat.ONE);
            return;
        }
        x.noteDenormal(x.ase, x.asig, 0, 0);
        int e = x.asig == 0 ? 0 : exponent(x.ase, x.asig);
        if (x.asig == 0 || e >= 0) {
            boolean minusOne = minus && e == 0 && x.asig == ExtendedFloat.ONE;
            x.set(minusOne ? SIGN | BIAS - 1 : x.ase, x.asig);
            return;
        }
        t.inexact = false;
        t.exponential(ExtendedFloat.normalized(x.asig), e, minus);
        deliver(x, t, 0);
    }

    /** An operation of two operands whose result goes to ST(1), which becomes the top. */
    private static Semantics logarithm(Operation operation) {
        X87 x = new X87();
        Transcendental t = new Transcendental();
        return (c, i) -> {
            x.begin(c);
            x.point(c, i);
            if (x.loadA(0) & x.loadB(1)) {
                operation.apply(x, t);
            }
            if (x.finish(1)) {
                x.pop();
            }
        };
    }

    /** ST(1) times the binary logarithm of ST(0). */
    private static void logarithm(X87 x, Transcendental t) {
        if (x.special(x.ase, x.asig, x.bse, x.bsig)) {
            return;
        }
        boolean yInfinite = ExtendedFloat.isInfinite(x.bse, x.bsig);
        boolean yZero = x.bsig == 0;
        int sign = x.bse & SIGN;
        if (x.asig == 0) {
            if (yZero) {
                x.invalid();
            } else {
                x.flags |= yInfinite ? 0 : ExtendedFloat.ZE;
                x.set(sign ^ SIGN | ExtendedFloat.MAX, ExtendedFloat.ONE);
            }
            return;
        }
        if ((x.ase & SIGN) != 0) {
            x.invalid();
            return;
        }
        boolean one = x.ase == BIAS && x.asig == ExtendedFloat.ONE;
        int toward = exponent(x.ase, x.asig) < 0 ? SIGN : 0;
        if (ExtendedFloat.isInfinite(x.ase, x.asig)) {
            infinite(x, yZero, sign);
        } else if (yInfinite && one) {
            x.invalid();
        } else if (yInfinite || yZero || one) {
            x.noteDenormal(x.ase, x.asig, x.bse, x.bsig);
            x.set(yInfinite ? sign ^ toward | ExtendedFloat.MAX : sign ^ toward, yInfinite ? ExtendedFloat.ONE : 0);
        } else {
            x.noteDenormal(x.ase, x.asig, x.bse, x.bsig);
            t.logarithm(ExtendedFloat.normalized(x.asig), exponent(x.ase, x.asig));
            times(x, t);
        }
    }

    private static void infinite(X87 x, boolean yZero, int sign) {
        if (yZero) {
            x.invalid();
        } else {
            x.noteDenormal(x.bse, x.bsig, 0, 0);
            x.set(sign | ExtendedFloat.MAX, ExtendedFloat.ONE);
        }
    }

    private static void times(X87 x, Transcendental t) {
        t.inexact = false;
        t.times(ExtendedFloat.normalized(x.bsig), exponent(x.bse, x.bsig));
        deliver(x, t, x.bse);
    }

    /** ST(1) times the binary logarithm of ST(0) + 1. */
    private static void logarithmPlusOne(X87 x, Transcendental t) {
        if (x.special(x.ase, x.asig, x.bse, x.bsig)) {
            return;
        }
        boolean yInfinite = ExtendedFloat.isInfinite(x.bse, x.bsig);
        boolean yZero = x.bsig == 0;
        boolean minus = (x.ase & SIGN) != 0;
        int sign = (x.ase ^ x.bse) & SIGN;
        if (x.asig == 0) {
            if (yInfinite) {
                x.invalid();
            } else {
                x.noteDenormal(x.bse, x.bsig, 0, 0);
                x.set(sign, 0);
            }
        } else if (minus && exponent(x.ase, x.asig) >= 0) {
            x.invalid();
        } else if (ExtendedFloat.isInfinite(x.ase, x.asig)) {
            infinite(x, yZero, sign);
        } else if (yInfinite || yZero) {
            x.noteDenormal(x.ase, x.asig, 0, 0);
            x.set(yInfinite ? sign | ExtendedFloat.MAX : sign, yInfinite ? ExtendedFloat.ONE : 0);
        } else {
            x.noteDenormal(x.ase, x.asig, x.bse, x.bsig);
            t.logarithmPlusOne(ExtendedFloat.normalized(x.asig), exponent(x.ase, x.asig), minus);
            times(x, t);
        }
    }

    // --- arc tangent -------------------------------------------------------------------------------------------------------------------

    /** The angle of the point (ST(0), ST(1)). */
    private static void arcTangent(X87 x, Transcendental t) {
        if (x.special(x.ase, x.asig, x.bse, x.bsig)) {
            return;
        }
        x.noteDenormal(x.ase, x.asig, x.bse, x.bsig);
        boolean left = (x.ase & SIGN) != 0;
        boolean xInfinite = ExtendedFloat.isInfinite(x.ase, x.asig);
        boolean yInfinite = ExtendedFloat.isInfinite(x.bse, x.bsig);
        boolean flat = x.bsig == 0 || xInfinite && !yInfinite;
        if (flat && !left) {
            x.set(x.bse & SIGN, 0);
        } else if (flat) {
            t.multipleOfPi(4);
            deliver(x, t, x.bse);
        } else if (xInfinite) {
            t.multipleOfPi(left ? 3 : 1);
            deliver(x, t, x.bse);
        } else if (yInfinite || x.asig == 0) {
            t.multipleOfPi(2);
            deliver(x, t, x.bse);
        } else {
            t.angle(ExtendedFloat.normalized(x.bsig), exponent(x.bse, x.bsig), ExtendedFloat.normalized(x.asig),
                exponent(x.ase, x.asig), left);
            deliver(x, t, x.bse);
        }
    }

    // --- trigonometric functions -------------------------------------------------------------------------------------------------------

    private interface Function {
        void apply(Transcendental t);
    }

    /** When ST(0) is too large to be reduced, C2 is set and nothing else happens. */
    private static boolean outOfRange(X87 x, boolean full) {
        int e = x.ase & ExtendedFloat.MAX;
        boolean out = full && e >= RANGE && e != ExtendedFloat.MAX && x.asig < 0;
        x.f.status = x.f.status & ~C2 | (out ? C2 : 0);
        if (out) {
            x.commit();
        }
        return out;
    }

    private static void apply(X87 x, Transcendental t, Function function, boolean even) {
        int sign = even ? 0 : x.ase & SIGN;
        if (x.special(x.ase, x.asig, 0, 0)) {
            return;
        }
        if (ExtendedFloat.isInfinite(x.ase, x.asig)) {
            x.invalid();
            return;
        }
        x.noteDenormal(x.ase, x.asig, 0, 0);
        if (x.asig == 0) {
            x.set(even ? BIAS : sign, even ? ExtendedFloat.ONE : 0);
            return;
        }
        t.reduce(ExtendedFloat.normalized(x.asig), exponent(x.ase, x.asig));
        function.apply(t);
        deliver(x, t, sign);
    }

    /** FSIN, FCOS, and FPTAN, which pushes 1 afterwards. */
    private static Semantics angle(Function function, boolean even, boolean pushes) {
        X87 x = new X87();
        Transcendental t = new Transcendental();
        return (c, i) -> {
            x.begin(c);
            x.point(c, i);
            boolean full = x.loadA(0);
            if (full && pushes && !x.empty(7)) {
                full = false;
                overflow(x);
            }
            if (outOfRange(x, full)) {
                return;
            }
            if (full) {
                apply(x, t, function, even);
            }
            boolean nan = ExtendedFloat.isNan(x.se, x.sig);
            if (x.finish(0) && pushes) {
                push(x, nan ? x.se : BIAS, nan ? x.sig : ExtendedFloat.ONE);
            }
        };
    }

    private static Semantics sineAndCosine() {
        X87 x = new X87();
        Transcendental t = new Transcendental();
        return (c, i) -> {
            x.begin(c);
            x.point(c, i);
            boolean full = x.loadA(0);
            if (full && !x.empty(7)) {
                full = false;
                overflow(x);
            }
            if (outOfRange(x, full)) {
                return;
            }
            int cosineSe = x.se;
            long cosine = x.sig;
            if (full) {
                apply(x, t, Transcendental::cosine, true);
                cosineSe = x.se;
                cosine = x.sig;
                apply(x, t, Transcendental::sine, false);
            }
            if (x.finish(0)) {
                push(x, cosineSe, cosine);
            }
        };
    }

    private static void overflow(X87 x) {
        x.flags |= ExtendedFloat.SF;
        x.invalid();
        x.up = true;
    }

    private static void push(X87 x, int se, long sig) {
        x.f.setTop(x.f.top() - 1);
        x.set(se, sig);
        x.put(0);
    }
}
