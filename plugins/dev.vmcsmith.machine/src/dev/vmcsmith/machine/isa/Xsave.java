// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.FpuState;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.machine.cpu.Semantics;
import java.util.Arrays;

/**
 * The XSAVE family for x87 and SSE state (SDM "Managing State Using the XSAVE Feature Set"). A component is in use when it differs from its
 * initial configuration; XSAVEOPT, XSAVEC and XSAVES do not write one that is not.
 */
public final class Xsave {
    private static final int X87_STATE = 1, SSE = 2, AVX = 4;
    private static final int HEADER = 512, SIZE = 576;
    private static final int XSTATE_BV = HEADER, XCOMP_BV = HEADER + 8;
    private static final long COMPACT = 1L << 63;
    private static final int INITIAL_CONTROL = 0x37F, INITIAL_MXCSR = 0x1F80;

    private Xsave() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case XSAVE -> (c, i) -> save(c, i, false);
            case XSAVEOPT -> (c, i) -> save(c, i, true);
            case XSAVEC -> (c, i) -> saveCompact(c, i, c.xcr0);
            case XSAVES -> (c, i) -> {
                if (supervisor(c, i, Kind.XSAVES)) {
                    saveCompact(c, i, c.xcr0 | c.msr.xss);
                }
            };
            case XRSTOR -> (c, i) -> restore(c, i, c.xcr0, false);
            case XRSTORS -> (c, i) -> {
                if (supervisor(c, i, Kind.XRSTORS)) {
                    restore(c, i, c.xcr0 | c.msr.xss, true);
                }
            };
            default -> null;
        };
    }

    /** Checks XSAVES and XRSTORS; false when the instruction has caused a VM exit. */
    private static boolean supervisor(Cpu c, Insn i, Kind kind) {
        if ((c.cr4 & 1 << 18) == 0 || !c.intercepts.enabled(c, kind)) {
            throw CpuFault.ud();
        }
        Privilege.ring0(c);
        return !c.intercepts.instruction(c, kind, i, c.ea(i) + c.seg[i.segment].effectiveBase & c.linearMask);
    }

    /** CR4.OSXSAVE, CR0.TS and alignment; returns the offset of the area. */
    private static long area(Cpu c, Insn i) {
        if ((c.cr4 & 1 << 18) == 0) {
            throw CpuFault.ud();
        }
        if ((c.cr0 & 8) != 0) {
            throw CpuFault.of(CpuFault.NM);
        }
        return ExtendedState.aligned(c, i, 64);
    }

    /** RFBM: the components that EDX:EAX asks for and the operating system has enabled. */
    private static long requested(Cpu c, long enabled) {
        return (c.gpr(Cpu.RDX, 32) << 32 | c.gpr(Cpu.RAX, 32)) & enabled;
    }

    /** XINUSE. */
    static long inUse(Cpu c) {
        return (x87InUse(c.fpu) ? X87_STATE : 0) | (sseInUse(c) ? SSE : 0);
    }

    private static boolean x87InUse(FpuState f) {
        if (f.control != INITIAL_CONTROL || f.status != 0 || f.inUse != 0 || (f.opcode | f.instructionSelector | f.dataSelector) != 0
            || (f.instructionPointer | f.dataPointer) != 0) {
            return true;
        }
        for (int n = 0; n < 8; n++) {
            if (f.significand[n] != 0 || f.signExponent[n] != 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean sseInUse(Cpu c) {
        for (int n = 0; n < 2 * ExtendedState.xmmCount(c); n++) {
            if (c.vector.xmm[n] != 0) {
                return true;
            }
        }
        return false;
    }

    /** What goes to XSTATE_BV: SSE counts as in use also when MXCSR is not in its initial configuration. */
    private static long present(Cpu c, long requested) {
        long inUse = inUse(c) | (c.vector.mxcsr != INITIAL_MXCSR ? SSE : 0);
        return inUse & requested;
    }

    // --- saving ------------------------------------------------------------------------------------------------------------------------

    private static void save(Cpu c, Insn i, boolean optimized) {
        long at = area(c, i);
        long requested = requested(c, c.xcr0);
        c.mmu.probeWrite(i.segment, at, SIZE);
        long present = present(c, requested);
        components(c, i, at, optimized ? present : requested);
        if ((requested & (SSE | AVX)) != 0) {
            ExtendedState.saveMxcsr(c, i, at);
        }
        long others = c.mmu.read64(i.segment, at + XSTATE_BV) & ~requested;
        c.mmu.write64(i.segment, at + XSTATE_BV, others | present);
    }

    private static void saveCompact(Cpu c, Insn i, long enabled) {
        long at = area(c, i);
        long requested = requested(c, enabled);
        c.mmu.probeWrite(i.segment, at, SIZE);
        long present = present(c, requested);
        components(c, i, at, present);
        if ((present & SSE) != 0) {
            ExtendedState.saveMxcsr(c, i, at);
        }
        c.mmu.write64(i.segment, at + XSTATE_BV, present);
        c.mmu.write64(i.segment, at + XCOMP_BV, requested | COMPACT);
    }

    private static void components(Cpu c, Insn i, long at, long which) {
        if ((which & X87_STATE) != 0) {
            ExtendedState.saveX87(c, i, at);
        }
        if ((which & SSE) != 0) {
            ExtendedState.saveXmm(c, i, at);
        }
    }

    // --- restoring ---------------------------------------------------------------------------------------------------------------------

    private static void restore(Cpu c, Insn i, long enabled, boolean compactOnly) {
        long at = area(c, i);
        c.mmu.probeRead(i.segment, at, SIZE);
        long present = c.mmu.read64(i.segment, at + XSTATE_BV);
        long format = c.mmu.read64(i.segment, at + XCOMP_BV);
        boolean compact = format < 0;
        if (compact) {
            checkCompact(c, i, at, present, format & ~COMPACT, enabled);
        } else if (compactOnly || (present & ~enabled) != 0 || format != 0 || c.mmu.read64(i.segment, at + HEADER + 16) != 0) {
            throw CpuFault.gp();
        }
        long requested = requested(c, enabled);
        boolean loadsMxcsr = compact ? (requested & present & SSE) != 0 : (requested & (SSE | AVX)) != 0;
        if (loadsMxcsr) {
            ExtendedState.setMxcsr(c, (int) c.mmu.read32(i.segment, at + 24));
        } else if ((requested & SSE) != 0) {
            c.vector.mxcsr = INITIAL_MXCSR;
        }
        if ((requested & SSE) != 0) {
            if ((present & SSE) != 0) {
                ExtendedState.loadXmm(c, i, at);
            } else {
                Arrays.fill(c.vector.xmm, 0, 2 * ExtendedState.xmmCount(c), 0);
            }
        }
        if ((requested & X87_STATE) != 0) {
            if ((present & X87_STATE) != 0) {
                ExtendedState.loadX87(c, i, at);
            } else {
                c.fpu.init();
                Arrays.fill(c.fpu.significand, 0);
                Arrays.fill(c.fpu.signExponent, 0);
            }
        }
    }

    /** The header of the compacted format: no component that is not enabled, none without room in the area, the rest 0. */
    private static void checkCompact(Cpu c, Insn i, long at, long present, long room, long enabled) {
        boolean bad = !c.model.has(0xD, 1, 0, 1) || (room & ~enabled) != 0 || (present & ~room) != 0;
        for (int n = 16; n < 64; n += 8) {
            bad |= c.mmu.read64(i.segment, at + HEADER + n) != 0;
        }
        if (bad) {
            throw CpuFault.gp();
        }
    }
}
