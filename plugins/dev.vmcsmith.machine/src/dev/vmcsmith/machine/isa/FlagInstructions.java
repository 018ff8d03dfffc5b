// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** CLC to STD, CLI, STI, LAHF, SAHF, CLAC, STAC. */
public final class FlagInstructions {
    private static final long LAHF_FLAGS = Cpu.CF | Cpu.PF | Cpu.AF | Cpu.ZF | Cpu.SF;

    private FlagInstructions() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case CLC -> (c, i) -> c.setCf(false);
            case STC -> (c, i) -> c.setCf(true);
            case CMC -> (c, i) -> c.setCf(!c.cf());
            case CLD -> (c, i) -> c.systemFlags &= ~Cpu.DF;
            case STD -> (c, i) -> c.systemFlags |= Cpu.DF;
            case CLI -> FlagInstructions::cli;
            case STI -> FlagInstructions::sti;
            case LAHF -> (c, i) -> c.gpr[Cpu.RAX] = c.gpr[Cpu.RAX] & ~0xFF00L | (c.statusFlags() & LAHF_FLAGS | 2) << 8;
            case SAHF -> (c, i) -> c.setStatusFlags(c.statusFlags() & Cpu.OF | c.gpr[Cpu.RAX] >>> 8 & LAHF_FLAGS);
            case CLAC -> (c, i) -> alignmentCheck(c, false);
            case STAC -> (c, i) -> alignmentCheck(c, true);
            default -> null;
        };
    }

    /** Whether CLI and STI act on VIF (1), on IF (0) or fault (-1). */
    private static int target(Cpu c) {
        if (c.mode == CpuMode.REAL || c.mode != CpuMode.VIRTUAL_8086 && c.cpl <= c.iopl()
            || c.mode == CpuMode.VIRTUAL_8086 && c.iopl() == 3) {
            return 0;
        }
        boolean virtual = c.mode == CpuMode.VIRTUAL_8086 ? (c.cr4 & 1) != 0 : c.cpl == 3 && (c.cr4 & 2) != 0;
        return virtual ? 1 : -1;
    }

    private static void cli(Cpu c, Insn i) {
        switch (target(c)) {
            case 0 -> c.systemFlags &= ~Cpu.IF;
            case 1 -> c.systemFlags &= ~Cpu.VIF;
            default -> throw CpuFault.gp();
        }
    }

    private static void sti(Cpu c, Insn i) {
        switch (target(c)) {
            case 0 -> {
                if (!c.flag(Cpu.IF)) {
                    c.systemFlags |= Cpu.IF;
                    c.shadow = 1;
                    c.shadowExpiring = false;
                    c.attention |= Attention.INTERRUPT | Attention.SHADOW;
                }
            }
            case 1 -> {
                if (c.flag(Cpu.VIP)) {
                    throw CpuFault.gp();
                }
                c.systemFlags |= Cpu.VIF;
            }
            default -> throw CpuFault.gp();
        }
    }

    private static void alignmentCheck(Cpu c, boolean on) {
        if ((c.cr4 & 1 << 21) == 0 && !c.model.has(7, 0, 1, 20) || c.cpl != 0) {
            throw CpuFault.ud();
        }
        c.systemFlags = on ? c.systemFlags | Cpu.AC : c.systemFlags & ~Cpu.AC;
        c.stateChanged();
    }
}
