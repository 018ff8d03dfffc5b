// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import dev.vmcsmith.vmx.CpuidTable;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Cr0;
import dev.vmcsmith.x86.Cr4;
import dev.vmcsmith.x86.Efer;
import dev.vmcsmith.x86.Msr;

/** Reserved bits of the MSRs that VM entry loads or checks, as far as CPUID decides them. */
final class MsrMasks {
    /** IA32_DEBUGCTL: LBR, BTF, bus-lock detect, TR, BTS, BTINT, BTS_OFF_OS, BTS_OFF_USR, freezes, uncore PMI, RTM. */
    private static final long DEBUGCTL_DEFINED = 0xFFC7;
    private static final long DEBUGCTL_BUS_LOCK = 1 << 2;
    private static final long DEBUGCTL_RTM = 1 << 15;
    static final long DEBUGCTL_BTF = 1 << 1;

    /** IA32_S_CET: bits 9:6. */
    static final long S_CET_RESERVED = 0x3C0;
    static final long S_CET_SUPPRESS = 1 << 10;
    static final long S_CET_TRACKER = 1 << 11;

    /** IA32_BNDCFGS: bits 11:2. */
    static final long BNDCFGS_RESERVED = 0xFFC;

    /** IA32_PKRS: bits 63:32. */
    static final long PKRS_RESERVED = -1L << 32;

    /** IA32_SPEC_CTRL: IBRS, STIBP, SSBD, IPRED_DIS_U/S, RRSBA_DIS_U/S, PSFD, DDPD_U, BHI_DIS_S are defined. */
    static final long SPEC_CTRL_RESERVED = ~0x5FFL;

    /** IA32_LBR_CTL: LBREn, OS, USR, CALL_STACK and bits 22:16 are defined. */
    static final long LBR_CTL_RESERVED = ~0x7F_000FL;

    /** IA32_FRED_CONFIG: bits 2, 5:4 and 11. */
    static final long FRED_CONFIG_RESERVED = 0x834;
    static final long FRED_RSP_RESERVED = 0x3F;
    static final long FRED_SSP_RESERVED = 7;

    /** IA32_RTIT_CTL: bits 63:57, 54:48, 30:28, 23 and 18. */
    static final long RTIT_CTL_RESERVED = ~(0x000F_FFFFL & ~(1L << 18) | 0xFL << 19 | 0xFL << 24 | 0xFFFFL << 32 | 3L << 55 | 1L << 31);

    /** Reserved bits that rules for host and guest share. */
    static final Checks.Mask EFER = MsrMasks::eferReserved;
    static final Checks.Mask PERF_GLOBAL = MsrMasks::perfGlobalReserved;
    static final Checks.Mask CR3 = MsrMasks::beyondCr3;

    private MsrMasks() {
    }

    /** The bits of a control register that a fixed-bits MSR wants to be 1, less those that are not checked. */
    static Checks.Mask required(VmcsField register, int fixed0, long unchecked) {
        return context -> fixed0(context, register, fixed0) & ~unchecked;
    }

    /**
     * The bits that have to be 1. When the MSR is not known, every processor so far wants PE, NE and PG in CR0 and VMXE in CR4: a
     * register that lacks one of these is wrong anyhow; of any other it is not known.
     */
    static long fixed0(EntryContext context, VmcsField register, int fixed0) {
        if (context.capabilities().known(fixed0)) {
            return context.msr(fixed0);
        }
        long always = fixed0 == Msr.IA32_VMX_CR0_FIXED0 ? Cr0.PE | Cr0.NE | Cr0.PG : Cr4.VMXE;
        if (context.known(register) && (~context.vmcs().value(register) & always) != 0) {
            return always;
        }
        return context.msr(fixed0);
    }

    /** The bits that a fixed-bits MSR wants to be 0, less those that are not checked. */
    static Checks.Mask forbidden(int fixed1, long unchecked) {
        return context -> ~context.msr(fixed1) & ~unchecked;
    }

    /** Bits of IA32_DEBUGCTL that no processor has, and those that this one has not. */
    static long debugctlReserved(EntryContext context) {
        CpuidTable cpuid = context.capabilities().cpuid();
        long reserved = ~DEBUGCTL_DEFINED;
        if (cpuid.has(7, 0)) {
            if ((cpuid.ecx(7, 0) >>> 24 & 1) == 0) {
                reserved |= DEBUGCTL_BUS_LOCK;
            }
            if ((cpuid.ebx(7, 0) >>> 11 & 1) == 0) {
                reserved |= DEBUGCTL_RTM;
            }
        }
        return reserved;
    }

    /** Bits of IA32_PERF_GLOBAL_CTRL without a counter; those that no processor has where CPUID leaf 0AH is not known. */
    static long perfGlobalReserved(EntryContext context) {
        CpuidTable cpuid = context.capabilities().cpuid();
        if (!cpuid.has(0xA, 0)) {
            return cpuid.leaves().isEmpty() ? 0xFFFE_0000_0000_0000L : -1L;
        }
        int version = cpuid.eax(0xA, 0) & 0xFF;
        int general = cpuid.eax(0xA, 0) >>> 8 & 0xFF;
        int fixed = cpuid.edx(0xA, 0) & 0x1F;
        long defined = (general >= 32 ? 0xFFFF_FFFFL : (1L << general) - 1);
        if (version > 1) {
            defined |= (1L << fixed) - 1 << 32;
        }
        if (version >= 5) {
            defined |= (cpuid.ecx(0xA, 0) & 0xFFFFL) << 32;
        }
        // IA32_PERF_CAPABILITIES[15] (PERF_METRICS) is not in CPUID: bit 48 is taken as defined from version 5 on.
        return ~(version >= 5 ? defined | 1L << 48 : defined);
    }

    /** Bits of IA32_EFER that this processor has not. */
    static long eferReserved(EntryContext context) {
        CpuidTable cpuid = context.capabilities().cpuid();
        long reserved = ~Efer.DEFINED;
        if (cpuid.has(0x8000_0001, 0)) {
            int features = cpuid.edx(0x8000_0001, 0);
            if ((features >>> 20 & 1) == 0) {
                reserved |= Efer.NXE;
            }
            if ((features >>> 29 & 1) == 0) {
                reserved |= Efer.LME | Efer.LMA | Efer.SCE;
            }
        }
        return reserved;
    }

    /** Bits that have to be 0 in CR3. */
    static long beyondCr3(EntryContext context) {
        int width = context.capabilities().physicalAddressBits();
        long lam = (context.capabilities().cpuid().eax(7, 1) >>> 26 & 1) != 0 ? 3L << 61 : 0;
        if (width < 0) {
            // Whatever the processor: bits 60:52 and 63. Bits that depend on it are not blamed.
            return 1L << 63 | 0x1FFL << 52;
        }
        return -1L << width & ~lam;
    }
}
