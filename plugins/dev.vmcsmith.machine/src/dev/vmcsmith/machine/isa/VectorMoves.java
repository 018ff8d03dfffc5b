// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.x86.insn.OperandKind.File;
import dev.vmcsmith.x86.insn.OperandKind.Place;

/** MMX and SSE moves, shuffles, packs and unpacks that compilers emit. */
public final class VectorMoves {
    private VectorMoves() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case MOVAPS, MOVAPD, MOVUPS, MOVUPD, MOVDQA, MOVDQU, MOVNTDQ, MOVNTPS, MOVNTPD, LDDQU, MOVNTDQA -> full(insn);
            case MOVD, MOVQ -> VectorMoves::movd;
            case MOVNTQ -> (c, i) -> {
                c.mmu.write64(i.segment, c.ea(i), c.fpu.significand[i.decoded.reg & 7]);
                Vectors.enterMmx(c);
            };
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
                Vectors.setMmx(c, i.decoded.reg & 7, c.vector.xmm[2 * i.decoded.rm]);
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
            case MOVMSKPD -> (c, i) -> c.gpr[i.decoded.reg] = c.vector.xmm[2 * i.decoded.rm] >>> 63
                | c.vector.xmm[2 * i.decoded.rm + 1] >>> 63 << 1;
            case PMOVMSKB -> (c, i) -> {
                boolean mmx = i.decoded.kind(1).file == File.MMX;
                long low = mmx ? c.fpu.significand[i.decoded.rm & 7] : c.vector.xmm[2 * i.decoded.rm];
                long high = mmx ? 0 : c.vector.xmm[2 * i.decoded.rm + 1];
                if (mmx) {
                    Vectors.enterMmx(c);
                }
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
                Vectors.setMmx(c, i.decoded.reg & 7, shuffleWords(c.vector.low, (int) i.imm));
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
            case INSERTPS -> VectorMoves::insertSingle;
            case MASKMOVQ -> VectorMoves::maskedQuadword;
            case MASKMOVDQU -> (c, i) -> masked(c, i, c.vector.xmm[2 * i.decoded.reg], c.vector.xmm[2 * i.decoded.reg + 1],
                c.vector.xmm[2 * i.decoded.rm], c.vector.xmm[2 * i.decoded.rm + 1], 16);
            default -> null;
        };
    }

    private static Semantics full(Insn insn) {
        if (insn.memoryIsDestination) {
            return (c, i) -> Vectors.store(c, i, c.vector.xmm[2 * i.decoded.reg], c.vector.xmm[2 * i.decoded.reg + 1]);
        }
        if (insn.decoded.kind(0).place == Place.RM) {
            return (c, i) -> Vectors.setXmm(c, i.decoded.rm, c.vector.xmm[2 * i.decoded.reg], c.vector.xmm[2 * i.decoded.reg + 1]);
        }
        return (c, i) -> {
            Vectors.source(c, i, 1);
            Vectors.setXmm(c, i.decoded.reg, c.vector.low, c.vector.high);
        };
    }

    /** MOVD and MOVQ between XMM or MMX registers and general registers, memory or each other. */
    private static void movd(Cpu c, Insn i) {
        File to = i.decoded.kind(0).file;
        boolean fromVector = i.memoryIsDestination || to == File.GPR || i.decoded.kind(1).place == Place.REG;
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
                Vectors.setMmx(c, i.decoded.rm & 7, v);
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
            Vectors.setMmx(c, i.decoded.reg & 7, v);
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
        boolean toRm = i.decoded.kind(0).place == Place.RM;
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
        Vectors.setXmm(c, i.decoded.reg, dword(l, h, o & 3) | dword(l, h, o >> 2 & 3) << 32,
            dword(l, h, o >> 4 & 3) | dword(l, h, o >> 6 & 3) << 32);
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
            Vectors.setMmx(c, r, interleave(a, b, lane));
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

    // --- single lanes ------------------------------------------------------------------------------------------------------------------

    /** INSERTPS: bits 7:6 of the immediate choose the lane of a register source, 5:4 the destination's, 3:0 the lanes that become zero. */
    private static void insertSingle(Cpu c, Insn i) {
        Vectors.source(c, i, 1);
        int o = (int) i.imm;
        long v = i.memory ? c.vector.low & 0xFFFFFFFFL : dword(c.vector.low, c.vector.high, o >> 6 & 3);
        long[] x = c.vector.xmm;
        int r = 2 * i.decoded.reg;
        long low = x[r];
        long high = x[r + 1];
        int shift = 32 * (o >> 4 & 1);
        if ((o & 0x20) == 0) {
            low = low & ~(0xFFFFFFFFL << shift) | v << shift;
        } else {
            high = high & ~(0xFFFFFFFFL << shift) | v << shift;
        }
        Vectors.setXmm(c, i.decoded.reg, low & ~lanes(o), high & ~lanes(o >> 2));
    }

    private static long lanes(int bits) {
        return ((bits & 1) != 0 ? 0xFFFFFFFFL : 0) | ((bits & 2) != 0 ? 0xFFFFFFFFL << 32 : 0);
    }

    private static void maskedQuadword(Cpu c, Insn i) {
        masked(c, i, c.fpu.significand[i.decoded.reg & 7], 0, c.fpu.significand[i.decoded.rm & 7], 0, 8);
        Vectors.enterMmx(c);
    }

    /** Stores the bytes whose mask byte has its top bit set at DS:rDI; the others are not accessed. */
    private static void masked(Cpu c, Insn i, long low, long high, long maskLow, long maskHigh, int bytes) {
        int segment = i.decoded.segmentOverride >= 0 ? i.decoded.segmentOverride : Cpu.DS;
        long at = c.gpr[Cpu.RDI];
        for (int pass = 0; pass < 2; pass++) {
            for (int n = 0; n < bytes; n++) {
                long mask = (n < 8 ? maskLow : maskHigh) >>> 8 * (n & 7);
                if ((mask & 0x80) == 0) {
                    continue;
                }
                long address = at + n & i.addressMask;
                if (pass == 0) {
                    c.mmu.probeWrite(segment, address, 1);
                } else {
                    c.mmu.write8(segment, address, (n < 8 ? low : high) >>> 8 * (n & 7));
                }
            }
        }
    }
}
