// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** AES rounds and carry-less multiplication (SDM "Intel AES New Instructions and PCLMULQDQ"; FIPS 197 for the steps of a round). */
public final class Aes {
    private static final byte[] S_BOX = new byte[256];
    private static final byte[] INVERSE_S_BOX = new byte[256];

    static {
        for (int v = 0; v < 256; v++) {
            int i = inverse(v);
            int s = i ^ rotate(i, 1) ^ rotate(i, 2) ^ rotate(i, 3) ^ rotate(i, 4) ^ 0x63;
            S_BOX[v] = (byte) s;
            INVERSE_S_BOX[s] = (byte) v;
        }
    }

    private Aes() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case AESENC -> (c, i) -> round(c, i, false, true);
            case AESENCLAST -> (c, i) -> round(c, i, false, false);
            case AESDEC -> (c, i) -> round(c, i, true, true);
            case AESDECLAST -> (c, i) -> round(c, i, true, false);
            case AESIMC -> (c, i) -> {
                Vectors.source(c, i, 1);
                Vectors.setXmm(c, i.decoded.reg, mixed(c.vector.low, true), mixed(c.vector.high, true));
            };
            case AESKEYGENASSIST -> (c, i) -> {
                Vectors.source(c, i, 1);
                Vectors.setXmm(c, i.decoded.reg, keyWords(c.vector.low, (int) i.imm), keyWords(c.vector.high, (int) i.imm));
            };
            case PCLMULQDQ -> (c, i) -> {
                Vectors.source(c, i, 1);
                long a = c.vector.xmm[2 * i.decoded.reg + ((int) i.imm & 1)];
                carryless(c, i, a, (i.imm & 0x10) == 0 ? c.vector.low : c.vector.high);
            };
            default -> null;
        };
    }

    // --- GF(2^8) -----------------------------------------------------------------------------------------------------------------------

    private static int rotate(int v, int n) {
        return (v << n | v >> 8 - n) & 0xFF;
    }

    private static int times(int a, int b) {
        int r = 0;
        for (int x = a; b != 0; b >>= 1) {
            r ^= (b & 1) != 0 ? x : 0;
            x = x << 1 ^ ((x & 0x80) != 0 ? 0x11B : 0);
        }
        return r;
    }

    /** v to the power of 254. */
    private static int inverse(int v) {
        int r = 1;
        for (int n = 0; n < 254; n++) {
            r = times(r, v);
        }
        return r;
    }

    /** All four bytes times x. */
    private static int doubled(int v) {
        return (v & 0x7F7F7F7F) << 1 ^ (v >>> 7 & 0x01010101) * 0x1B;
    }

    private static int mixedColumn(int v, boolean inverse) {
        int v2 = doubled(v);
        if (!inverse) {
            return v2 ^ Integer.rotateRight(v2 ^ v, 8) ^ Integer.rotateRight(v, 16) ^ Integer.rotateRight(v, 24);
        }
        int v4 = doubled(v2);
        int v8 = doubled(v4);
        return v8 ^ v4 ^ v2 ^ Integer.rotateRight(v8 ^ v2 ^ v, 8) ^ Integer.rotateRight(v8 ^ v4 ^ v, 16) ^ Integer.rotateRight(v8 ^ v, 24);
    }

    // --- rounds ------------------------------------------------------------------------------------------------------------------------

    private static long mixed(long columns, boolean inverse) {
        return mixedColumn((int) columns, inverse) & 0xFFFFFFFFL | (long) mixedColumn((int) (columns >>> 32), inverse) << 32;
    }

    private static void round(Cpu c, Insn i, boolean inverse, boolean mix) {
        Vectors.source(c, i, 1);
        long[] x = c.vector.xmm;
        int r = 2 * i.decoded.reg;
        long low = substituted(x[r], x[r + 1], 0, inverse);
        long high = substituted(x[r], x[r + 1], 2, inverse);
        if (mix) {
            low = mixed(low, inverse);
            high = mixed(high, inverse);
        }
        Vectors.setXmm(c, i.decoded.reg, low ^ c.vector.low, high ^ c.vector.high);
    }

    /** ShiftRows and SubBytes, or their inverses: columns {@code first} and {@code first + 1} of the result. */
    private static long substituted(long low, long high, int first, boolean inverse) {
        byte[] box = inverse ? INVERSE_S_BOX : S_BOX;
        long r = 0;
        for (int n = 0; n < 8; n++) {
            int row = n & 3;
            int column = first + (n >> 2) + (inverse ? -row : row) & 3;
            int at = 4 * column + row;
            int v = (int) ((at < 8 ? low : high) >>> 8 * (at & 7)) & 0xFF;
            r |= (box[v] & 0xFFL) << 8 * n;
        }
        return r;
    }

    /** AESKEYGENASSIST on one quadword: SubWord and rotated SubWord of its upper half. */
    private static long keyWords(long v, int constant) {
        int word = 0;
        for (int n = 0; n < 32; n += 8) {
            word |= (S_BOX[(int) (v >>> 32 + n) & 0xFF] & 0xFF) << n;
        }
        return word & 0xFFFFFFFFL | (long) (Integer.rotateRight(word, 8) ^ constant & 0xFF) << 32;
    }

    private static void carryless(Cpu c, Insn i, long a, long b) {
        long low = 0;
        long high = 0;
        for (int n = 0; n < 64; n++) {
            if ((b >>> n & 1) != 0) {
                low ^= a << n;
                high ^= n == 0 ? 0 : a >>> 64 - n;
            }
        }
        Vectors.setXmm(c, i.decoded.reg, low, high);
    }
}
