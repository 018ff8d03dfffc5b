// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** SSE conversions between singles, doubles and integers in XMM, MMX and general registers (SDM "SSE2 Packed and Scalar Conversion"). */
public final class VectorConversions {
    private static final long LOW = 0xFFFFFFFFL;

    /** Two lanes of 32 bits each side, or two of 64, out of one quadword. */
    @FunctionalInterface
    private interface Half {
        long apply(SimdFloat f, long v);
    }

    private VectorConversions() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case CVTSI2SS -> fromGeneral(32);
            case CVTSI2SD -> fromGeneral(64);
            case CVTSS2SI -> toGeneral(32, false);
            case CVTTSS2SI -> toGeneral(32, true);
            case CVTSD2SI -> toGeneral(64, false);
            case CVTTSD2SI -> toGeneral(64, true);
            case CVTSS2SD -> scalar(32, 64);
            case CVTSD2SS -> scalar(64, 32);
            case CVTPS2PD -> widen((f, v) -> f.convert(v, 32, 64));
            case CVTDQ2PD -> widen((f, v) -> f.fromInteger((int) v, 64));
            case CVTPD2PS -> narrow((f, v) -> f.convert(v, 64, 32));
            case CVTPD2DQ -> narrow((f, v) -> f.integer(v, 64, 32, false));
            case CVTTPD2DQ -> narrow((f, v) -> f.integer(v, 64, 32, true));
            case CVTDQ2PS -> halves((f, v) -> f.fromInteger((int) v, 32));
            case CVTPS2DQ -> halves((f, v) -> f.integer(v, 32, 32, false));
            case CVTTPS2DQ -> halves((f, v) -> f.integer(v, 32, 32, true));
            case CVTPI2PS -> fromMmx((f, v) -> f.fromInteger((int) v, 32), false);
            case CVTPI2PD -> fromMmx((f, v) -> f.fromInteger((int) v, 64), true);
            case CVTPS2PI -> toMmx((f, v) -> f.integer(v, 32, 32, false), false);
            case CVTTPS2PI -> toMmx((f, v) -> f.integer(v, 32, 32, true), false);
            case CVTPD2PI -> toMmx((f, v) -> f.integer(v, 64, 32, false), true);
            case CVTTPD2PI -> toMmx((f, v) -> f.integer(v, 64, 32, true), true);
            default -> null;
        };
    }

    private static long pair(SimdFloat f, long v, Half lane) {
        return lane.apply(f, v) | lane.apply(f, v >>> 32) << 32;
    }

    private static long pair(SimdFloat f, long low, long high, Half lane) {
        return lane.apply(f, low) | lane.apply(f, high) << 32;
    }

    // --- general registers -------------------------------------------------------------------------------------------------------------

    private static Semantics fromGeneral(int to) {
        SimdFloat f = new SimdFloat();
        return (c, i) -> {
            int width = i.decoded.width(1);
            long v = i.memory ? c.mmu.read(i.segment, c.ea(i), width) : c.gpr[i.decoded.rm];
            f.begin(c);
            long r = f.fromInteger(v << 64 - width >> 64 - width, to);
            f.end(c);
            merge(c, i, r, to);
        };
    }

    private static Semantics toGeneral(int from, boolean truncate) {
        SimdFloat f = new SimdFloat();
        return (c, i) -> {
            Vectors.source(c, i, 1);
            f.begin(c);
            int width = i.decoded.width(0);
            long r = f.integer(c.vector.low, from, width, truncate);
            f.end(c);
            c.setGpr(i.decoded.reg, width, r);
        };
    }

    private static Semantics scalar(int from, int to) {
        SimdFloat f = new SimdFloat();
        return (c, i) -> {
            Vectors.source(c, i, 1);
            f.begin(c);
            long r = f.convert(c.vector.low, from, to);
            f.end(c);
            merge(c, i, r, to);
        };
    }

    private static void merge(Cpu c, Insn i, long v, int width) {
        int r = 2 * i.decoded.reg;
        c.vector.xmm[r] = width == 64 ? v : c.vector.xmm[r] & ~LOW | v;
    }

    // --- packed ------------------------------------------------------------------------------------------------------------------------

    private static Semantics widen(Half lane) {
        SimdFloat f = new SimdFloat();
        return (c, i) -> {
            Vectors.source(c, i, 1);
            f.begin(c);
            long low = lane.apply(f, c.vector.low);
            long high = lane.apply(f, c.vector.low >>> 32);
            f.end(c);
            Vectors.setXmm(c, i.decoded.reg, low, high);
        };
    }

    private static Semantics narrow(Half lane) {
        SimdFloat f = new SimdFloat();
        return (c, i) -> {
            Vectors.source(c, i, 1);
            f.begin(c);
            long r = pair(f, c.vector.low, c.vector.high, lane);
            f.end(c);
            Vectors.setXmm(c, i.decoded.reg, r, 0);
        };
    }

    private static Semantics halves(Half lane) {
        SimdFloat f = new SimdFloat();
        return (c, i) -> {
            Vectors.source(c, i, 1);
            f.begin(c);
            long low = pair(f, c.vector.low, lane);
            long high = pair(f, c.vector.high, lane);
            f.end(c);
            Vectors.setXmm(c, i.decoded.reg, low, high);
        };
    }

    // --- MMX registers -----------------------------------------------------------------------------------------------------------------

    /** With a memory operand the x87 state stays as it is. */
    private static Semantics fromMmx(Half lane, boolean wide) {
        SimdFloat f = new SimdFloat();
        return (c, i) -> {
            Vectors.source(c, i, 1);
            if (!i.memory) {
                Vectors.enterMmx(c);
            }
            f.begin(c);
            long low = wide ? lane.apply(f, c.vector.low) : pair(f, c.vector.low, lane);
            long high = wide ? lane.apply(f, c.vector.low >>> 32) : c.vector.xmm[2 * i.decoded.reg + 1];
            f.end(c);
            Vectors.setXmm(c, i.decoded.reg, low, high);
        };
    }

    private static Semantics toMmx(Half lane, boolean wide) {
        SimdFloat f = new SimdFloat();
        return (c, i) -> {
            Vectors.source(c, i, 1);
            Vectors.enterMmx(c);
            f.begin(c);
            long r = wide ? pair(f, c.vector.low, c.vector.high, lane) : pair(f, c.vector.low, lane);
            f.end(c);
            Vectors.setMmx(c, i.decoded.reg, r);
        };
    }
}
