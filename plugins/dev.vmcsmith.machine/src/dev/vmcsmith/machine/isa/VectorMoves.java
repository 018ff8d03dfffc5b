// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.x86.insn.OperandKind.File;

/** MMX and SSE moves, shuffles, packs and unpacks that compilers emit. */
public final class VectorMoves {
    private VectorMoves() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case MOVAPS, MOVAPD, MOVUPS, MOVUPD, MOVDQA, MOVDQU, MOVNTDQ, MOVNTPS, MOVNTPD, LDDQU, MOVNTDQA -> insn.memoryIsDestination
                ? (c, i) -> Vectors.store(c, i, c.vector.xmm[2 * i.decoded.reg], c.vector.xmm[2 * i.decoded.reg + 1]) : full(insn);
            case MOVD, MOVQ -> VectorMoves::movd;
            case MOVNTQ -> (c, i) -> c.mmu.write64(i.segment, c.ea(i), c.fpu.significand[i.decoded.reg & 7]);
            case MOVSS -> (c, i) -> scalar(c, i, 32);
            case MOVSD_XMM -> (c, i) -> scalar(c, i, 64);
            case MOVLPS, MOVLPD -> (c, i) -> half(c, i, 0);
            case MOVHPS, MOVHPD -> (c, i) -> half(c, i, 1);
            case MOVHLPS -> (c, i) -> c.vector.xmm[2 * i.decoded.reg] = c.vector.xmm[2 * i.decoded.rm + 1];
            case MOVLHPS -> (c, i) -> c.vector.xmm[2 * i.decoded.reg + 1] = c.vector.xmm[2 * i.decoded.rm];
            case MOVQ2DQ -> (c, i) -> {
                Vectors.enterMmx(c);
                Vectors.setXmm(c, i.decoded.reg, c.fpu.significand[i.decoded.rm & 7], 0);
            };
            case MOVDQ2Q -> (c, i) -> {
                Vectors.enterMmx(c);
                c.fpu.significand[i.decoded.reg & 7] = c.vector.xmm[2 * i.decoded.rm];
            };
            case MOVDDUP -> (c, i) -> {
                Vectors.source(c, i, 1);
                Vectors.setXmm(c, i.decoded.reg, c.vector.low, c.vector.low);
            };
            case MOVMSKPS -> (c, i) -> {
                long low = c.vector.xmm[2 * i.decoded.rm];
                long high = c.vector.xmm[2 * i.decoded.rm + 1];
                c.gpr[i.decoded.reg] = low >>> 31 & 1 | low >>> 62 & 2 | (high >>> 31 & 1) << 2 | (high >>> 63) << 3;
            };
            case MOVMSKPD -> (c, i) -> c.gpr[i.decoded.reg] = c.vector.xmm[2 * i.decoded.rm] >>> 63 | c.vector.xmm[2 * i.decoded.rm + 1] >>> 63 << 1;
            case PMOVMSKB -> (c, i) -> {
                boolean mmx = i.decoded.kind(1).file == File.MMX;
                long low = mmx ? c.fpu.significand[i.decoded.rm & 7] : c.vector.xmm[2 * i.decoded.rm];
                long high = mmx ? 0 : c.vector.xmm[2 * i.decoded.rm + 1];
                c.gpr[i.decoded.reg] = Long.compress(low, 0x8080808080808080L) | Long.compress(high, 0x8080808080808080L) << 8;
            };
            case PSHUFD -> VectorMoves::pshufd;
            case PSHUFLW -> (c, i) -> {
                Vectors.source(c, i, 1);
                Vectors.setXmm(c, i.decoded.reg, shuffleWords(c.vector.low, (int) i.imm), c.vector.high);
            };
            case PSHUFHW -> (c, i) -> {
                Vectors.source(c, i, 1);
                Vectors.setXmm(c, i.decoded.reg, c.vector.low, shuffleWords(c.vector.high, (int) i.imm));
            };
            case PSHUFW -> (c, i) -> {
                Vectors.source(c, i, 1);
                Vectors.enterMmx(c);
                c.fpu.significand[i.decoded.reg & 7] = shuffleWords(c.vector.low, (int) i.imm);
            };
            case SHUFPS -> VectorMoves::shufps;
            case SHUFPD -> (c, i) -> {
                Vectors.source(c, i, 1);
                long[] x = c.vector.xmm;
                int r = 2 * i.decoded.reg;
                long low = (i.imm & 1) != 0 ? x[r + 1] : x[r];
                Vectors.setXmm(c, i.decoded.reg, low, (i.imm & 2) != 0 ? c.vector.high : c.vector.low);
            };
            case PUNPCKLBW -> (c, i) -> unpack(c, i, 8, false);
            case PUNPCKLWD -> (c, i) -> unpack(c, i, 16, false);
            case PUNPCKLDQ, UNPCKLPS -> (c, i) -> unpack(c, i, 32, false);
            case PUNPCKLQDQ, UNPCKLPD -> (c, i) -> unpack(c, i, 64, false);
            case PUNPCKHBW -> (c, i) -> unpack(c, i, 8, true);
            case PUNPCKHWD -> (c, i) -> unpack(c, i, 16, true);
            case PUNPCKHDQ, UNPCKHPS -> (c, i) -> unpack(c, i, 32, true);
            case PUNPCKHQDQ, UNPCKHPD -> (c, i) -> unpack(c, i, 64, true);
            default -> null;
        };
    }

    private static Semantics full(Insn insn) {
        return (c, i) -> {
            Vectors.source(c, i, 1);
            Vectors.setXmm(c, i.decoded.reg, c.vector.low, c.vector.high);
        };
    }

    /** MOVD and MOVQ between XMM or MMX registers and general registers, memory or each other. */
    private static void movd(Cpu c, Insn i) {
        File to = i.decoded.kind(0).file;
        boolean fromVector = i.memoryIsDestination || to == File.GPR || i.decoded.kind(1).place == dev.vmcsmith.x86.insn.OperandKind.Place.REG;
        int width = i.decoded.width(fromVector ? 0 : 1);
        width = width == 32 ? 32 : 64;
        if (fromVector) {
            boolean mmx = i.decoded.kind(1).file == File.MMX;
            long v = mmx ? c.fpu.significand[i.decoded.reg & 7] : c.vector.xmm[2 * i.decoded.reg];
            if (i.memory) {
                c.mmu.write(i.segment, c.ea(i), width, v);
            } else if (to == File.GPR) {
                c.setGpr(i.decoded.rm, width, v);
            } else if (to == File.MMX) {
                c.fpu.significand[i.decoded.rm & 7] = v;
            } else {
                Vectors.setXmm(c, i.decoded.rm, v, 0);
            }
            if (mmx) {
                Vectors.enterMmx(c);
            }
            return;
        }
        long v;
        if (i.memory) {
            v = c.mmu.read(i.segment, c.ea(i), width);
        } else {
            v = switch (i.decoded.kind(1).file) {
                case GPR -> c.gpr(i.decoded.rm, width);
                case MMX -> c.fpu.significand[i.decoded.rm & 7];
                default -> c.vector.xmm[2 * i.decoded.rm];
            };
        }
        if (to == File.MMX) {
            Vectors.enterMmx(c);
            c.fpu.significand[i.decoded.reg & 7] = v;
        } else {
            Vectors.setXmm(c, i.decoded.reg, v, 0);
        }
    }

    private static void scalar(Cpu c, Insn i, int width) {
        long[] x = c.vector.xmm;
        long mask = -1L >>> 64 - width;
        if (i.memory) {
            if (i.memoryIsDestination) {
                c.mmu.write(i.segment, c.ea(i), width, x[2 * i.decoded.reg]);
            } else {
                Vectors.setXmm(c, i.decoded.reg, c.mmu.read(i.segment, c.ea(i), width), 0);
            }
            return;
        }
        boolean toRm = i.decoded.kind(0).place == dev.vmcsmith.x86.insn.OperandKind.Place.RM;
        int from = toRm ? i.decoded.reg : i.decoded.rm;
        int to = toRm ? i.decoded.rm : i.decoded.reg;
        x[2 * to] = x[2 * to] & ~mask | x[2 * from] & mask;
    }

    private static void half(Cpu c, Insn i, int which) {
        if (i.memoryIsDestination) {
            c.mmu.write64(i.segment, c.ea(i), c.vector.xmm[2 * i.decoded.reg + which]);
        } else {
            c.vector.xmm[2 * i.decoded.reg + which] = c.mmu.read64(i.segment, c.ea(i));
        }
    }

    private static long dword(long low, long high, int n) {
        return ((n & 2) == 0 ? low : high) >>> 32 * (n & 1) & 0xFFFFFFFFL;
    }

    private static void pshufd(Cpu c, Insn i) {
        Vectors.source(c, i, 1);
        long l = c.vector.low;
        long h = c.vector.high;
        int o = (int) i.imm;
        Vectors.setXmm(c, i.decoded.reg, dword(l, h, o & 3) | dword(l, h, o >> 2 & 3) << 32, dword(l, h, o >> 4 & 3) | dword(l, h, o >> 6 & 3) << 32);
    }

    private static void shufps(Cpu c, Insn i) {
        Vectors.source(c, i, 1);
        long dl = c.vector.xmm[2 * i.decoded.reg];
        long dh = c.vector.xmm[2 * i.decoded.reg + 1];
        int o = (int) i.imm;
        Vectors.setXmm(c, i.decoded.reg, dword(dl, dh, o & 3) | dword(dl, dh, o >> 2 & 3) << 32,
            dword(c.vector.low, c.vector.high, o >> 4 & 3) | dword(c.vector.low, c.vector.high, o >> 6 & 3) << 32);
    }

    private static long shuffleWords(long v, int order) {
        long r = 0;
        for (int n = 0; n < 4; n++) {
            r |= (v >>> 16 * (order >> 2 * n & 3) & 0xFFFF) << 16 * n;
        }
        return r;
    }

    private static void unpack(Cpu c, Insn i, int lane, boolean high) {
        Vectors.source(c, i, 1);
        if (Vectors.isMmx(i)) {
            Vectors.enterMmx(c);
            int r = i.decoded.reg & 7;
            long a = high ? c.fpu.significand[r] >>> 32 : c.fpu.significand[r];
            long b = high ? c.vector.low >>> 32 : c.vector.low;
            c.fpu.significand[r] = interleave(a, b, lane);
            return;
        }
        int r = 2 * i.decoded.reg;
        long a = c.vector.xmm[high ? r + 1 : r];
        long b = high ? c.vector.high : c.vector.low;
        if (lane == 64) {
            Vectors.setXmm(c, i.decoded.reg, a, b);
        } else {
            Vectors.setXmm(c, i.decoded.reg, interleave(a, b, lane), interleave(a >>> 32, b >>> 32, lane));
        }
    }

    /** Interleaves the lanes of two low 32-bit halves. */
    private static long interleave(long a, long b, int lane) {
        long mask = -1L >>> 64 - lane;
        long r = 0;
        for (int n = 0; n < 32 / lane; n++) {
            r |= (a >>> n * lane & mask) << 2 * n * lane | (b >>> n * lane & mask) << (2 * n + 1) * lane;
        }
        return r;
    }
}
