// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.LocalApicPort;
import dev.vmcsmith.machine.cpu.ModelRegisters;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.x86.insn.Op;

/**
 * RDMSR, WRMSR and the registers behind them. {@link #read} and {@link #write} are also what VM-entry and VM-exit MSR lists use;
 * they throw #GP for what is not there or not allowed.
 */
public final class Msrs {
    private static final int TSC = 0x10, APIC_BASE = 0x1B, FEATURE_CONTROL = 0x3A, TSC_ADJUST = 0x3B, BIOS_UPDT = 0x79, BIOS_SIGN = 0x8B,
        MTRRCAP = 0xFE, SYSENTER_CS = 0x174, SYSENTER_ESP = 0x175, SYSENTER_EIP = 0x176, MCG_CAP = 0x179, MCG_STATUS = 0x17A,
        MISC_ENABLE = 0x1A0, POWER_CTL = 0x1FC, DEBUGCTL = 0x1D9, PAT = 0x277, MTRR_DEF = 0x2FF, TSC_DEADLINE = 0x6E0, XSS = 0xDA0, SPEC_CTRL = 0x48,
        UMWAIT_CONTROL = 0xE1, PKG_CST_CONFIG = 0xE2, MISC_FEATURES = 0x140, PERF_GLOBAL_CTRL = 0x38F, PKRS = 0x6E1;
    /** No C-state is deeper than C1, and that cannot be changed. */
    private static final long CONFIGURATION_LOCKED = 1 << 15;
    /** Orders reads of MSRs in lists. */
    private static final int BARRIER = 0x2F;
    private static final int CPUID_ECX = 2, WAITPKG = 5, PKS = 31, MSRLIST = 27;
    private static final int EFER = 0xC0000080, STAR = 0xC0000081, LSTAR = 0xC0000082, CSTAR = 0xC0000083, FMASK = 0xC0000084,
        FS_BASE = 0xC0000100, GS_BASE = 0xC0000101, KERNEL_GS_BASE = 0xC0000102, TSC_AUX = 0xC0000103;
    /** IBRS, STIBP, SSBD. */
    private static final long SPEC_CTRL_BITS = 7;
    private static final long LME = 0x100, LMA = 0x400;

    private Msrs() {
    }

    public static Semantics bind(Insn insn) {
        Op op = insn.decoded.op();
        if (op == Op.RDMSR) {
            return Msrs::rdmsr;
        }
        return op == Op.WRMSR || op == Op.WRMSRNS ? Msrs::wrmsr : null;
    }

    private static void rdmsr(Cpu c, Insn i) {
        Privilege.ring0(c);
        int msr = (int) c.gpr[Cpu.RCX];
        if (c.intercepts.rdmsr(c, msr, i) || msr >>> 8 == 8 && c.intercepts.readVirtualApicMsr(c, msr)) {
            return;
        }
        long v = visible(c, msr);
        c.setGpr(Cpu.RAX, 32, v);
        c.setGpr(Cpu.RDX, 32, v >>> 32);
    }

    private static void wrmsr(Cpu c, Insn i) {
        Privilege.ring0(c);
        int msr = (int) c.gpr[Cpu.RCX];
        long v = c.gpr(Cpu.RDX, 32) << 32 | c.gpr(Cpu.RAX, 32);
        if (c.intercepts.wrmsr(c, msr, v, i) || msr >>> 8 == 8 && c.intercepts.writeVirtualApicMsr(c, msr, v)) {
            return;
        }
        writeVisible(c, msr, v);
    }

    /** What software reads, which may differ from the register in VMX non-root operation. */
    static long visible(Cpu c, int msr) {
        return switch (msr) {
            case TSC -> c.intercepts.tsc(c, SystemControl.hostTsc(c));
            case SPEC_CTRL -> c.intercepts.visibleSpecCtrl(c, read(c, msr));
            default -> read(c, msr);
        };
    }

    static void writeVisible(Cpu c, int msr, long v) {
        write(c, msr, msr == SPEC_CTRL ? c.intercepts.effectiveSpecCtrl(c, v) : v);
    }

    /** The value of an MSR; throws #GP(0) when there is no such register. */
    public static long read(Cpu c, int msr) {
        ModelRegisters m = c.msr;
        LocalApicPort apic = c.platform.apic(c);
        if (msr >= 0x480 && msr <= 0x493) {
            Long v = c.model.capability(msr);
            if (v == null) {
                throw CpuFault.gp();
            }
            return v;
        }
        if (msr >= 0x200 && msr <= 0x213) {
            return m.mtrrVariable[msr - 0x200];
        }
        int fixed = fixedMtrr(msr);
        if (fixed >= 0) {
            return m.mtrrFixed[fixed];
        }
        if (msr >>> 8 == 8) {
            if (apic == null || !apic.x2apic()) {
                throw CpuFault.gp();
            }
            return apic.readMsr(msr);
        }
        return switch (msr) {
            case TSC -> SystemControl.hostTsc(c);
            case BARRIER -> {
                require(c.model.has(7, 1, 0, MSRLIST));
                yield 0;
            }
            case APIC_BASE -> m.apicBase;
            case FEATURE_CONTROL -> m.featureControl;
            case TSC_ADJUST -> m.tscAdjust;
            case BIOS_SIGN -> m.biosSignature;
            case MTRRCAP -> 0x50A;
            case SYSENTER_CS -> m.sysenterCs;
            case SYSENTER_ESP -> m.sysenterEsp;
            case SYSENTER_EIP -> m.sysenterEip;
            case MCG_CAP, MCG_STATUS, MISC_FEATURES, 0x17, 0xCE, 0x35, 0x198, 0x1C9, 0x34, 0x606, 0x611, 0x619, 0x639, 0x641, 0x33 -> 0;
            case PKG_CST_CONFIG -> CONFIGURATION_LOCKED;
            case MISC_ENABLE -> m.miscEnable;
            case POWER_CTL -> m.powerControl;
            case DEBUGCTL -> m.debugctl;
            case PAT -> m.pat;
            case MTRR_DEF -> m.mtrrDefType;
            case TSC_DEADLINE -> apic == null ? 0 : apic.tscDeadline();
            case XSS -> m.xss;
            case SPEC_CTRL -> {
                requireSpeculationControl(c);
                yield m.spec;
            }
            case UMWAIT_CONTROL -> {
                require(c.model.has(7, 0, CPUID_ECX, WAITPKG));
                yield m.umwaitControl & 0xFFFFFFFFL;
            }
            case PERF_GLOBAL_CTRL -> {
                require(c.model.perfGlobalCtrlMask() != 0);
                yield m.perfGlobalCtrl;
            }
            case PKRS -> {
                require(c.model.has(7, 0, CPUID_ECX, PKS));
                yield m.pkrs & 0xFFFFFFFFL;
            }
            case 0xD90 -> m.bndcfgs;
            case EFER -> c.efer;
            case STAR -> m.star;
            case LSTAR -> m.lstar;
            case CSTAR -> m.cstar;
            case FMASK -> m.fmask;
            case FS_BASE -> c.seg[Cpu.FS].base;
            case GS_BASE -> c.seg[Cpu.GS].base;
            case KERNEL_GS_BASE -> m.kernelGsBase;
            case TSC_AUX -> m.tscAux & 0xFFFFFFFFL;
            default -> throw CpuFault.gp();
        };
    }

    /** Writes an MSR with the checks of WRMSR (privilege and interception aside). */
    public static void write(Cpu c, int msr, long v) {
        ModelRegisters m = c.msr;
        LocalApicPort apic = c.platform.apic(c);
        if (msr >= 0x200 && msr <= 0x213) {
            m.mtrrVariable[msr - 0x200] = v;
            return;
        }
        int fixed = fixedMtrr(msr);
        if (fixed >= 0) {
            m.mtrrFixed[fixed] = v;
            return;
        }
        if (msr >>> 8 == 8) {
            if (apic == null || !apic.x2apic()) {
                throw CpuFault.gp();
            }
            apic.writeMsr(msr, v);
            return;
        }
        switch (msr) {
            case TSC -> {
                long delta = v - SystemControl.hostTsc(c);
                m.tscOffset += delta;
                m.tscAdjust += delta;
            }
            case TSC_ADJUST -> {
                m.tscOffset += v - m.tscAdjust;
                m.tscAdjust = v;
            }
            case APIC_BASE -> apicBase(c, v, apic);
            case FEATURE_CONTROL -> {
                if ((m.featureControl & 1) != 0 || (v & ~0xFFFFFL) != 0) {
                    throw CpuFault.gp();
                }
                m.featureControl = v;
            }
            case 0x49, 0x10B -> requireSpeculationControl(c);
            case BIOS_UPDT, MCG_STATUS -> { }
            case MISC_FEATURES -> require(v == 0);
            case BIOS_SIGN -> m.biosSignature = v;
            case SYSENTER_CS -> m.sysenterCs = v & 0xFFFFFFFFL;
            case SYSENTER_ESP -> m.sysenterEsp = canonical(c, v);
            case SYSENTER_EIP -> m.sysenterEip = canonical(c, v);
            case MISC_ENABLE -> m.miscEnable = v;
            case POWER_CTL -> m.powerControl = v;
            case DEBUGCTL -> {
                if ((v & ~0xDFC3L) != 0) {
                    throw CpuFault.gp();
                }
                m.debugctl = v;
            }
            case PAT -> {
                checkPat(v);
                m.pat = v;
            }
            case MTRR_DEF -> m.mtrrDefType = v;
            case TSC_DEADLINE -> {
                if (apic != null) {
                    apic.setTscDeadline(v);
                }
            }
            case XSS -> {
                if ((v & ~0x100L) != 0) {
                    throw CpuFault.gp();
                }
                m.xss = v;
            }
            case SPEC_CTRL -> {
                requireSpeculationControl(c);
                require((v & ~SPEC_CTRL_BITS) == 0);
                m.spec = v;
            }
            case BARRIER -> require(c.model.has(7, 1, 0, MSRLIST) && v == 0);
            case UMWAIT_CONTROL -> {
                require(c.model.has(7, 0, CPUID_ECX, WAITPKG) && (v & ~0xFFFF_FFFDL) == 0);
                m.umwaitControl = (int) v;
            }
            case PERF_GLOBAL_CTRL -> {
                require((v & ~c.model.perfGlobalCtrlMask()) == 0 && c.model.perfGlobalCtrlMask() != 0);
                m.perfGlobalCtrl = v;
            }
            case PKRS -> {
                require(c.model.has(7, 0, CPUID_ECX, PKS) && v >>> 32 == 0);
                m.pkrs = (int) v;
                c.stateChanged();
            }
            case 0xD90 -> m.bndcfgs = v;
            case EFER -> efer(c, v);
            case STAR -> m.star = v;
            case LSTAR -> m.lstar = canonical(c, v);
            case CSTAR -> m.cstar = canonical(c, v);
            case FMASK -> m.fmask = v & 0xFFFFFFFFL;
            case FS_BASE -> {
                c.seg[Cpu.FS].base = canonical(c, v);
                c.stateChanged();
            }
            case GS_BASE -> {
                c.seg[Cpu.GS].base = canonical(c, v);
                c.stateChanged();
            }
            case KERNEL_GS_BASE -> m.kernelGsBase = canonical(c, v);
            case TSC_AUX -> m.tscAux = (int) v;
            default -> throw CpuFault.gp();
        }
    }

    private static void require(boolean legal) {
        if (!legal) {
            throw CpuFault.gp();
        }
    }

    /** IA32_SPEC_CTRL, IA32_PRED_CMD and IA32_FLUSH_CMD exist when CPUID.7:EDX says so. */
    private static void requireSpeculationControl(Cpu c) {
        if (!c.model.has(7, 0, 3, 26)) {
            throw CpuFault.gp();
        }
    }

    private static long canonical(Cpu c, long v) {
        if (!Canonical.isForMsr(c, v)) {
            throw CpuFault.gp();
        }
        return v;
    }

    private static void efer(Cpu c, long v) {
        if ((v & ~c.model.eferMask() & ~LMA) != 0 || ((v ^ c.efer) & LME) != 0 && c.pagingEnabled()) {
            throw CpuFault.gp();
        }
        c.efer = v & ~LMA | c.efer & LMA;
        c.stateChanged();
    }

    private static void apicBase(Cpu c, long v, LocalApicPort apic) {
        long old = c.msr.apicBase;
        boolean x2Allowed = c.model.has(1, 0, 2, 21);
        int enable = (int) (v >>> 10) & 3;
        int was = (int) (old >>> 10) & 3;
        boolean bad = (v & (0x2FF | -1L << c.model.physicalAddressBits())) != 0 || enable == 1 || enable == 3 && (!x2Allowed || was == 0)
            || was == 3 && enable == 2;
        if (bad) {
            throw CpuFault.gp();
        }
        c.msr.apicBase = v & ~0x100L | old & 0x100;
        if (apic != null) {
            apic.baseChanged(c.msr.apicBase);
        }
        c.attention |= Attention.INTERRUPT;
    }

    /** Throws #GP when one of the eight types is reserved. */
    public static void checkPat(long v) {
        for (int n = 0; n < 64; n += 8) {
            long type = v >>> n & 0xFF;
            if (type > 7 || type == 2 || type == 3) {
                throw CpuFault.gp();
            }
        }
    }

    private static int fixedMtrr(int msr) {
        return switch (msr) {
            case 0x250 -> 0;
            case 0x258 -> 1;
            case 0x259 -> 2;
            default -> msr >= 0x268 && msr <= 0x26F ? msr - 0x268 + 3 : -1;
        };
    }
}
