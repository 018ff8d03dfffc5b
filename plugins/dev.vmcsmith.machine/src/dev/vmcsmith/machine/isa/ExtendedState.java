// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.FpuState;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** FXSAVE, FXRSTOR, MXCSR, and the x87 control instructions; the parts of the 512-byte image that the XSAVE family has too. */
public final class ExtendedState {
    private static final int MXCSR_MASK = 0xFFFF;

    private ExtendedState() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case FXSAVE -> ExtendedState::fxsave;
            case FXRSTOR -> ExtendedState::fxrstor;
            case LDMXCSR -> (c, i) -> setMxcsr(c, (int) c.mmu.read32(i.segment, c.ea(i)));
            case STMXCSR -> (c, i) -> c.mmu.write32(i.segment, c.ea(i), c.vector.mxcsr);
            case EMMS -> (c, i) -> {
                c.fpu.setTop(0);
                c.fpu.inUse = 0;
            };
            case FNINIT -> (c, i) -> c.fpu.init();
            case FNCLEX -> (c, i) -> c.fpu.status &= 0x7F00;
            case FNSTCW -> (c, i) -> c.mmu.write16(i.segment, c.ea(i), c.fpu.control);
            case FNSTSW -> (c, i) -> {
                if (i.memory) {
                    c.mmu.write16(i.segment, c.ea(i), c.fpu.status);
                } else {
                    c.setGpr(Cpu.RAX, 16, c.fpu.status);
                }
            };
            case FNOP -> (c, i) -> X87.waiting(c);
            default -> null;
        };
    }

    static void setMxcsr(Cpu c, int value) {
        if ((value & ~MXCSR_MASK) != 0) {
            throw CpuFault.gp();
        }
        c.vector.mxcsr = value;
    }

    private static void requireFpu(Cpu c) {
        if ((c.cr0 & 0xC) != 0) {
            throw CpuFault.of(CpuFault.NM);
        }
    }

    static long aligned(Cpu c, Insn i, int to) {
        long at = c.ea(i);
        if ((at + c.seg[i.segment].effectiveBase & to - 1) != 0) {
            throw CpuFault.gp();
        }
        return at;
    }

    // --- the 512-byte image --------------------------------------------------------------------------------------------------------

    private static void fxsave(Cpu c, Insn i) {
        requireFpu(c);
        long at = aligned(c, i, 16);
        c.mmu.probeWrite(i.segment, at, 512);
        saveX87(c, i, at);
        saveMxcsr(c, i, at);
        saveXmm(c, i, at);
    }

    private static void fxrstor(Cpu c, Insn i) {
        requireFpu(c);
        long at = aligned(c, i, 16);
        c.mmu.probeRead(i.segment, at, 512);
        setMxcsr(c, (int) c.mmu.read32(i.segment, at + 24));
        loadX87(c, i, at);
        loadXmm(c, i, at);
    }

    static void saveX87(Cpu c, Insn i, long at) {
        FpuState f = c.fpu;
        boolean wide = i.decoded.operandSize == 64;
        c.mmu.write16(i.segment, at, f.control);
        c.mmu.write16(i.segment, at + 2, f.status);
        c.mmu.write16(i.segment, at + 4, f.inUse & 0xFF);
        c.mmu.write16(i.segment, at + 6, f.opcode);
        if (wide) {
            c.mmu.write64(i.segment, at + 8, f.instructionPointer);
            c.mmu.write64(i.segment, at + 16, f.dataPointer);
        } else {
            c.mmu.write64(i.segment, at + 8, f.instructionPointer & 0xFFFFFFFFL | (long) f.instructionSelector << 32);
            c.mmu.write64(i.segment, at + 16, f.dataPointer & 0xFFFFFFFFL | (long) f.dataSelector << 32);
        }
        for (int n = 0; n < 8; n++) {
            int r = f.top() + n & 7;
            c.mmu.write64(i.segment, at + 32 + 16 * n, f.significand[r]);
            c.mmu.write64(i.segment, at + 40 + 16 * n, f.signExponent[r] & 0xFFFFL);
        }
    }

    static void loadX87(Cpu c, Insn i, long at) {
        FpuState f = c.fpu;
        boolean wide = i.decoded.operandSize == 64;
        f.control = (int) c.mmu.read16(i.segment, at);
        f.status = (int) c.mmu.read16(i.segment, at + 2);
        f.inUse = (int) c.mmu.read8(i.segment, at + 4);
        f.opcode = (int) c.mmu.read16(i.segment, at + 6) & 0x7FF;
        long ip = c.mmu.read64(i.segment, at + 8);
        long dp = c.mmu.read64(i.segment, at + 16);
        f.instructionPointer = wide ? ip : ip & 0xFFFFFFFFL;
        f.instructionSelector = wide ? 0 : (int) (ip >>> 32) & 0xFFFF;
        f.dataPointer = wide ? dp : dp & 0xFFFFFFFFL;
        f.dataSelector = wide ? 0 : (int) (dp >>> 32) & 0xFFFF;
        for (int n = 0; n < 8; n++) {
            int r = f.top() + n & 7;
            f.significand[r] = c.mmu.read64(i.segment, at + 32 + 16 * n);
            f.signExponent[r] = (int) c.mmu.read16(i.segment, at + 40 + 16 * n);
        }
    }

    static void saveMxcsr(Cpu c, Insn i, long at) {
        c.mmu.write32(i.segment, at + 24, c.vector.mxcsr);
        c.mmu.write32(i.segment, at + 28, MXCSR_MASK);
    }

    static int xmmCount(Cpu c) {
        return c.mode == CpuMode.LONG_64 ? 16 : 8;
    }

    static void saveXmm(Cpu c, Insn i, long at) {
        for (int n = 0; n < 2 * xmmCount(c); n++) {
            c.mmu.write64(i.segment, at + 160 + 8 * n, c.vector.xmm[n]);
        }
    }

    static void loadXmm(Cpu c, Insn i, long at) {
        for (int n = 0; n < 2 * xmmCount(c); n++) {
            c.vector.xmm[n] = c.mmu.read64(i.segment, at + 160 + 8 * n);
        }
    }
}
