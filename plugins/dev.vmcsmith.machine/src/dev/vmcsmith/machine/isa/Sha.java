// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** SHA-1 and SHA-256 rounds and message schedules (SDM "Intel SHA Extensions"). Doublewords are numbered from the least significant. */
public final class Sha {
    private static final int[] SHA1_K = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};

    private Sha() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case SHA1NEXTE -> (c, i) -> {
                Vectors.source(c, i, 1);
                int e = Integer.rotateLeft(d(c, i, 3), 30);
                set(c, i, s(c, 0), s(c, 1), s(c, 2), s(c, 3) + e);
            };
            case SHA1MSG1 -> (c, i) -> {
                Vectors.source(c, i, 1);
                set(c, i, d(c, i, 0) ^ s(c, 2), d(c, i, 1) ^ s(c, 3), d(c, i, 2) ^ d(c, i, 0), d(c, i, 3) ^ d(c, i, 1));
            };
            case SHA1MSG2 -> (c, i) -> {
                Vectors.source(c, i, 1);
                int w16 = Integer.rotateLeft(d(c, i, 3) ^ s(c, 2), 1);
                set(c, i, Integer.rotateLeft(d(c, i, 0) ^ w16, 1), Integer.rotateLeft(d(c, i, 1) ^ s(c, 0), 1),
                    Integer.rotateLeft(d(c, i, 2) ^ s(c, 1), 1), w16);
            };
            case SHA1RNDS4 -> Sha::sha1Rounds;
            case SHA256MSG1 -> (c, i) -> {
                Vectors.source(c, i, 1);
                set(c, i, d(c, i, 0) + sigma0(d(c, i, 1)), d(c, i, 1) + sigma0(d(c, i, 2)), d(c, i, 2) + sigma0(d(c, i, 3)),
                    d(c, i, 3) + sigma0(s(c, 0)));
            };
            case SHA256MSG2 -> (c, i) -> {
                Vectors.source(c, i, 1);
                int w16 = d(c, i, 0) + sigma1(s(c, 2));
                int w17 = d(c, i, 1) + sigma1(s(c, 3));
                set(c, i, w16, w17, d(c, i, 2) + sigma1(w16), d(c, i, 3) + sigma1(w17));
            };
            case SHA256RNDS2 -> Sha::sha256Rounds;
            default -> null;
        };
    }

    /** Doubleword of the destination. */
    private static int d(Cpu c, Insn i, int n) {
        return (int) (c.vector.xmm[2 * i.decoded.reg + (n >> 1)] >>> 32 * (n & 1));
    }

    /** Doubleword of the source. */
    private static int s(Cpu c, int n) {
        return (int) ((n < 2 ? c.vector.low : c.vector.high) >>> 32 * (n & 1));
    }

    private static void set(Cpu c, Insn i, int d0, int d1, int d2, int d3) {
        Vectors.setXmm(c, i.decoded.reg, d0 & 0xFFFFFFFFL | (long) d1 << 32, d2 & 0xFFFFFFFFL | (long) d3 << 32);
    }

    private static int sigma0(int v) {
        return Integer.rotateRight(v, 7) ^ Integer.rotateRight(v, 18) ^ v >>> 3;
    }

    private static int sigma1(int v) {
        return Integer.rotateRight(v, 17) ^ Integer.rotateRight(v, 19) ^ v >>> 10;
    }

    private static int majority(int a, int b, int c) {
        return a & b ^ a & c ^ b & c;
    }

    private static void sha1Rounds(Cpu cpu, Insn i) {
        Vectors.source(cpu, i, 1);
        int kind = (int) i.imm & 3;
        int a = d(cpu, i, 3);
        int b = d(cpu, i, 2);
        int c = d(cpu, i, 1);
        int d = d(cpu, i, 0);
        int e = 0;
        for (int n = 3; n >= 0; n--) {
            int f = kind == 0 ? b & c ^ ~b & d : kind == 2 ? majority(b, c, d) : b ^ c ^ d;
            int next = f + Integer.rotateLeft(a, 5) + s(cpu, n) + e + SHA1_K[kind];
            e = d;
            d = c;
            c = Integer.rotateLeft(b, 30);
            b = a;
            a = next;
        }
        set(cpu, i, d, c, b, a);
    }

    private static void sha256Rounds(Cpu cpu, Insn i) {
        Vectors.source(cpu, i, 1);
        int a = s(cpu, 3);
        int b = s(cpu, 2);
        int e = s(cpu, 1);
        int f = s(cpu, 0);
        int c = d(cpu, i, 3);
        int d = d(cpu, i, 2);
        int g = d(cpu, i, 1);
        int h = d(cpu, i, 0);
        for (int n = 0; n < 2; n++) {
            int wk = (int) (cpu.vector.xmm[0] >>> 32 * n);
            int big1 = Integer.rotateRight(e, 6) ^ Integer.rotateRight(e, 11) ^ Integer.rotateRight(e, 25);
            int big0 = Integer.rotateRight(a, 2) ^ Integer.rotateRight(a, 13) ^ Integer.rotateRight(a, 22);
            int t = (e & f ^ ~e & g) + big1 + wk + h;
            h = g;
            g = f;
            f = e;
            e = t + d;
            d = c;
            int top = t + majority(a, b, c) + big0;
            c = b;
            b = a;
            a = top;
        }
        set(cpu, i, f, e, b, a);
    }
}
