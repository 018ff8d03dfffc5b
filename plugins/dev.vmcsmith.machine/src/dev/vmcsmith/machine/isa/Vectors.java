// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.OperandKind.File;
import java.util.function.IntBinaryOperator;

/** Operands of MMX and SSE instructions, and lane-wise operations on 64-bit halves. */
final class Vectors {
    /** Works on one 64-bit half. */
    @FunctionalInterface
    interface Half {
        long apply(long destination, long source);
    }

    private Vectors() {
    }

    /** Reads the r/m source into {@code c.vector.low} and {@code high}; a 64-bit or smaller memory operand leaves high 0. */
    static void source(Cpu c, Insn i, int operand) {
        if (!i.memory) {
            if (i.decoded.kind(operand).file == File.MMX) {
                c.vector.low = c.fpu.significand[i.decoded.rm & 7];
                c.vector.high = 0;
            } else {
                c.vector.low = c.vector.xmm[2 * i.decoded.rm];
                c.vector.high = c.vector.xmm[2 * i.decoded.rm + 1];
            }
            return;
        }
        long at = c.ea(i);
        int width = i.decoded.width(operand);
        if (width < 128) {
            c.vector.low = c.mmu.read(i.segment, at, width);
            c.vector.high = 0;
            return;
        }
        aligned(c, i, at);
        if (c.alignmentChecked()) {
            loadAnywhere(c, i, at);
            return;
        }
        long low = c.mmu.read64(i.segment, at);
        c.vector.high = c.mmu.read64(i.segment, at + 8 & i.addressMask);
        c.vector.low = low;
    }

    /** An operand of 16 bytes is not checked for alignment, as processors have it since Nehalem. */
    private static void loadAnywhere(Cpu c, Insn i, long at) {
        c.mmu.anyAlignment = true;
        try {
            long low = c.mmu.read64(i.segment, at);
            c.vector.high = c.mmu.read64(i.segment, at + 8 & i.addressMask);
            c.vector.low = low;
        } finally {
            c.mmu.anyAlignment = false;
        }
    }

    /** #GP for a misaligned 16-byte operand of an instruction that demands alignment. */
    static void aligned(Cpu c, Insn i, long at) {
        if (i.decoded.form.has(InstructionForm.A_ALIGNED) && (at + c.seg[i.segment].effectiveBase & 15) != 0) {
            throw CpuFault.gp();
        }
    }

    /** Writes 16 bytes to memory, checked before the first is written. */
    static void store(Cpu c, Insn i, long low, long high) {
        long at = c.ea(i);
        aligned(c, i, at);
        c.mmu.probeWrite(i.segment, at, 16);
        c.mmu.anyAlignment = true;
        try {
            c.mmu.write64(i.segment, at, low);
            c.mmu.write64(i.segment, at + 8 & i.addressMask, high);
        } finally {
            c.mmu.anyAlignment = false;
        }
    }

    static boolean isMmx(Insn i) {
        return i.decoded.kind(0).file == File.MMX;
    }

    /** dst := op(dst, src) on each half, for MMX and XMM forms. */
    static void apply(Cpu c, Insn i, Half op) {
        source(c, i, 1);
        if (isMmx(i)) {
            int r = i.decoded.reg & 7;
            setMmx(c, r, op.apply(c.fpu.significand[r], c.vector.low));
            return;
        }
        long[] x = c.vector.xmm;
        int r = 2 * i.decoded.reg;
        x[r] = op.apply(x[r], c.vector.low);
        x[r + 1] = op.apply(x[r + 1], c.vector.high);
    }

    /** An MMX instruction marks all registers as in use and TOP as 0. */
    static void enterMmx(Cpu c) {
        c.fpu.setTop(0);
        c.fpu.inUse = 0xFF;
    }

    /** Writes an MMX register, and ones to the exponent of the x87 register that it is part of. */
    static void setMmx(Cpu c, int register, long v) {
        enterMmx(c);
        c.fpu.significand[register & 7] = v;
        c.fpu.signExponent[register & 7] = 0xFFFF;
    }

    static void setXmm(Cpu c, int register, long low, long high) {
        c.vector.xmm[2 * register] = low;
        c.vector.xmm[2 * register + 1] = high;
    }

    // --- lanes -------------------------------------------------------------------------------------------------------------------

    static long bytes(long a, long b, IntBinaryOperator op) {
        long r = 0;
        for (int n = 0; n < 64; n += 8) {
            r |= (op.applyAsInt((byte) (a >>> n), (byte) (b >>> n)) & 0xFFL) << n;
        }
        return r;
    }

    static long words(long a, long b, IntBinaryOperator op) {
        long r = 0;
        for (int n = 0; n < 64; n += 16) {
            r |= (op.applyAsInt((short) (a >>> n), (short) (b >>> n)) & 0xFFFFL) << n;
        }
        return r;
    }

    static long dwords(long a, long b, IntBinaryOperator op) {
        return op.applyAsInt((int) a, (int) b) & 0xFFFFFFFFL | (long) op.applyAsInt((int) (a >>> 32), (int) (b >>> 32)) << 32;
    }

    static int clamp(int v, int low, int high) {
        return Math.max(low, Math.min(high, v));
    }
}
