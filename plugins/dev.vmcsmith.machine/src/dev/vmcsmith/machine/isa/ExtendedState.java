// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.FpuState;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.machine.cpu.Semantics;

/** FXSAVE, FXRSTOR, the XSAVE family for x87 and SSE state, MXCSR, and the x87 control instructions. */
public final class ExtendedState {
    private static final int MXCSR_MASK = 0xFFFF;
    private static final int X87_STATE = 1, SSE = 2;

    private ExtendedState() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case FXSAVE -> ExtendedState::fxsave;
            case FXRSTOR -> ExtendedState::fxrstor;
            case LDMXCSR -> (c, i) -> setMxcsr(c, (int) c.mmu.read32(i.segment, c.ea(i)));
            case STMXCSR -> (c, i) -> c.mmu.write32(i.segment, c.ea(i), c.vector.mxcsr);
            case XSAVE, XSAVEOPT -> (c, i) -> xsave(c, i, c.xcr0, false);
            case XSAVEC -> (c, i) -> xsave(c, i, c.xcr0, true);
            case XSAVES -> (c, i) -> {
                if (!c.intercepts.enabled(c, Kind.XSAVES)) {
                    throw CpuFault.ud();
                }
                Privilege.ring0(c);
                if (!c.intercepts.instruction(c, Kind.XSAVES, i, address(c, i))) {
                    xsave(c, i, c.xcr0, true);
                }
            };
            case XRSTOR -> ExtendedState::xrstor;
            case XRSTORS -> (c, i) -> {
                if (!c.intercepts.enabled(c, Kind.XRSTORS)) {
                    throw CpuFault.ud();
                }
                Privilege.ring0(c);
                if (!c.intercepts.instruction(c, Kind.XRSTORS, i, address(c, i))) {
                    xrstor(c, i);
                }
            };
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

    private static long address(Cpu c, Insn i) {
        return c.ea(i) + c.seg[i.segment].effectiveBase & c.linearMask;
    }

    private static void setMxcsr(Cpu c, int value) {
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

    private static long aligned(Cpu c, Insn i, int to) {
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

    private static void saveX87(Cpu c, Insn i, long at) {
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

    private static void loadX87(Cpu c, Insn i, long at) {
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

    private static void saveMxcsr(Cpu c, Insn i, long at) {
        c.mmu.write32(i.segment, at + 24, c.vector.mxcsr);
        c.mmu.write32(i.segment, at + 28, MXCSR_MASK);
    }

    private static int xmmCount(Cpu c) {
        return c.mode == CpuMode.LONG_64 ? 16 : 8;
    }

    private static void saveXmm(Cpu c, Insn i, long at) {
        for (int n = 0; n < 2 * xmmCount(c); n++) {
            c.mmu.write64(i.segment, at + 160 + 8 * n, c.vector.xmm[n]);
        }
    }

    private static void loadXmm(Cpu c, Insn i, long at) {
        for (int n = 0; n < 2 * xmmCount(c); n++) {
            c.vector.xmm[n] = c.mmu.read64(i.segment, at + 160 + 8 * n);
        }
    }

    // --- XSAVE -------------------------------------------------------------------------------------------------------------------------

    private static long requested(Cpu c, long enabled) {
        return (c.gpr(Cpu.RDX, 32) << 32 | c.gpr(Cpu.RAX, 32)) & enabled;
    }

    private static void requireXsave(Cpu c) {
        if ((c.cr4 & 1 << 18) == 0) {
            throw CpuFault.ud();
        }
        if ((c.cr0 & 8) != 0) {
            throw CpuFault.of(CpuFault.NM);
        }
    }

    private static void xsave(Cpu c, Insn i, long enabled, boolean compact) {
        requireXsave(c);
        long at = aligned(c, i, 64);
        long set = requested(c, enabled);
        c.mmu.probeWrite(i.segment, at, 576);
        if ((set & X87_STATE) != 0) {
            saveX87(c, i, at);
        }
        if ((set & SSE) != 0) {
            saveMxcsr(c, i, at);
            saveXmm(c, i, at);
        }
        long old = compact ? 0 : c.mmu.read64(i.segment, at + 512) & ~set;
        c.mmu.write64(i.segment, at + 512, old | set);
        if (compact) {
            c.mmu.write64(i.segment, at + 520, set | 1L << 63);
        }
    }

    private static void xrstor(Cpu c, Insn i) {
        requireXsave(c);
        long at = aligned(c, i, 64);
        c.mmu.probeRead(i.segment, at, 576);
        long present = c.mmu.read64(i.segment, at + 512);
        long compact = c.mmu.read64(i.segment, at + 520);
        boolean bad = compact < 0 ? (present & ~compact) != 0 || (compact & Long.MAX_VALUE & ~c.xcr0) != 0 : (present & ~c.xcr0) != 0 || compact != 0;
        if (bad || c.mmu.read64(i.segment, at + 528) != 0) {
            throw CpuFault.gp();
        }
        long set = requested(c, c.xcr0);
        if ((set & SSE) != 0) {
            setMxcsr(c, (int) c.mmu.read32(i.segment, at + 24));
            if ((present & SSE) != 0) {
                loadXmm(c, i, at);
            } else {
                java.util.Arrays.fill(c.vector.xmm, 0, 2 * xmmCount(c), 0);
            }
        }
        if ((set & X87_STATE) != 0) {
            if ((present & X87_STATE) != 0) {
                loadX87(c, i, at);
            } else {
                c.fpu.init();
                java.util.Arrays.fill(c.fpu.significand, 0);
                java.util.Arrays.fill(c.fpu.signExponent, 0);
            }
        }
    }
}
