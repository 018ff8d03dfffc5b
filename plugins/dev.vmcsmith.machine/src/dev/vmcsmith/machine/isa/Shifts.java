// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.x86.insn.OperandKind;

/** Shifts and rotates. OF for counts above one, undefined in the SDM, is what processors give. */
public final class Shifts {
    /** Value (zero-extended) shifted by count (masked, not 0); sets flags. */
    private interface Shift {
        long apply(Cpu c, long value, int count, Insn i);
    }

    private Shifts() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case SHL -> bind(insn, (c, v, n, i) -> shl(c, v, n, i.shift));
            case SHR -> bind(insn, (c, v, n, i) -> shr(c, v, n, i.shift));
            case SAR -> bind(insn, (c, v, n, i) -> sar(c, v, n, i.shift));
            case ROL -> bind(insn, Shifts::rol);
            case ROR -> bind(insn, Shifts::ror);
            case RCL -> bind(insn, Shifts::rcl);
            case RCR -> bind(insn, Shifts::rcr);
            case SHLD -> doubleShift(insn, Shifts::shld);
            case SHRD -> doubleShift(insn, Shifts::shrd);
            default -> null;
        };
    }

    private static Semantics bind(Insn insn, Shift shift) {
        int mask = insn.width == 64 ? 63 : 31;
        OperandKind source = insn.decoded.kind(1);
        if (source == OperandKind.CL) {
            return (c, i) -> run(c, i, shift, (int) c.gpr[Cpu.RCX] & mask);
        }
        int count = fixedCount(insn);
        if (!insn.memory && count != 0) {
            return switch (insn.decoded.op()) {
                case SHL -> (c, i) -> c.setRm(i, shl(c, c.rm(i) & i.mask, count, i.shift));
                case SHR -> (c, i) -> c.setRm(i, shr(c, c.rm(i) & i.mask, count, i.shift));
                case SAR -> (c, i) -> c.setRm(i, sar(c, c.rm(i) & i.mask, count, i.shift));
                default -> (c, i) -> c.setRm(i, shift.apply(c, c.rm(i) & i.mask, count, i));
            };
        }
        return (c, i) -> run(c, i, shift, count);
    }

    /** The count of a shift or rotate by an immediate or by 1, masked; 0 when it is in CL too. */
    public static int fixedCount(Insn insn) {
        OperandKind source = insn.decoded.kind(1);
        return source == OperandKind.CL ? 0 : source == OperandKind.ONE ? 1 : (int) insn.imm & (insn.width == 64 ? 63 : 31);
    }

    private static Semantics doubleShift(Insn insn, Shift shift) {
        int mask = insn.width == 64 ? 63 : 31;
        if (insn.decoded.kind(2) == OperandKind.CL) {
            return (c, i) -> run(c, i, shift, (int) c.gpr[Cpu.RCX] & mask);
        }
        return (c, i) -> run(c, i, shift, (int) i.imm & mask);
    }

    private static void run(Cpu c, Insn i, Shift shift, int count) {
        if (i.memory) {
            long value = c.mmu.readForWrite(i.segment, c.ea(i), i.width);
            c.mmu.finishWrite(i.width, count == 0 ? value : shift.apply(c, value, count, i));
        } else {
            c.setRm(i, count == 0 ? c.rm(i) : shift.apply(c, c.rm(i) & i.mask, count, i));
        }
    }

    private static boolean sign(long value, Insn i) {
        return value << i.shift < 0;
    }

    public static long shl(Cpu c, long v, int n, int shift) {
        int width = 64 - shift;
        long r = v << n;
        boolean cf = n <= width && (v >>> width - n & 1) != 0;
        c.flags(r << shift >> shift, cf, r << shift < 0 != cf, false);
        return r;
    }

    public static long shr(Cpu c, long v, int n, int shift) {
        long r = v >>> n;
        boolean cf = (v >>> n - 1 & 1) != 0;
        c.flags(r << shift >> shift, cf, n == 1 && v << shift < 0, false);
        return r;
    }

    public static long sar(Cpu c, long v, int n, int shift) {
        long s = v << shift >> shift;
        long r = s >> n;
        c.flags(r, (s >> n - 1 & 1) != 0, false, false);
        return r;
    }

    private static long rol(Cpu c, long v, int count, Insn i) {
        int n = count % i.width;
        long r = n == 0 ? v : (v << n | v >>> i.width - n) & i.mask;
        boolean cf = (r & 1) != 0;
        c.setCf(cf);
        c.setOf(sign(r, i) != cf);
        return r;
    }

    private static long ror(Cpu c, long v, int count, Insn i) {
        int n = count % i.width;
        long r = n == 0 ? v : (v >>> n | v << i.width - n) & i.mask;
        c.setCf(sign(r, i));
        c.setOf(sign(r, i) != sign(r << 1, i));
        return r;
    }

    private static long rcl(Cpu c, long v, int count, Insn i) {
        int n = i.width < 32 ? count % (i.width + 1) : count;
        long r = v;
        boolean cf = c.cf();
        for (int k = 0; k < n; k++) {
            boolean out = sign(r, i);
            r = (r << 1 | (cf ? 1 : 0)) & i.mask;
            cf = out;
        }
        if (n != 0) {
            c.setCf(cf);
            c.setOf(sign(r, i) != cf);
        }
        return r;
    }

    private static long rcr(Cpu c, long v, int count, Insn i) {
        int n = i.width < 32 ? count % (i.width + 1) : count;
        long r = v;
        boolean cf = c.cf();
        for (int k = 0; k < n; k++) {
            boolean out = (r & 1) != 0;
            r = r >>> 1 | (cf ? 1L << i.width - 1 : 0);
            cf = out;
        }
        if (n != 0) {
            c.setCf(cf);
            c.setOf(sign(r, i) != sign(r << 1, i));
        }
        return r;
    }

    private static long shld(Cpu c, long v, int n, Insn i) {
        long filler = c.reg(i) & i.mask;
        long r;
        boolean cf;
        if (n <= i.width) {
            r = n == i.width ? filler : (v << n | filler >>> i.width - n) & i.mask;
            cf = (v >>> i.width - n & 1) != 0;
        } else {
            int m = n - 16;
            r = (filler << m | v >>> 16 - m) & 0xFFFF;
            cf = (filler >>> 16 - m & 1) != 0;
        }
        c.flags(r << i.shift >> i.shift, cf, sign(r, i) != sign(v, i), false);
        return r;
    }

    private static long shrd(Cpu c, long v, int n, Insn i) {
        long filler = c.reg(i) & i.mask;
        long r;
        boolean cf;
        if (n <= i.width) {
            r = n == i.width ? filler : (v >>> n | filler << i.width - n) & i.mask;
            cf = (v >>> n - 1 & 1) != 0;
        } else {
            int m = n - 16;
            r = (filler >>> m | v << 16 - m) & 0xFFFF;
            cf = (filler >>> m - 1 & 1) != 0;
        }
        c.flags(r << i.shift >> i.shift, cf, sign(r, i) != sign(r << 1, i), false);
        return r;
    }
}
