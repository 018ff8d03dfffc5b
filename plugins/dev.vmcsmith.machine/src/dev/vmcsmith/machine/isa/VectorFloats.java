// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import java.util.function.DoubleBinaryOperator;

/**
 * SSE and SSE2 floating point: arithmetic, comparison, conversion. Rounds to nearest whatever MXCSR says, and raises no SIMD
 * floating-point exceptions; conversions to integers follow MXCSR's rounding mode.
 */
public final class VectorFloats {
    private VectorFloats() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case ADDPS, ADDPD, ADDSS, ADDSD -> arithmetic(insn, (a, b) -> a + b);
            case SUBPS, SUBPD, SUBSS, SUBSD -> arithmetic(insn, (a, b) -> a - b);
            case MULPS, MULPD, MULSS, MULSD -> arithmetic(insn, (a, b) -> a * b);
            case DIVPS, DIVPD, DIVSS, DIVSD -> arithmetic(insn, (a, b) -> a / b);
            case MINPS, MINPD, MINSS, MINSD -> arithmetic(insn, (a, b) -> a < b ? a : b);
            case MAXPS, MAXPD, MAXSS, MAXSD -> arithmetic(insn, (a, b) -> a > b ? a : b);
            case SQRTPS, SQRTPD, SQRTSS, SQRTSD -> arithmetic(insn, (a, b) -> Math.sqrt(b));
            case UCOMISS, COMISS -> (c, i) -> {
                Vectors.source(c, i, 1);
                compare(c, single(c.vector.xmm[2 * i.decoded.reg]), single(c.vector.low));
            };
            case UCOMISD, COMISD -> (c, i) -> {
                Vectors.source(c, i, 1);
                compare(c, Double.longBitsToDouble(c.vector.xmm[2 * i.decoded.reg]), Double.longBitsToDouble(c.vector.low));
            };
            case CVTSI2SS -> (c, i) -> {
                long bits = Float.floatToRawIntBits((float) integer(c, i)) & 0xFFFFFFFFL;
                c.vector.xmm[2 * i.decoded.reg] = c.vector.xmm[2 * i.decoded.reg] & ~0xFFFFFFFFL | bits;
            };
            case CVTSI2SD -> (c, i) -> c.vector.xmm[2 * i.decoded.reg] = Double.doubleToRawLongBits((double) integer(c, i));
            case CVTTSS2SI -> (c, i) -> toInteger(c, i, false, true);
            case CVTTSD2SI -> (c, i) -> toInteger(c, i, true, true);
            case CVTSS2SI -> (c, i) -> toInteger(c, i, false, false);
            case CVTSD2SI -> (c, i) -> toInteger(c, i, true, false);
            case CVTSS2SD -> (c, i) -> {
                Vectors.source(c, i, 1);
                c.vector.xmm[2 * i.decoded.reg] = Double.doubleToRawLongBits(single(c.vector.low));
            };
            case CVTSD2SS -> (c, i) -> {
                Vectors.source(c, i, 1);
                long bits = Float.floatToRawIntBits((float) Double.longBitsToDouble(c.vector.low)) & 0xFFFFFFFFL;
                c.vector.xmm[2 * i.decoded.reg] = c.vector.xmm[2 * i.decoded.reg] & ~0xFFFFFFFFL | bits;
            };
            case CVTPS2PD -> (c, i) -> {
                Vectors.source(c, i, 1);
                Vectors.setXmm(c, i.decoded.reg, Double.doubleToRawLongBits(single(c.vector.low)),
                    Double.doubleToRawLongBits(single(c.vector.low >>> 32)));
            };
            case CVTDQ2PS -> (c, i) -> {
                Vectors.source(c, i, 1);
                Vectors.setXmm(c, i.decoded.reg, floats(c.vector.low), floats(c.vector.high));
            };
            case CVTDQ2PD -> (c, i) -> {
                Vectors.source(c, i, 1);
                Vectors.setXmm(c, i.decoded.reg, Double.doubleToRawLongBits((int) c.vector.low),
                    Double.doubleToRawLongBits((int) (c.vector.low >>> 32)));
            };
            default -> null;
        };
    }

    private static double single(long bits) {
        return Float.intBitsToFloat((int) bits);
    }

    private static long floats(long dwords) {
        return Float.floatToRawIntBits((float) (int) dwords) & 0xFFFFFFFFL | (long) Float.floatToRawIntBits((float) (int) (dwords >>> 32)) << 32;
    }

    /** Packed or scalar, single or double, by the mnemonic's suffix. */
    private static Semantics arithmetic(Insn insn, DoubleBinaryOperator op) {
        String mnemonic = insn.decoded.form.mnemonic;
        boolean packed = mnemonic.charAt(mnemonic.length() - 2) == 'p';
        boolean wide = mnemonic.endsWith("d");
        return (c, i) -> {
            Vectors.source(c, i, 1);
            long[] x = c.vector.xmm;
            int r = 2 * i.decoded.reg;
            if (wide) {
                x[r] = doubles(x[r], c.vector.low, op);
                if (packed) {
                    x[r + 1] = doubles(x[r + 1], c.vector.high, op);
                }
            } else if (packed) {
                x[r] = singles(x[r], c.vector.low, op);
                x[r + 1] = singles(x[r + 1], c.vector.high, op);
            } else {
                x[r] = x[r] & ~0xFFFFFFFFL | singles(x[r], c.vector.low, op) & 0xFFFFFFFFL;
            }
        };
    }

    private static long doubles(long a, long b, DoubleBinaryOperator op) {
        return Double.doubleToRawLongBits(op.applyAsDouble(Double.longBitsToDouble(a), Double.longBitsToDouble(b)));
    }

    /** Double arithmetic rounded once more is exact for the operations of two singles. */
    private static long singles(long a, long b, DoubleBinaryOperator op) {
        int low = Float.floatToRawIntBits((float) op.applyAsDouble(single(a), single(b)));
        int high = Float.floatToRawIntBits((float) op.applyAsDouble(single(a >>> 32), single(b >>> 32)));
        return low & 0xFFFFFFFFL | (long) high << 32;
    }

    private static void compare(Cpu c, double a, double b) {
        boolean unordered = Double.isNaN(a) || Double.isNaN(b);
        c.setStatusFlags(unordered ? Cpu.ZF | Cpu.PF | Cpu.CF : a == b ? Cpu.ZF : a < b ? Cpu.CF : 0);
    }

    private static long integer(Cpu c, Insn i) {
        int width = i.decoded.width(1);
        long v = i.memory ? c.mmu.read(i.segment, c.ea(i), width) : c.gpr[i.decoded.rm];
        return v << 64 - width >> 64 - width;
    }

    private static void toInteger(Cpu c, Insn i, boolean wide, boolean truncate) {
        Vectors.source(c, i, 1);
        int width = i.decoded.width(0);
        double v = wide ? Double.longBitsToDouble(c.vector.low) : single(c.vector.low);
        double rounded = switch (truncate ? 3 : c.vector.mxcsr >> 13 & 3) {
            case 0 -> Math.rint(v);
            case 1 -> Math.floor(v);
            case 2 -> Math.ceil(v);
            default -> v < 0 ? Math.ceil(v) : Math.floor(v);
        };
        double limit = width == 64 ? 0x1p63 : 0x1p31;
        boolean fits = rounded >= -limit && rounded < limit;
        c.setGpr(i.decoded.reg, width, fits ? (long) rounded : 1L << width - 1);
    }
}
