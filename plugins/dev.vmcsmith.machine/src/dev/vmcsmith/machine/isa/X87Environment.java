// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.FpuState;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** FLDCW, FLDENV, FNSTENV, FRSTOR, FNSAVE in their four formats (SDM "Saving the x87 FPU's State with FSTENV/FNSTENV and FSAVE/FNSAVE"). */
public final class X87Environment {
    private X87Environment() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case FLDCW -> (c, i) -> {
                X87.waiting(c);
                c.fpu.control = (int) c.mmu.read16(i.segment, c.ea(i)) & 0x1F7F | 0x40;
                summarize(c.fpu);
            };
            case FNSTENV -> (c, i) -> {
                c.mmu.probeWrite(i.segment, c.ea(i), size(i));
                storeEnvironment(c, i);
                c.fpu.control |= 0x3F;
                summarize(c.fpu);
            };
            case FLDENV -> (c, i) -> {
                X87.waiting(c);
                c.mmu.probeRead(i.segment, c.ea(i), size(i));
                loadEnvironment(c, i);
            };
            case FNSAVE -> X87Environment::save;
            case FRSTOR -> X87Environment::restore;
            default -> null;
        };
    }

    private static boolean wide(Insn i) {
        return i.decoded.operandSize != 16;
    }

    private static int size(Insn i) {
        return wide(i) ? 28 : 14;
    }

    /** ES and B follow the unmasked exception flags. */
    private static void summarize(FpuState f) {
        f.status = f.status & ~0x8080 | ((f.status & ~f.control & 0x3F) != 0 ? 0x8080 : 0);
    }

    private static void save(Cpu c, Insn i) {
        long at = c.ea(i);
        FpuState f = c.fpu;
        c.mmu.probeWrite(i.segment, at, size(i) + 80);
        storeEnvironment(c, i);
        c.mmu.anyAlignment = true;
        try {
            for (int n = 0; n < 8; n++) {
                long to = at + size(i) + 10 * n;
                int r = f.top() + n & 7;
                c.mmu.write64(i.segment, to & i.addressMask, f.significand[r]);
                c.mmu.write16(i.segment, to + 8 & i.addressMask, f.signExponent[r]);
            }
        } finally {
            c.mmu.anyAlignment = false;
        }
        f.init();
    }

    private static void restore(Cpu c, Insn i) {
        X87.waiting(c);
        long at = c.ea(i);
        FpuState f = c.fpu;
        c.mmu.probeRead(i.segment, at, size(i) + 80);
        loadEnvironment(c, i);
        c.mmu.anyAlignment = true;
        try {
            for (int n = 0; n < 8; n++) {
                long from = at + size(i) + 10 * n;
                int r = f.top() + n & 7;
                f.significand[r] = c.mmu.read64(i.segment, from & i.addressMask);
                f.signExponent[r] = (int) c.mmu.read16(i.segment, from + 8 & i.addressMask);
            }
        } finally {
            c.mmu.anyAlignment = false;
        }
    }

    /** Two bits per physical register: 0 valid, 1 zero, 2 special, 3 empty. */
    private static int tags(FpuState f) {
        int tags = 0;
        for (int r = 0; r < 8; r++) {
            int se = f.signExponent[r];
            long sig = f.significand[r];
            int tag = (f.inUse >> r & 1) == 0 ? 3 : ExtendedFloat.isZero(se, sig) ? 1
                : (se & 0x7FFF) == 0x7FFF || sig >= 0 || (se & 0x7FFF) == 0 ? 2 : 0;
            tags |= tag << 2 * r;
        }
        return tags;
    }

    private static void put(Cpu c, Insn i, int n, long value) {
        boolean wide = wide(i);
        long at = c.ea(i) + (wide ? 4 : 2) * n & i.addressMask;
        if (wide) {
            c.mmu.write32(i.segment, at, value);
        } else {
            c.mmu.write16(i.segment, at, value);
        }
    }

    private static long get(Cpu c, Insn i, int n) {
        boolean wide = wide(i);
        long at = c.ea(i) + (wide ? 4 : 2) * n & i.addressMask;
        return wide ? c.mmu.read32(i.segment, at) & 0xFFFFFFFFL : c.mmu.read16(i.segment, at) & 0xFFFF;
    }

    private static void storeEnvironment(Cpu c, Insn i) {
        FpuState f = c.fpu;
        boolean wide = wide(i);
        long ones = wide ? 0xFFFF0000L : 0;
        put(c, i, 0, f.control | ones);
        put(c, i, 1, f.status | ones);
        put(c, i, 2, tags(f) | ones);
        if (c.mode.isRealLike()) {
            long ip = f.instructionPointer + 16L * f.instructionSelector;
            long dp = f.dataPointer + 16L * f.dataSelector;
            put(c, i, 3, ip & 0xFFFF | ones);
            put(c, i, 4, (wide ? ip >>> 16 & 0xFFFF : ip >>> 16 & 15) << 12 | f.opcode & 0x7FF);
            put(c, i, 5, dp & 0xFFFF | ones);
            put(c, i, 6, (wide ? dp >>> 16 & 0xFFFF : dp >>> 16 & 15) << 12);
        } else {
            put(c, i, 3, f.instructionPointer);
            put(c, i, 4, f.instructionSelector & 0xFFFF | (wide ? (long) f.opcode << 16 : 0));
            put(c, i, 5, f.dataPointer);
            put(c, i, 6, f.dataSelector & 0xFFFF | ones);
        }
    }

    private static void loadEnvironment(Cpu c, Insn i) {
        FpuState f = c.fpu;
        f.control = (int) get(c, i, 0) & 0x1F7F | 0x40;
        f.status = (int) get(c, i, 1) & 0xFFFF;
        int tags = (int) get(c, i, 2);
        f.inUse = 0;
        for (int r = 0; r < 8; r++) {
            f.inUse |= (tags >> 2 * r & 3) == 3 ? 0 : 1 << r;
        }
        long ip = get(c, i, 3);
        long selector = get(c, i, 4);
        long dp = get(c, i, 5);
        long data = get(c, i, 6);
        if (c.mode.isRealLike()) {
            f.instructionPointer = ip & 0xFFFF | selector >>> 12 << 16;
            f.opcode = (int) selector & 0x7FF;
            f.dataPointer = dp & 0xFFFF | data >>> 12 << 16;
            f.instructionSelector = 0;
            f.dataSelector = 0;
        } else {
            f.instructionPointer = ip;
            f.instructionSelector = (int) selector & 0xFFFF;
            f.opcode = wide(i) ? (int) (selector >>> 16) & 0x7FF : 0;
            f.dataPointer = dp;
            f.dataSelector = (int) data & 0xFFFF;
        }
        summarize(f);
    }
}
