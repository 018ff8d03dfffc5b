// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;

/** SYSCALL, SYSRET, SYSENTER, SYSEXIT, SWAPGS and the FS/GS base instructions. */
public final class SystemCalls {
    private static final int SCE = 1;
    private static final long FSGSBASE = 1 << 16;

    private SystemCalls() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case SYSCALL -> SystemCalls::syscall;
            case SYSRET -> SystemCalls::sysret;
            case SYSENTER -> SystemCalls::sysenter;
            case SYSEXIT -> SystemCalls::sysexit;
            case SWAPGS -> (c, i) -> {
                Privilege.ring0(c);
                long base = c.seg[Cpu.GS].base;
                c.seg[Cpu.GS].base = c.msr.kernelGsBase;
                c.msr.kernelGsBase = base;
                c.stateChanged();
            };
            case RDFSBASE -> (c, i) -> readBase(c, i, Cpu.FS);
            case RDGSBASE -> (c, i) -> readBase(c, i, Cpu.GS);
            case WRFSBASE -> (c, i) -> writeBase(c, i, Cpu.FS);
            case WRGSBASE -> (c, i) -> writeBase(c, i, Cpu.GS);
            default -> null;
        };
    }

    private static void readBase(Cpu c, Insn i, int segment) {
        if ((c.cr4 & FSGSBASE) == 0) {
            throw CpuFault.ud();
        }
        c.setRm(i, c.seg[segment].base);
    }

    private static void writeBase(Cpu c, Insn i, int segment) {
        if ((c.cr4 & FSGSBASE) == 0) {
            throw CpuFault.ud();
        }
        long base = c.rm(i) & i.mask;
        if (!Canonical.is(c, base)) {
            throw CpuFault.gp();
        }
        c.seg[segment].base = base;
        c.stateChanged();
    }

    private static void syscall(Cpu c, Insn i) {
        if ((c.efer & SCE) == 0 || c.mode != CpuMode.LONG_64) {
            throw CpuFault.ud();
        }
        long flags = c.rflags() & ~Cpu.RF;
        c.gpr[Cpu.RCX] = c.rip;
        c.gpr[11] = flags;
        c.rip = c.msr.lstar;
        int selector = (int) (c.msr.star >>> 32) & 0xFFFC;
        InterruptInstructions.flat(c.seg[Cpu.CS], selector, true, true, 0);
        InterruptInstructions.flat(c.seg[Cpu.SS], selector + 8, false, true, 0);
        c.setRflags(flags & ~c.msr.fmask);
        c.stateChanged();
    }

    private static void sysret(Cpu c, Insn i) {
        if ((c.efer & SCE) == 0 || c.mode != CpuMode.LONG_64) {
            throw CpuFault.ud();
        }
        Privilege.ring0(c);
        boolean to64 = i.decoded.operandSize == 64;
        if (to64 && !Canonical.is(c, c.gpr[Cpu.RCX])) {
            throw CpuFault.gp();
        }
        int selector = (int) (c.msr.star >>> 48);
        c.rip = to64 ? c.gpr[Cpu.RCX] : c.gpr(Cpu.RCX, 32);
        InterruptInstructions.flat(c.seg[Cpu.CS], (to64 ? selector + 16 : selector) | 3, true, to64, 3);
        InterruptInstructions.flat(c.seg[Cpu.SS], selector + 8 | 3, false, to64, 3);
        c.setRflags(c.gpr[11] & 0x3C7FD7 | 2);
        c.stateChanged();
    }

    private static void sysenter(Cpu c, Insn i) {
        if (c.mode == CpuMode.REAL || (c.msr.sysenterCs & 0xFFFC) == 0) {
            throw CpuFault.gp();
        }
        boolean wide = c.longModeActive();
        int selector = (int) c.msr.sysenterCs & 0xFFFC;
        c.systemFlags &= ~(Cpu.VM | Cpu.IF | Cpu.RF);
        c.rip = wide ? c.msr.sysenterEip : c.msr.sysenterEip & 0xFFFFFFFFL;
        c.gpr[Cpu.RSP] = wide ? c.msr.sysenterEsp : c.msr.sysenterEsp & 0xFFFFFFFFL;
        InterruptInstructions.flat(c.seg[Cpu.CS], selector, true, wide, 0);
        InterruptInstructions.flat(c.seg[Cpu.SS], selector + 8, false, wide, 0);
        c.stateChanged();
    }

    private static void sysexit(Cpu c, Insn i) {
        if (c.mode == CpuMode.REAL || (c.msr.sysenterCs & 0xFFFC) == 0) {
            throw CpuFault.gp();
        }
        Privilege.ring0(c);
        boolean to64 = i.decoded.operandSize == 64;
        if (to64 && (!Canonical.is(c, c.gpr[Cpu.RCX]) || !Canonical.is(c, c.gpr[Cpu.RDX]))) {
            throw CpuFault.gp();
        }
        int selector = (int) c.msr.sysenterCs & 0xFFFC;
        c.rip = to64 ? c.gpr[Cpu.RDX] : c.gpr(Cpu.RDX, 32);
        c.gpr[Cpu.RSP] = to64 ? c.gpr[Cpu.RCX] : c.gpr(Cpu.RCX, 32);
        InterruptInstructions.flat(c.seg[Cpu.CS], selector + (to64 ? 32 : 16) | 3, true, to64, 3);
        InterruptInstructions.flat(c.seg[Cpu.SS], selector + (to64 ? 40 : 24) | 3, false, to64, 3);
        c.stateChanged();
    }
}
