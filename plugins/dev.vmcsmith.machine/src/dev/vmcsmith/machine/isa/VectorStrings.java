// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** PCMPESTRI, PCMPESTRM, PCMPISTRI, PCMPISTRM (SDM "SSE4.2 String and Text Instructions"). */
public final class VectorStrings {
    private static final int EQUAL_ANY = 0, RANGES = 1, EQUAL_EACH = 2;

    private VectorStrings() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case PCMPESTRI -> (c, i) -> compare(c, i, true, true);
            case PCMPESTRM -> (c, i) -> compare(c, i, true, false);
            case PCMPISTRI -> (c, i) -> compare(c, i, false, true);
            case PCMPISTRM -> (c, i) -> compare(c, i, false, false);
            default -> null;
        };
    }

    private static void compare(Cpu c, Insn i, boolean explicit, boolean index) {
        Vectors.source(c, i, 1);
        long[] x = c.vector.xmm;
        int r = 2 * i.decoded.reg;
        int control = (int) i.imm;
        int count = (control & 1) != 0 ? 8 : 16;
        int first = explicit ? length(c, i, Cpu.RAX, count) : length(x[r], x[r + 1], count);
        int second = explicit ? length(c, i, Cpu.RDX, count) : length(c.vector.low, c.vector.high, count);
        int result = aggregate(c, x[r], x[r + 1], first, second, control, count);
        int all = (1 << count) - 1;
        if ((control & 0x10) != 0) {
            result ^= (control & 0x20) != 0 ? (1 << second) - 1 : all;
        }
        if (index) {
            boolean highest = (control & 0x40) != 0;
            c.gpr[Cpu.RCX] = result == 0 ? count : highest ? 31 - Integer.numberOfLeadingZeros(result)
                : Integer.numberOfTrailingZeros(result);
        } else if ((control & 0x40) == 0) {
            Vectors.setXmm(c, 0, result, 0);
        } else {
            int half = count / 2;
            Vectors.setXmm(c, 0, spread(result, count), spread(result >> half, count));
        }
        c.setStatusFlags((result != 0 ? Cpu.CF : 0) | (second < count ? Cpu.ZF : 0) | (first < count ? Cpu.SF : 0)
            | ((result & 1) != 0 ? Cpu.OF : 0));
    }

    /** The absolute value of EAX or EDX, RAX or RDX with REX.W, at most the number of elements. */
    private static int length(Cpu c, Insn i, int register, int count) {
        long v = i.decoded.operandSize == 64 ? c.gpr[register] : (int) c.gpr[register];
        long magnitude = Math.abs(v);
        return magnitude < 0 || magnitude > count ? count : (int) magnitude;
    }

    /** Number of elements before the first zero. */
    private static int length(long low, long high, int count) {
        for (int n = 0; n < count; n++) {
            if (element(low, high, n, count, false) == 0) {
                return n;
            }
        }
        return count;
    }

    private static int element(long low, long high, int n, int count, boolean signed) {
        long half = n < count / 2 ? low : high;
        if (count == 8) {
            int v = (int) (half >>> 16 * (n & 3)) & 0xFFFF;
            return signed ? (short) v : v;
        }
        int v = (int) (half >>> 8 * (n & 7)) & 0xFF;
        return signed ? (byte) v : v;
    }

    /** Quadword of ones in the elements whose bit is set. */
    private static long spread(int bits, int count) {
        int width = 128 / count;
        long r = 0;
        for (int n = 0; n < count / 2; n++) {
            r |= (bits >> n & 1) != 0 ? (-1L >>> 64 - width) << n * width : 0;
        }
        return r;
    }

    /** IntRes1: a bit for each element of the second operand. */
    private static int aggregate(Cpu c, long low, long high, int first, int second, int control, int count) {
        boolean signed = (control & 2) != 0;
        int mode = control >> 2 & 3;
        int result = 0;
        for (int j = 0; j < count; j++) {
            boolean holds = switch (mode) {
                case EQUAL_ANY, RANGES -> j < second && found(c, low, high, first, j, count, signed, mode == RANGES);
                case EQUAL_EACH -> j < first && j < second
                    ? element(low, high, j, count, signed) == element(c.vector.low, c.vector.high, j, count, signed)
                    : j >= first && j >= second;
                default -> substring(c, low, high, first, second, j, count, signed);
            };
            result |= holds ? 1 << j : 0;
        }
        return result;
    }

    private static boolean found(Cpu c, long low, long high, int first, int j, int count, boolean signed, boolean ranges) {
        int v = element(c.vector.low, c.vector.high, j, count, signed);
        for (int k = 0; ranges ? k + 1 < first : k < first; k += ranges ? 2 : 1) {
            int a = element(low, high, k, count, signed);
            if (ranges ? v >= a && v <= element(low, high, k + 1, count, signed) : v == a) {
                return true;
            }
        }
        return false;
    }

    /** Equal ordered: the first operand's valid elements all stand from element j on, as far as the register reaches. */
    private static boolean substring(Cpu c, long low, long high, int first, int second, int j, int count, boolean signed) {
        for (int k = 0; k < first && j + k < count; k++) {
            if (j + k >= second
                || element(low, high, k, count, signed) != element(c.vector.low, c.vector.high, j + k, count, signed)) {
                return false;
            }
        }
        return true;
    }
}
