// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import dev.vmcsmith.x86.insn.Op;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Compares the results of x87 transcendental instructions: they may differ by one unit in the last place, and with the value #P, #U, #O
 * and C1. Where the SDM leaves the result undefined nothing is compared.
 */
final class Approximation {
    private static final int ONE = 0x3FFF;
    private static final int INEXACT = 0x0200 | 0x38;
    /** 1 less the square root of 1/2 has this exponent; above it FYL2XP1 is undefined, near it too. */
    private static final int QUARTER = ONE - 2;

    private Approximation() {
    }

    static String difference(Op op, byte[] start, byte[] actual, byte[] expected) {
        ByteBuffer s = buffer(start);
        int exponent = s.getShort(40) & 0x7FFF;
        boolean one = exponent == ONE && s.getLong(32) == Long.MIN_VALUE;
        if (op == Op.F2XM1 && exponent >= ONE && !one || op == Op.FYL2XP1 && exponent >= QUARTER) {
            return null;
        }
        ByteBuffer a = buffer(actual);
        ByteBuffer e = buffer(expected);
        int status = a.getShort(2) ^ e.getShort(2);
        int summary = (e.getShort(0) & 0x3F) != 0x3F ? 0x8080 : 0;
        if ((status & ~INEXACT & ~summary & 0xFFFF) != 0) {
            return "status word " + Integer.toHexString(a.getShort(2) & 0xFFFF) + ", expected " + Integer.toHexString(e.getShort(2) & 0xFFFF);
        }
        if (a.get(4) != e.get(4)) {
            return "tags " + Integer.toHexString(a.get(4)) + ", expected " + Integer.toHexString(e.get(4));
        }
        for (int n = 0; n < 8; n++) {
            if (distance(a, e, 32 + 16 * n) > 1) {
                return "ST(" + n + ") " + Comparison.hex(actual, 32 + 16 * n) + ", expected " + Comparison.hex(expected, 32 + 16 * n) + " of "
                    + Comparison.hex(start, 32) + " and " + Comparison.hex(start, 48);
            }
        }
        return null;
    }

    static boolean exact(byte[] actual, byte[] expected) {
        for (int n = 32; n < 160; n += 8) {
            if (buffer(actual).getLong(n) != buffer(expected).getLong(n)) {
                return false;
            }
        }
        return true;
    }

    private static ByteBuffer buffer(byte[] image) {
        return ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Units in the last place between two values of the same sign, as far as small. */
    private static long distance(ByteBuffer a, ByteBuffer b, int at) {
        int ea = a.getShort(at + 8) & 0xFFFF;
        int eb = b.getShort(at + 8) & 0xFFFF;
        long sa = a.getLong(at);
        long sb = b.getLong(at);
        if (ea == eb) {
            return Math.abs(sa - sb);
        }
        return follows(ea, sa, eb, sb) || follows(eb, sb, ea, sa) ? 1 : Long.MAX_VALUE;
    }

    /** Whether the second value is the one after the first, which has the exponent below. */
    private static boolean follows(int e, long significand, int nextE, long next) {
        long last = (e & 0x7FFF) == 0 ? Long.MAX_VALUE : -1;
        return e + 1 == nextE && significand == last && next == Long.MIN_VALUE;
    }
}
