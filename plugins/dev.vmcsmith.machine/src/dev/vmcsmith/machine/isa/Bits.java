// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** Bit test, bit scan, population count, BMI1, BMI2, ADX, CRC32. */
public final class Bits {
    private static final int TEST = 0, SET = 1, RESET = 2, COMPLEMENT = 3;

    private Bits() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case BT -> (c, i) -> bitTest(c, i, TEST);
            case BTS -> (c, i) -> bitTest(c, i, SET);
            case BTR -> (c, i) -> bitTest(c, i, RESET);
            case BTC -> (c, i) -> bitTest(c, i, COMPLEMENT);
            case BSF -> (c, i) -> scan(c, i, true);
            case BSR -> (c, i) -> scan(c, i, false);
            case POPCNT -> Bits::popcnt;
            case LZCNT -> Bits::lzcnt;
            case TZCNT -> Bits::tzcnt;
            case CRC32 -> Bits::crc32;
            case ANDN -> (c, i) -> {
                long r = ~vvvv(c, i) & operand(c, i);
                c.setReg(i, r);
                c.logicFlags(r << i.shift >> i.shift);
            };
            case BLSI -> (c, i) -> isolate(c, i, operand(c, i), 0);
            case BLSMSK -> (c, i) -> isolate(c, i, operand(c, i), 1);
            case BLSR -> (c, i) -> isolate(c, i, operand(c, i), 2);
            case BEXTR -> Bits::bextr;
            case BZHI -> Bits::bzhi;
            case PDEP -> (c, i) -> c.setReg(i, Long.expand(vvvv(c, i), operand(c, i)));
            case PEXT -> (c, i) -> c.setReg(i, Long.compress(vvvv(c, i), operand(c, i)));
            case RORX -> (c, i) -> {
                int n = (int) i.imm & i.width - 1;
                long v = operand(c, i);
                c.setReg(i, n == 0 ? v : v >>> n | v << i.width - n);
            };
            case SARX -> (c, i) -> c.setReg(i, operand(c, i) << i.shift >> i.shift >> (vvvv(c, i) & i.width - 1));
            case SHLX -> (c, i) -> c.setReg(i, operand(c, i) << (vvvv(c, i) & i.width - 1));
            case SHRX -> (c, i) -> c.setReg(i, operand(c, i) >>> (vvvv(c, i) & i.width - 1));
            case MULX -> Bits::mulx;
            case ADCX -> (c, i) -> addCarry(c, i, true);
            case ADOX -> (c, i) -> addCarry(c, i, false);
            default -> null;
        };
    }

    /** The r/m source zero-extended, in the width of the source. */
    private static long operand(Cpu c, Insn i) {
        return i.memory ? c.mmu.read(i.segment, c.ea(i), i.sourceWidth) : c.rm(i) & -1L >>> 64 - i.sourceWidth;
    }

    private static long vvvv(Cpu c, Insn i) {
        return c.gpr[i.decoded.vvvv] & i.mask;
    }

    private static void bitTest(Cpu c, Insn i, int what) {
        if (!i.memory) {
            int bit = (int) (i.immediateOperand ? i.imm : c.reg(i)) & i.width - 1;
            long v = c.rm(i);
            if (what != TEST) {
                c.setRm(i, change(v, bit, what));
            }
            c.setCf((v >>> bit & 1) != 0);
            return;
        }
        long at = c.ea(i);
        int bit;
        if (i.immediateOperand) {
            bit = (int) i.imm & i.width - 1;
        } else {
            long index = c.reg(i) << i.shift >> i.shift;
            bit = (int) index & i.width - 1;
            at = at + (index >> Integer.numberOfTrailingZeros(i.width)) * (i.width >> 3) & i.addressMask;
        }
        long v;
        if (what == TEST) {
            v = c.mmu.read(i.segment, at, i.width);
        } else {
            v = c.mmu.readForWrite(i.segment, at, i.width);
            c.mmu.finishWrite(i.width, change(v, bit, what));
        }
        c.setCf((v >>> bit & 1) != 0);
    }

    private static long change(long v, int bit, int what) {
        return switch (what) {
            case SET -> v | 1L << bit;
            case RESET -> v & ~(1L << bit);
            default -> v ^ 1L << bit;
        };
    }

    private static void scan(Cpu c, Insn i, boolean forward) {
        long v = operand(c, i);
        if (v == 0) {
            c.flags(0, false, false, false);
            return;
        }
        long n = forward ? Long.numberOfTrailingZeros(v) : 63 - Long.numberOfLeadingZeros(v);
        c.setReg(i, n);
        c.setStatusFlags((Long.bitCount(n) & 1) == 0 ? Cpu.PF : 0);
    }

    private static void popcnt(Cpu c, Insn i) {
        int n = Long.bitCount(operand(c, i));
        c.setReg(i, n);
        c.setStatusFlags(n == 0 ? Cpu.ZF : 0);
    }

    private static void lzcnt(Cpu c, Insn i) {
        long v = operand(c, i);
        int n = v == 0 ? i.width : Long.numberOfLeadingZeros(v) - i.shift;
        countFlags(c, n, n == i.width, i);
    }

    private static void tzcnt(Cpu c, Insn i) {
        long v = operand(c, i);
        int n = v == 0 ? i.width : Long.numberOfTrailingZeros(v);
        countFlags(c, n, n == i.width, i);
    }

    private static void countFlags(Cpu c, int n, boolean carry, Insn i) {
        c.setReg(i, n);
        c.setStatusFlags((n == 0 ? Cpu.ZF : 0) | (carry ? Cpu.CF : 0));
    }

    /** Destination in VEX.vvvv: BLSI, BLSMSK, BLSR. */
    private static void isolate(Cpu c, Insn i, long v, int what) {
        long r = switch (what) {
            case 0 -> v & -v;
            case 1 -> v ^ v - 1;
            default -> v & v - 1;
        } & i.mask;
        c.setGpr(i.decoded.vvvv, i.width, r);
        c.flags(r << i.shift >> i.shift, what == 0 ? v != 0 : v == 0, false, false);
    }

    private static void bextr(Cpu c, Insn i) {
        long control = vvvv(c, i);
        int start = (int) control & 0xFF;
        int length = (int) (control >>> 8) & 0xFF;
        long v = operand(c, i);
        long r = start >= i.width ? 0 : v >>> start;
        if (length < i.width) {
            r &= (1L << length) - 1;
        }
        c.setReg(i, r);
        c.setStatusFlags(r == 0 ? Cpu.ZF : 0);
    }

    private static void bzhi(Cpu c, Insn i) {
        int n = (int) vvvv(c, i) & 0xFF;
        long v = operand(c, i);
        long r = n < i.width ? v & (1L << n) - 1 : v;
        c.setReg(i, r);
        c.flags(r << i.shift >> i.shift, n >= i.width, false, false);
    }

    private static void mulx(Cpu c, Insn i) {
        long a = c.gpr(Cpu.RDX, i.width);
        long b = operand(c, i);
        long low = a * b;
        long high = i.width == 64 ? Math.unsignedMultiplyHigh(a, b) : low >>> 32;
        c.setGpr(i.decoded.vvvv, i.width, low);
        c.setReg(i, high);
    }

    private static void addCarry(Cpu c, Insn i, boolean useCf) {
        long a = c.reg(i) & i.mask;
        long b = operand(c, i);
        long sum = a + b + ((useCf ? c.cf() : c.of()) ? 1 : 0);
        boolean carry = ((a & b | (a | b) & ~sum) << i.shift) < 0;
        c.setReg(i, sum);
        if (useCf) {
            c.setCf(carry);
        } else {
            c.setOf(carry);
        }
    }

    private static void crc32(Cpu c, Insn i) {
        long v = operand(c, i);
        int crc = (int) c.reg(i);
        for (int k = 0; k < i.sourceWidth; k += 8) {
            crc ^= (int) (v >>> k) & 0xFF;
            for (int b = 0; b < 8; b++) {
                crc = crc >>> 1 ^ ((crc & 1) != 0 ? 0x82F63B78 : 0);
            }
        }
        c.setReg(i, crc & 0xFFFFFFFFL);
    }
}
