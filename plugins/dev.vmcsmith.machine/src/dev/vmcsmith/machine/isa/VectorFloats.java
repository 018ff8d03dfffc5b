// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** SSE floating-point arithmetic and comparison (SDM "Programming with Intel Streaming SIMD Extensions" and its successors). */
public final class VectorFloats {
    private static final long LOW = 0xFFFFFFFFL;

    /** One lane: destination a, source b. */
    @FunctionalInterface
    private interface Lane {
        long apply(SimdFloat f, long a, long b, int width);
    }

    private VectorFloats() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case ADDPS, ADDPD, ADDSS, ADDSD -> lanes(insn, SimdFloat::add);
            case SUBPS, SUBPD, SUBSS, SUBSD -> lanes(insn, SimdFloat::subtract);
            case MULPS, MULPD, MULSS, MULSD -> lanes(insn, SimdFloat::multiply);
            case DIVPS, DIVPD, DIVSS, DIVSD -> lanes(insn, SimdFloat::divide);
            case MINPS, MINPD, MINSS, MINSD -> lanes(insn, SimdFloat::minimum);
            case MAXPS, MAXPD, MAXSS, MAXSD -> lanes(insn, SimdFloat::maximum);
            case SQRTPS, SQRTPD, SQRTSS, SQRTSD -> lanes(insn, (f, a, b, w) -> f.squareRoot(b, w));
            case CMPPS, CMPPD, CMPSS, CMPSD_XMM -> {
                int predicate = (int) insn.imm & 7;
                yield lanes(insn, (f, a, b, w) -> f.compare(a, b, w, predicate));
            }
            case ROUNDPS, ROUNDPD, ROUNDSS, ROUNDSD -> {
                int control = (int) insn.imm & 15;
                yield lanes(insn, (f, a, b, w) -> f.integral(b, w, control));
            }
            case RCPPS, RCPSS -> lanes(insn, (f, a, b, w) -> Approximations.reciprocal((int) b) & LOW);
            case RSQRTPS, RSQRTSS -> lanes(insn, (f, a, b, w) -> Approximations.reciprocalSquareRoot((int) b) & LOW);
            case UCOMISS -> comparison(32, true);
            case COMISS -> comparison(32, false);
            case UCOMISD -> comparison(64, true);
            case COMISD -> comparison(64, false);
            case HADDPS -> horizontalSingles(SimdFloat::add);
            case HSUBPS -> horizontalSingles(SimdFloat::subtract);
            case HADDPD -> horizontalDoubles(SimdFloat::add);
            case HSUBPD -> horizontalDoubles(SimdFloat::subtract);
            case ADDSUBPS -> addSubtract(32);
            case ADDSUBPD -> addSubtract(64);
            case DPPS -> dotSingles();
            case DPPD -> dotDoubles();
            default -> null;
        };
    }

    /** Packed or scalar, single or double, by the mnemonic's suffix. */
    private static Semantics lanes(Insn insn, Lane lane) {
        String mnemonic = insn.decoded.form.mnemonic;
        boolean packed = mnemonic.charAt(mnemonic.length() - 2) == 'p';
        int width = mnemonic.endsWith("d") ? 64 : 32;
        SimdFloat f = new SimdFloat();
        if (packed) {
            return (c, i) -> packed(c, i, f, lane, lane, width);
        }
        long keep = width == 64 ? 0 : ~LOW;
        return (c, i) -> {
            Vectors.source(c, i, 1);
            f.begin(c);
            long[] x = c.vector.xmm;
            int r = 2 * i.decoded.reg;
            long v = lane.apply(f, x[r], c.vector.low, width);
            f.end(c);
            x[r] = x[r] & keep | v;
        };
    }

    private static void packed(Cpu c, Insn i, SimdFloat f, Lane even, Lane odd, int width) {
        Vectors.source(c, i, 1);
        f.begin(c);
        long[] x = c.vector.xmm;
        int r = 2 * i.decoded.reg;
        long low;
        long high;
        if (width == 64) {
            low = even.apply(f, x[r], c.vector.low, 64);
            high = odd.apply(f, x[r + 1], c.vector.high, 64);
        } else {
            low = singles(f, x[r], c.vector.low, even, odd);
            high = singles(f, x[r + 1], c.vector.high, even, odd);
        }
        f.end(c);
        Vectors.setXmm(c, i.decoded.reg, low, high);
    }

    private static long singles(SimdFloat f, long a, long b, Lane even, Lane odd) {
        return even.apply(f, a, b, 32) | odd.apply(f, a >>> 32, b >>> 32, 32) << 32;
    }

    private static Semantics addSubtract(int width) {
        SimdFloat f = new SimdFloat();
        return (c, i) -> packed(c, i, f, SimdFloat::subtract, SimdFloat::add, width);
    }

    private static Semantics comparison(int width, boolean quiet) {
        SimdFloat f = new SimdFloat();
        return (c, i) -> {
            Vectors.source(c, i, 1);
            f.begin(c);
            int order = f.order(c.vector.xmm[2 * i.decoded.reg], c.vector.low, width, quiet);
            f.end(c);
            c.setStatusFlags(order == 2 ? Cpu.ZF | Cpu.PF | Cpu.CF : order == 0 ? Cpu.ZF : order < 0 ? Cpu.CF : 0);
        };
    }

    // --- sums within a register --------------------------------------------------------------------------------------------------------

    private static Semantics horizontalSingles(Lane lane) {
        SimdFloat f = new SimdFloat();
        return (c, i) -> {
            Vectors.source(c, i, 1);
            f.begin(c);
            long[] x = c.vector.xmm;
            int r = 2 * i.decoded.reg;
            long low = pair(f, x[r], lane) | pair(f, x[r + 1], lane) << 32;
            long high = pair(f, c.vector.low, lane) | pair(f, c.vector.high, lane) << 32;
            f.end(c);
            Vectors.setXmm(c, i.decoded.reg, low, high);
        };
    }

    private static long pair(SimdFloat f, long v, Lane lane) {
        return lane.apply(f, v, v >>> 32, 32);
    }

    private static Semantics horizontalDoubles(Lane lane) {
        SimdFloat f = new SimdFloat();
        return (c, i) -> {
            Vectors.source(c, i, 1);
            f.begin(c);
            long[] x = c.vector.xmm;
            int r = 2 * i.decoded.reg;
            long low = lane.apply(f, x[r], x[r + 1], 64);
            long high = lane.apply(f, c.vector.low, c.vector.high, 64);
            f.end(c);
            Vectors.setXmm(c, i.decoded.reg, low, high);
        };
    }

    /**
     * The products that the immediate's upper bits choose are summed and go to the lanes that its lower bits choose. Each lane has the
     * operands of its sums in its own order, as a processor has that adds a shuffled copy: it shows when they are NaNs.
     */
    private static Semantics dotSingles() {
        SimdFloat f = new SimdFloat();
        return (c, i) -> {
            Vectors.source(c, i, 1);
            long[] x = c.vector.xmm;
            int r = 2 * i.decoded.reg;
            f.begin(c);
            long p0 = product(f, i, 4, x[r], c.vector.low, 32);
            long p1 = product(f, i, 5, x[r] >>> 32, c.vector.low >>> 32, 32);
            long p2 = product(f, i, 6, x[r + 1], c.vector.high, 32);
            long p3 = product(f, i, 7, x[r + 1] >>> 32, c.vector.high >>> 32, 32);
            f.end(c);
            f.begin(c);
            long t0 = f.add(p1, p0, 32);
            long t1 = f.add(p0, p1, 32);
            long t2 = f.add(p3, p2, 32);
            long t3 = f.add(p2, p3, 32);
            long low = chosen(i, 0, f.add(t0, t2, 32)) | chosen(i, 1, f.add(t1, t3, 32)) << 32;
            long high = chosen(i, 2, f.add(t2, t0, 32)) | chosen(i, 3, f.add(t3, t1, 32)) << 32;
            f.end(c);
            Vectors.setXmm(c, i.decoded.reg, low, high);
        };
    }

    private static Semantics dotDoubles() {
        SimdFloat f = new SimdFloat();
        return (c, i) -> {
            Vectors.source(c, i, 1);
            long[] x = c.vector.xmm;
            int r = 2 * i.decoded.reg;
            f.begin(c);
            long p0 = product(f, i, 4, x[r], c.vector.low, 64);
            long p1 = product(f, i, 5, x[r + 1], c.vector.high, 64);
            f.end(c);
            f.begin(c);
            long low = chosen(i, 0, f.add(p0, p1, 64));
            long high = chosen(i, 1, f.add(p1, p0, 64));
            f.end(c);
            Vectors.setXmm(c, i.decoded.reg, low, high);
        };
    }

    private static long product(SimdFloat f, Insn i, int bit, long a, long b, int width) {
        return (i.imm >> bit & 1) != 0 ? f.multiply(a, b, width) : 0;
    }

    private static long chosen(Insn i, int bit, long v) {
        return (i.imm >> bit & 1) != 0 ? v : 0;
    }
}
