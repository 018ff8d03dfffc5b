// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** MUL, IMUL, DIV, IDIV. Flags the SDM leaves undefined are set from the low half of the product, as processors do. */
public final class MultiplyDivide {
    private MultiplyDivide() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case MUL -> MultiplyDivide::mul;
            case IMUL -> MultiplyDivide::imul;
            case IMUL_REG -> MultiplyDivide::imulReg;
            case DIV -> MultiplyDivide::div;
            case IDIV -> MultiplyDivide::idiv;
            default -> null;
        };
    }

    /** The r/m operand zero-extended. */
    static long operand(Cpu c, Insn i) {
        return i.memory ? c.mmu.read(i.segment, c.ea(i), i.width) : c.rm(i) & i.mask;
    }

    private static void mul(Cpu c, Insn i) {
        long b = operand(c, i);
        long a = c.gpr[Cpu.RAX] & i.mask;
        long low = a * b;
        long high;
        if (i.width == 64) {
            high = Math.unsignedMultiplyHigh(a, b);
        } else {
            high = low >>> i.width;
            low &= i.mask;
        }
        store(c, i.width, low, high);
        boolean wide = high != 0;
        c.flags(low << i.shift >> i.shift, wide, wide, false);
    }

    private static void imul(Cpu c, Insn i) {
        long b = operand(c, i) << i.shift >> i.shift;
        long a = c.gpr[Cpu.RAX] << i.shift >> i.shift;
        long low = a * b;
        long high;
        boolean wide;
        if (i.width == 64) {
            high = Math.multiplyHigh(a, b);
            wide = high != low >> 63;
        } else {
            high = low >> i.width;
            wide = low << i.shift >> i.shift != low;
        }
        store(c, i.width, low & i.mask, high & i.mask);
        c.flags(low << i.shift >> i.shift, wide, wide, false);
    }

    private static void store(Cpu c, int width, long low, long high) {
        if (width == 8) {
            c.setGpr(Cpu.RAX, 16, low & 0xFF | high << 8);
        } else {
            c.setGpr(Cpu.RAX, width, low);
            c.setGpr(Cpu.RDX, width, high);
        }
    }

    /** Two operands: reg := reg * r/m. Three: reg := r/m * immediate. */
    private static void imulReg(Cpu c, Insn i) {
        c.setReg(i, multiply(c, i.immediateOperand ? i.imm : c.reg(i), operand(c, i), i.shift));
    }

    /**
     * The low half of the signed product, with flags. Operands may have anything above their width; {@code shift} is 64 minus the
     * width.
     */
    public static long multiply(Cpu c, long first, long second, int shift) {
        long a = first << shift >> shift;
        long b = second << shift >> shift;
        long low = a * b;
        long result = low << shift >> shift;
        boolean wide = shift == 0 ? Math.multiplyHigh(a, b) != low >> 63 : result != low;
        c.flags(result, wide, wide, false);
        return low;
    }

    private static void div(Cpu c, Insn i) {
        long d = operand(c, i);
        if (d == 0) {
            throw CpuFault.of(CpuFault.DE);
        }
        switch (i.width) {
            case 8 -> {
                long n = c.gpr(Cpu.RAX, 16);
                quotient8(c, n / d, n % d, n / d > 0xFF);
            }
            case 64 -> div128(c, c.gpr[Cpu.RDX], c.gpr[Cpu.RAX], d);
            default -> {
                long n = c.gpr(Cpu.RDX, i.width) << i.width | c.gpr(Cpu.RAX, i.width);
                long q = Long.divideUnsigned(n, d);
                if ((q & ~i.mask) != 0) {
                    throw CpuFault.of(CpuFault.DE);
                }
                store(c, i.width, q, Long.remainderUnsigned(n, d));
            }
        }
    }

    private static void quotient8(Cpu c, long q, long r, boolean overflow) {
        if (overflow) {
            throw CpuFault.of(CpuFault.DE);
        }
        c.setGpr(Cpu.RAX, 16, q & 0xFF | (r & 0xFF) << 8);
    }

    private static void div128(Cpu c, long high, long low, long d) {
        if (Long.compareUnsigned(high, d) >= 0) {
            throw CpuFault.of(CpuFault.DE);
        }
        long[] qr = divide(high, low, d);
        c.gpr[Cpu.RAX] = qr[0];
        c.gpr[Cpu.RDX] = qr[1];
    }

    /** Unsigned 128 by 64 bits; the quotient fits. */
    private static long[] divide(long high, long low, long d) {
        if (high == 0) {
            return new long[] {Long.divideUnsigned(low, d), Long.remainderUnsigned(low, d)};
        }
        long r = high;
        long q = low;
        for (int n = 0; n < 64; n++) {
            boolean top = r < 0;
            r = r << 1 | q >>> 63;
            q <<= 1;
            if (top || Long.compareUnsigned(r, d) >= 0) {
                r -= d;
                q |= 1;
            }
        }
        return new long[] {q, r};
    }

    private static void idiv(Cpu c, Insn i) {
        long d = operand(c, i) << i.shift >> i.shift;
        if (d == 0) {
            throw CpuFault.of(CpuFault.DE);
        }
        switch (i.width) {
            case 8 -> {
                long n = (short) c.gpr[Cpu.RAX];
                quotient8(c, n / d, n % d, (byte) (n / d) != n / d);
            }
            case 64 -> idiv128(c, d);
            default -> {
                long n = c.gpr(Cpu.RDX, i.width) << i.width | c.gpr(Cpu.RAX, i.width);
                n = n << 64 - 2 * i.width >> 64 - 2 * i.width;
                if (n == Long.MIN_VALUE && d == -1) {
                    throw CpuFault.of(CpuFault.DE);
                }
                long q = n / d;
                if (q << i.shift >> i.shift != q) {
                    throw CpuFault.of(CpuFault.DE);
                }
                store(c, i.width, q, n % d);
            }
        }
    }

    private static void idiv128(Cpu c, long d) {
        long high = c.gpr[Cpu.RDX];
        long low = c.gpr[Cpu.RAX];
        boolean negative = high < 0;
        if (negative) {
            low = -low;
            high = ~high + (low == 0 ? 1 : 0);
        }
        long magnitude = Math.abs(d);
        if (Long.compareUnsigned(high, magnitude) >= 0) {
            throw CpuFault.of(CpuFault.DE);
        }
        long[] qr = divide(high, low, magnitude);
        boolean negativeQuotient = negative != d < 0;
        long q = negativeQuotient ? -qr[0] : qr[0];
        if (qr[0] != 0 && q < 0 != negativeQuotient) {
            throw CpuFault.of(CpuFault.DE);
        }
        c.gpr[Cpu.RAX] = q;
        c.gpr[Cpu.RDX] = negative ? -qr[1] : qr[1];
    }
}
