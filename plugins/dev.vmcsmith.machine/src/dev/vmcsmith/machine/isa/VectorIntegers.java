// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** Integer arithmetic, logic, comparison and shifts on MMX and XMM registers. */
public final class VectorIntegers {
    private VectorIntegers() {
    }

    public static Semantics bind(Insn insn) {
        Vectors.Half half = half(insn);
        if (half != null) {
            return (c, i) -> Vectors.apply(c, i, half);
        }
        return switch (insn.decoded.op()) {
            case PSRLW -> shift(insn, 16, (v, n) -> n > 15 ? 0 : Vectors.words(v, 0, (a, b) -> (a & 0xFFFF) >>> n));
            case PSRLD -> shift(insn, 32, (v, n) -> n > 31 ? 0 : Vectors.dwords(v, 0, (a, b) -> a >>> n));
            case PSRLQ -> shift(insn, 64, (v, n) -> n > 63 ? 0 : v >>> n);
            case PSLLW -> shift(insn, 16, (v, n) -> n > 15 ? 0 : Vectors.words(v, 0, (a, b) -> a << n));
            case PSLLD -> shift(insn, 32, (v, n) -> n > 31 ? 0 : Vectors.dwords(v, 0, (a, b) -> a << n));
            case PSLLQ -> shift(insn, 64, (v, n) -> n > 63 ? 0 : v << n);
            case PSRAW -> shift(insn, 16, (v, n) -> shiftRight(v, 16, Math.min(n, 15)));
            case PSRAD -> shift(insn, 32, (v, n) -> shiftRight(v, 32, Math.min(n, 31)));
            case PSRLDQ -> (c, i) -> shiftBytes(c, i, (int) i.imm & 0xFF, false);
            case PSLLDQ -> (c, i) -> shiftBytes(c, i, (int) i.imm & 0xFF, true);
            case PACKSSWB -> (c, i) -> pack(c, i, v -> packWords(v, -128, 127));
            case PACKUSWB -> (c, i) -> pack(c, i, v -> packWords(v, 0, 255));
            case PACKSSDW -> (c, i) -> pack(c, i, v -> packDwords(v, -32768, 32767));
            case PACKUSDW -> (c, i) -> pack(c, i, v -> packDwords(v, 0, 65535));
            case PTEST -> VectorIntegers::ptest;
            default -> null;
        };
    }

    private static Vectors.Half half(Insn insn) {
        return switch (insn.decoded.op()) {
            case PXOR, XORPS, XORPD -> (a, b) -> a ^ b;
            case POR, ORPS, ORPD -> (a, b) -> a | b;
            case PAND, ANDPS, ANDPD -> (a, b) -> a & b;
            case PANDN, ANDNPS, ANDNPD -> (a, b) -> ~a & b;
            case PADDB -> (a, b) -> Vectors.bytes(a, b, Integer::sum);
            case PADDW -> (a, b) -> Vectors.words(a, b, Integer::sum);
            case PADDD -> (a, b) -> Vectors.dwords(a, b, Integer::sum);
            case PADDQ -> Long::sum;
            case PSUBB -> (a, b) -> Vectors.bytes(a, b, (x, y) -> x - y);
            case PSUBW -> (a, b) -> Vectors.words(a, b, (x, y) -> x - y);
            case PSUBD -> (a, b) -> Vectors.dwords(a, b, (x, y) -> x - y);
            case PSUBQ -> (a, b) -> a - b;
            case PADDSB -> (a, b) -> Vectors.bytes(a, b, (x, y) -> Vectors.clamp(x + y, -128, 127));
            case PADDSW -> (a, b) -> Vectors.words(a, b, (x, y) -> Vectors.clamp(x + y, -32768, 32767));
            case PSUBSB -> (a, b) -> Vectors.bytes(a, b, (x, y) -> Vectors.clamp(x - y, -128, 127));
            case PSUBSW -> (a, b) -> Vectors.words(a, b, (x, y) -> Vectors.clamp(x - y, -32768, 32767));
            case PADDUSB -> (a, b) -> Vectors.bytes(a, b, (x, y) -> Math.min((x & 0xFF) + (y & 0xFF), 255));
            case PADDUSW -> (a, b) -> Vectors.words(a, b, (x, y) -> Math.min((x & 0xFFFF) + (y & 0xFFFF), 65535));
            case PSUBUSB -> (a, b) -> Vectors.bytes(a, b, (x, y) -> Math.max((x & 0xFF) - (y & 0xFF), 0));
            case PSUBUSW -> (a, b) -> Vectors.words(a, b, (x, y) -> Math.max((x & 0xFFFF) - (y & 0xFFFF), 0));
            case PCMPEQB -> (a, b) -> Vectors.bytes(a, b, (x, y) -> x == y ? -1 : 0);
            case PCMPEQW -> (a, b) -> Vectors.words(a, b, (x, y) -> x == y ? -1 : 0);
            case PCMPEQD -> (a, b) -> Vectors.dwords(a, b, (x, y) -> x == y ? -1 : 0);
            case PCMPEQQ -> (a, b) -> a == b ? -1 : 0;
            case PCMPGTB -> (a, b) -> Vectors.bytes(a, b, (x, y) -> x > y ? -1 : 0);
            case PCMPGTW -> (a, b) -> Vectors.words(a, b, (x, y) -> x > y ? -1 : 0);
            case PCMPGTD -> (a, b) -> Vectors.dwords(a, b, (x, y) -> x > y ? -1 : 0);
            case PCMPGTQ -> (a, b) -> a > b ? -1 : 0;
            case PMINUB -> (a, b) -> Vectors.bytes(a, b, (x, y) -> Math.min(x & 0xFF, y & 0xFF));
            case PMAXUB -> (a, b) -> Vectors.bytes(a, b, (x, y) -> Math.max(x & 0xFF, y & 0xFF));
            case PMINSB -> (a, b) -> Vectors.bytes(a, b, Math::min);
            case PMAXSB -> (a, b) -> Vectors.bytes(a, b, Math::max);
            case PMINSW -> (a, b) -> Vectors.words(a, b, Math::min);
            case PMAXSW -> (a, b) -> Vectors.words(a, b, Math::max);
            case PMINUW -> (a, b) -> Vectors.words(a, b, (x, y) -> Math.min(x & 0xFFFF, y & 0xFFFF));
            case PMAXUW -> (a, b) -> Vectors.words(a, b, (x, y) -> Math.max(x & 0xFFFF, y & 0xFFFF));
            case PMINSD -> (a, b) -> Vectors.dwords(a, b, Math::min);
            case PMAXSD -> (a, b) -> Vectors.dwords(a, b, Math::max);
            case PMINUD -> (a, b) -> Vectors.dwords(a, b, (x, y) -> Integer.compareUnsigned(x, y) < 0 ? x : y);
            case PMAXUD -> (a, b) -> Vectors.dwords(a, b, (x, y) -> Integer.compareUnsigned(x, y) > 0 ? x : y);
            case PAVGB -> (a, b) -> Vectors.bytes(a, b, (x, y) -> (x & 0xFF) + (y & 0xFF) + 1 >> 1);
            case PAVGW -> (a, b) -> Vectors.words(a, b, (x, y) -> (x & 0xFFFF) + (y & 0xFFFF) + 1 >> 1);
            case PMULLW -> (a, b) -> Vectors.words(a, b, (x, y) -> x * y);
            case PMULHW -> (a, b) -> Vectors.words(a, b, (x, y) -> x * y >> 16);
            case PMULHUW -> (a, b) -> Vectors.words(a, b, (x, y) -> (x & 0xFFFF) * (y & 0xFFFF) >>> 16);
            case PMULLD -> (a, b) -> Vectors.dwords(a, b, (x, y) -> x * y);
            case PMULUDQ -> (a, b) -> (a & 0xFFFFFFFFL) * (b & 0xFFFFFFFFL);
            case PMULDQ -> (a, b) -> (long) (int) a * (int) b;
            case PMADDWD -> VectorIntegers::multiplyAdd;
            case PSADBW -> VectorIntegers::sumOfDifferences;
            case PABSB -> (a, b) -> Vectors.bytes(b, 0, (x, y) -> Math.abs(x));
            case PABSW -> (a, b) -> Vectors.words(b, 0, (x, y) -> Math.abs(x));
            case PABSD -> (a, b) -> Vectors.dwords(b, 0, (x, y) -> Math.abs(x));
            default -> null;
        };
    }

    private static long multiplyAdd(long a, long b) {
        int low = (short) a * (short) b + (short) (a >>> 16) * (short) (b >>> 16);
        int high = (short) (a >>> 32) * (short) (b >>> 32) + (short) (a >>> 48) * (short) (b >>> 48);
        return low & 0xFFFFFFFFL | (long) high << 32;
    }

    private static long sumOfDifferences(long a, long b) {
        long sum = 0;
        for (int n = 0; n < 64; n += 8) {
            sum += Math.abs((a >>> n & 0xFF) - (b >>> n & 0xFF));
        }
        return sum;
    }

    // --- shifts and packs ------------------------------------------------------------------------------------------------------------

    /** Every lane with its sign. */
    private static long shiftRight(long v, int lane, int count) {
        long r = 0;
        for (int at = 0; at < 64; at += lane) {
            r |= (v << 64 - lane - at >> 64 - lane + count & -1L >>> 64 - lane) << at;
        }
        return r;
    }

    private interface Shift {
        long apply(long value, int count);
    }

    private static Semantics shift(Insn insn, int lane, Shift shift) {
        if (insn.immediateOperand) {
            return (c, i) -> {
                int n = (int) i.imm & 0xFF;
                if (Vectors.isMmx(i)) {
                    int r = i.decoded.rm & 7;
                    Vectors.setMmx(c, r, shift.apply(c.fpu.significand[r], n));
                } else {
                    long[] x = c.vector.xmm;
                    int r = 2 * i.decoded.rm;
                    Vectors.setXmm(c, i.decoded.rm, shift.apply(x[r], n), shift.apply(x[r + 1], n));
                }
            };
        }
        return (c, i) -> {
            Vectors.source(c, i, 1);
            int n = Long.compareUnsigned(c.vector.low, 255) > 0 ? 255 : (int) c.vector.low;
            c.vector.low = c.vector.high = 0;
            if (Vectors.isMmx(i)) {
                int r = i.decoded.reg & 7;
                Vectors.setMmx(c, r, shift.apply(c.fpu.significand[r], n));
            } else {
                int r = 2 * i.decoded.reg;
                Vectors.setXmm(c, i.decoded.reg, shift.apply(c.vector.xmm[r], n), shift.apply(c.vector.xmm[r + 1], n));
            }
        };
    }

    private static void shiftBytes(Cpu c, Insn i, int bytes, boolean left) {
        int n = 8 * bytes;
        int r = 2 * i.decoded.rm;
        long low = c.vector.xmm[r];
        long high = c.vector.xmm[r + 1];
        if (n >= 128) {
            Vectors.setXmm(c, i.decoded.rm, 0, 0);
        } else if (n >= 64) {
            Vectors.setXmm(c, i.decoded.rm, left ? 0 : high >>> n - 64, left ? low << n - 64 : 0);
        } else if (n > 0) {
            Vectors.setXmm(c, i.decoded.rm, left ? low << n : low >>> n | high << 64 - n, left ? high << n | low >>> 64 - n : high >>> n);
        }
    }

    /** Narrows the lanes of 64 bits to 32 bits. */
    private interface Narrow {
        long apply(long value);
    }

    private static void pack(Cpu c, Insn i, Narrow narrow) {
        Vectors.source(c, i, 1);
        if (Vectors.isMmx(i)) {
            int r = i.decoded.reg & 7;
            Vectors.setMmx(c, r, narrow.apply(c.fpu.significand[r]) | narrow.apply(c.vector.low) << 32);
            return;
        }
        int r = 2 * i.decoded.reg;
        Vectors.setXmm(c, i.decoded.reg, narrow.apply(c.vector.xmm[r]) | narrow.apply(c.vector.xmm[r + 1]) << 32,
            narrow.apply(c.vector.low) | narrow.apply(c.vector.high) << 32);
    }

    private static long packWords(long v, int low, int high) {
        long r = 0;
        for (int n = 0; n < 4; n++) {
            r |= (Vectors.clamp((short) (v >>> 16 * n), low, high) & 0xFFL) << 8 * n;
        }
        return r;
    }

    private static long packDwords(long v, int low, int high) {
        return Vectors.clamp((int) v, low, high) & 0xFFFFL | (Vectors.clamp((int) (v >>> 32), low, high) & 0xFFFFL) << 16;
    }

    private static void ptest(Cpu c, Insn i) {
        Vectors.source(c, i, 1);
        long low = c.vector.xmm[2 * i.decoded.reg];
        long high = c.vector.xmm[2 * i.decoded.reg + 1];
        boolean zero = (low & c.vector.low) == 0 && (high & c.vector.high) == 0;
        boolean carry = (~low & c.vector.low) == 0 && (~high & c.vector.high) == 0;
        c.setStatusFlags((zero ? Cpu.ZF : 0) | (carry ? Cpu.CF : 0));
    }
}
