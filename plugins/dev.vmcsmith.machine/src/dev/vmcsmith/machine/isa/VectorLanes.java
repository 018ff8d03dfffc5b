// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.x86.insn.OperandKind.File;

/** SSSE3 and SSE4.1 integer instructions, inserts, extracts and blends (SDM "SSSE3 Instructions", "Intel SSE4.1 Instructions"). */
public final class VectorLanes {
    /** Joins two neighbouring lanes. */
    private interface Pairs {
        int apply(int a, int b);
    }

    private VectorLanes() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case PSHUFB -> VectorLanes::shuffleBytes;
            case PHADDW -> (c, i) -> horizontalWords(c, i, (a, b) -> a + b);
            case PHADDSW -> (c, i) -> horizontalWords(c, i, (a, b) -> Vectors.clamp(a + b, -32768, 32767));
            case PHSUBW -> (c, i) -> horizontalWords(c, i, (a, b) -> a - b);
            case PHSUBSW -> (c, i) -> horizontalWords(c, i, (a, b) -> Vectors.clamp(a - b, -32768, 32767));
            case PHADDD -> (c, i) -> horizontalDwords(c, i, 1);
            case PHSUBD -> (c, i) -> horizontalDwords(c, i, -1);
            case PMADDUBSW -> (c, i) -> Vectors.apply(c, i, VectorLanes::multiplyAddBytes);
            case PSIGNB -> (c, i) -> Vectors.apply(c, i, (a, b) -> Vectors.bytes(a, b, (x, y) -> x * Integer.signum(y)));
            case PSIGNW -> (c, i) -> Vectors.apply(c, i, (a, b) -> Vectors.words(a, b, (x, y) -> x * Integer.signum(y)));
            case PSIGND -> (c, i) -> Vectors.apply(c, i, (a, b) -> Vectors.dwords(a, b, (x, y) -> x * Integer.signum(y)));
            case PMULHRSW -> (c, i) -> Vectors.apply(c, i, (a, b) -> Vectors.words(a, b, (x, y) -> (x * y >> 14) + 1 >> 1));
            case PALIGNR -> VectorLanes::align;
            case PBLENDVB -> (c, i) -> blend(c, i, spread(c.vector.xmm[0], 8), spread(c.vector.xmm[1], 8));
            case BLENDVPS -> (c, i) -> blend(c, i, spread(c.vector.xmm[0], 32), spread(c.vector.xmm[1], 32));
            case BLENDVPD -> (c, i) -> blend(c, i, c.vector.xmm[0] >> 63, c.vector.xmm[1] >> 63);
            case PBLENDW -> (c, i) -> blend(c, i, mask((int) i.imm, 16), mask((int) i.imm >> 4, 16));
            case BLENDPS -> (c, i) -> blend(c, i, mask((int) i.imm, 32), mask((int) i.imm >> 2, 32));
            case BLENDPD -> (c, i) -> blend(c, i, -(i.imm & 1), -(i.imm >> 1 & 1));
            case PMOVSXBW -> extend(8, 16, true);
            case PMOVSXBD -> extend(8, 32, true);
            case PMOVSXBQ -> extend(8, 64, true);
            case PMOVSXWD -> extend(16, 32, true);
            case PMOVSXWQ -> extend(16, 64, true);
            case PMOVSXDQ -> extend(32, 64, true);
            case PMOVZXBW -> extend(8, 16, false);
            case PMOVZXBD -> extend(8, 32, false);
            case PMOVZXBQ -> extend(8, 64, false);
            case PMOVZXWD -> extend(16, 32, false);
            case PMOVZXWQ -> extend(16, 64, false);
            case PMOVZXDQ -> extend(32, 64, false);
            case PHMINPOSUW -> VectorLanes::minimum;
            case MPSADBW -> VectorLanes::sumsOfDifferences;
            case PINSRB -> (c, i) -> insert(c, i, 8);
            case PINSRW -> (c, i) -> insert(c, i, 16);
            case PINSRD -> (c, i) -> insert(c, i, i.decoded.width(1) == 64 ? 64 : 32);
            case PEXTRB -> (c, i) -> extract(c, i, 8);
            case PEXTRW -> (c, i) -> extract(c, i, 16);
            case PEXTRD -> (c, i) -> extract(c, i, i.decoded.width(0) == 64 ? 64 : 32);
            case EXTRACTPS -> (c, i) -> extract(c, i, 32);
            case MOVSLDUP -> (c, i) -> duplicate(c, i, false);
            case MOVSHDUP -> (c, i) -> duplicate(c, i, true);
            default -> null;
        };
    }

    private static long shuffled(long low, long high, long control, int reach) {
        long r = 0;
        for (int n = 0; n < 64; n += 8) {
            int k = (int) (control >>> n);
            int at = k & reach;
            r |= (k & 0x80) != 0 ? 0 : ((at < 8 ? low : high) >>> 8 * (at & 7) & 0xFF) << n;
        }
        return r;
    }

    private static void shuffleBytes(Cpu c, Insn i) {
        Vectors.source(c, i, 1);
        if (Vectors.isMmx(i)) {
            int r = i.decoded.reg & 7;
            Vectors.setMmx(c, r, shuffled(c.fpu.significand[r], 0, c.vector.low, 7));
            return;
        }
        long low = c.vector.xmm[2 * i.decoded.reg];
        long high = c.vector.xmm[2 * i.decoded.reg + 1];
        Vectors.setXmm(c, i.decoded.reg, shuffled(low, high, c.vector.low, 15), shuffled(low, high, c.vector.high, 15));
    }

    private static long wordPairs(long v, Pairs op) {
        return op.apply((short) v, (short) (v >>> 16)) & 0xFFFFL | (op.apply((short) (v >>> 32), (short) (v >>> 48)) & 0xFFFFL) << 16;
    }

    private static void horizontalWords(Cpu c, Insn i, Pairs op) {
        Vectors.source(c, i, 1);
        if (Vectors.isMmx(i)) {
            int r = i.decoded.reg & 7;
            Vectors.setMmx(c, r, wordPairs(c.fpu.significand[r], op) | wordPairs(c.vector.low, op) << 32);
            return;
        }
        long[] x = c.vector.xmm;
        int r = 2 * i.decoded.reg;
        Vectors.setXmm(c, i.decoded.reg, wordPairs(x[r], op) | wordPairs(x[r + 1], op) << 32,
            wordPairs(c.vector.low, op) | wordPairs(c.vector.high, op) << 32);
    }

    private static long dwordPair(long v, int sign) {
        return (int) v + sign * (int) (v >>> 32) & 0xFFFFFFFFL;
    }

    private static void horizontalDwords(Cpu c, Insn i, int sign) {
        Vectors.source(c, i, 1);
        if (Vectors.isMmx(i)) {
            int r = i.decoded.reg & 7;
            Vectors.setMmx(c, r, dwordPair(c.fpu.significand[r], sign) | dwordPair(c.vector.low, sign) << 32);
            return;
        }
        long[] x = c.vector.xmm;
        int r = 2 * i.decoded.reg;
        Vectors.setXmm(c, i.decoded.reg, dwordPair(x[r], sign) | dwordPair(x[r + 1], sign) << 32,
            dwordPair(c.vector.low, sign) | dwordPair(c.vector.high, sign) << 32);
    }

    private static long multiplyAddBytes(long a, long b) {
        long r = 0;
        for (int n = 0; n < 64; n += 16) {
            int sum = (int) (a >>> n & 0xFF) * (byte) (b >>> n) + (int) (a >>> n + 8 & 0xFF) * (byte) (b >>> n + 8);
            r |= (Vectors.clamp(sum, -32768, 32767) & 0xFFFFL) << n;
        }
        return r;
    }

    /** Bytes {@code at} to {@code at + 7} of the 32 bytes d:c:b:a. */
    private static long window(long a, long b, long c, long d, int at) {
        long low = at < 8 ? a : at < 16 ? b : at < 24 ? c : at < 32 ? d : 0;
        long high = at < 8 ? b : at < 16 ? c : at < 24 ? d : 0;
        int shift = 8 * (at & 7);
        return shift == 0 ? low : low >>> shift | high << 64 - shift;
    }

    private static void align(Cpu c, Insn i) {
        Vectors.source(c, i, 1);
        int n = (int) i.imm & 0xFF;
        if (Vectors.isMmx(i)) {
            int r = i.decoded.reg & 7;
            Vectors.setMmx(c, r, window(c.vector.low, c.fpu.significand[r], 0, 0, n));
            return;
        }
        long[] x = c.vector.xmm;
        int r = 2 * i.decoded.reg;
        Vectors.setXmm(c, i.decoded.reg, window(c.vector.low, c.vector.high, x[r], x[r + 1], n),
            window(c.vector.low, c.vector.high, x[r], x[r + 1], n + 8));
    }

    /** Every lane all ones or zeros as its top bit is. */
    private static long spread(long v, int lane) {
        return lane == 8 ? Vectors.bytes(v, 0, (a, b) -> a >> 7) : Vectors.dwords(v, 0, (a, b) -> a >> 31);
    }

    private static long mask(int bits, int lane) {
        long r = 0;
        for (int n = 0; n < 64 / lane; n++) {
            r |= (bits >> n & 1) != 0 ? (-1L >>> 64 - lane) << n * lane : 0;
        }
        return r;
    }

    private static void blend(Cpu c, Insn i, long low, long high) {
        Vectors.source(c, i, 1);
        long[] x = c.vector.xmm;
        int r = 2 * i.decoded.reg;
        Vectors.setXmm(c, i.decoded.reg, x[r] & ~low | c.vector.low & low, x[r + 1] & ~high | c.vector.high & high);
    }

    private static long extended(long v, int from, int to, boolean signed) {
        long r = 0;
        for (int n = 0; n < 64 / to; n++) {
            long lane = v << 64 - from - n * from;
            lane = signed ? lane >> 64 - from : lane >>> 64 - from;
            r |= (lane & -1L >>> 64 - to) << n * to;
        }
        return r;
    }

    private static Semantics extend(int from, int to, boolean signed) {
        return (c, i) -> {
            Vectors.source(c, i, 1);
            long v = c.vector.low;
            Vectors.setXmm(c, i.decoded.reg, extended(v, from, to, signed), extended(v >>> 64 / to * from, from, to, signed));
        };
    }

    private static void minimum(Cpu c, Insn i) {
        Vectors.source(c, i, 1);
        long best = 0x10000;
        int where = 0;
        for (int n = 0; n < 8; n++) {
            long v = (n < 4 ? c.vector.low : c.vector.high) >>> 16 * (n & 3) & 0xFFFF;
            if (v < best) {
                best = v;
                where = n;
            }
        }
        Vectors.setXmm(c, i.decoded.reg, best | (long) where << 16, 0);
    }

    private static long differences(long low, long high, int at, int block) {
        long r = 0;
        for (int n = 0; n < 4; n++) {
            long bytes = window(low, high, 0, 0, at + n);
            long sum = 0;
            for (int k = 0; k < 32; k += 8) {
                sum += Math.abs((bytes >>> k & 0xFF) - (block >>> k & 0xFF));
            }
            r |= sum << 16 * n;
        }
        return r;
    }

    private static void sumsOfDifferences(Cpu c, Insn i) {
        Vectors.source(c, i, 1);
        long[] x = c.vector.xmm;
        int r = 2 * i.decoded.reg;
        int block = (int) (((i.imm & 2) == 0 ? c.vector.low : c.vector.high) >>> 32 * (i.imm & 1));
        int at = (int) i.imm & 4;
        Vectors.setXmm(c, i.decoded.reg, differences(x[r], x[r + 1], at, block), differences(x[r], x[r + 1], at + 4, block));
    }

    private static void insert(Cpu c, Insn i, int width) {
        long v = i.memory ? c.mmu.read(i.segment, c.ea(i), width) : c.gpr[i.decoded.rm];
        boolean mmx = Vectors.isMmx(i);
        int lane = (int) i.imm & (mmx ? 64 : 128) / width - 1;
        long mask = -1L >>> 64 - width;
        int shift = lane * width & 63;
        long[] to = mmx ? c.fpu.significand : c.vector.xmm;
        int at = mmx ? i.decoded.reg & 7 : 2 * i.decoded.reg + lane * width / 64;
        long merged = to[at] & ~(mask << shift) | (v & mask) << shift;
        if (mmx) {
            Vectors.setMmx(c, at, merged);
        } else {
            to[at] = merged;
        }
    }

    /** PEXTRW's older form has its vector operand in ModRM.rm, the SSE4.1 forms in ModRM.reg. */
    private static void extract(Cpu c, Insn i, int width) {
        boolean older = i.decoded.kind(0).place == dev.vmcsmith.x86.insn.OperandKind.Place.REG;
        boolean mmx = i.decoded.kind(1).file == File.MMX;
        int register = older ? i.decoded.rm : i.decoded.reg;
        int lane = (int) i.imm & (mmx ? 64 : 128) / width - 1;
        long from = mmx ? c.fpu.significand[register & 7] : c.vector.xmm[2 * register + lane * width / 64];
        long v = from >>> (lane * width & 63) & -1L >>> 64 - width;
        if (mmx) {
            Vectors.enterMmx(c);
        }
        if (i.memory) {
            c.mmu.write(i.segment, c.ea(i), width, v);
        } else {
            c.gpr[older ? i.decoded.reg : i.decoded.rm] = v;
        }
    }

    private static void duplicate(Cpu c, Insn i, boolean odd) {
        Vectors.source(c, i, 1);
        int shift = odd ? 32 : 0;
        long low = c.vector.low >>> shift & 0xFFFFFFFFL;
        long high = c.vector.high >>> shift & 0xFFFFFFFFL;
        Vectors.setXmm(c, i.decoded.reg, low | low << 32, high | high << 32);
    }
}
