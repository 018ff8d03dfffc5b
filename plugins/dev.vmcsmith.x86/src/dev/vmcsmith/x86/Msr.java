// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86;

import java.util.List;

/**
 * Model-specific register numbers by their SDM names (SDM "Model-Specific Registers").
 * Numbers are 32-bit values as ECX holds them; compare them unsigned.
 */
public final class Msr {
    public static final int IA32_P5_MC_ADDR = 0x0;
    public static final int IA32_P5_MC_TYPE = 0x1;
    public static final int IA32_MONITOR_FILTER_SIZE = 0x6;
    public static final int IA32_TIME_STAMP_COUNTER = 0x10;
    public static final int IA32_PLATFORM_ID = 0x17;
    public static final int IA32_APIC_BASE = 0x1B;
    public static final int IA32_FEATURE_CONTROL = 0x3A;
    public static final int IA32_TSC_ADJUST = 0x3B;
    public static final int IA32_SPEC_CTRL = 0x48;
    public static final int IA32_PRED_CMD = 0x49;
    public static final int IA32_BIOS_UPDT_TRIG = 0x79;
    public static final int IA32_BIOS_SIGN_ID = 0x8B;
    public static final int IA32_SMM_MONITOR_CTL = 0x9B;
    public static final int IA32_SMBASE = 0x9E;
    public static final int IA32_PMC0 = 0xC1;
    public static final int IA32_PMC1 = 0xC2;
    public static final int IA32_PMC2 = 0xC3;
    public static final int IA32_PMC3 = 0xC4;
    public static final int MSR_PLATFORM_INFO = 0xCE;
    public static final int IA32_UMWAIT_CONTROL = 0xE1;
    public static final int IA32_MPERF = 0xE7;
    public static final int IA32_APERF = 0xE8;
    public static final int IA32_MTRRCAP = 0xFE;
    public static final int IA32_ARCH_CAPABILITIES = 0x10A;
    public static final int IA32_FLUSH_CMD = 0x10B;
    public static final int IA32_TSX_CTRL = 0x122;
    public static final int MSR_MISC_FEATURES_ENABLES = 0x140;
    public static final int IA32_SYSENTER_CS = 0x174;
    public static final int IA32_SYSENTER_ESP = 0x175;
    public static final int IA32_SYSENTER_EIP = 0x176;
    public static final int IA32_MCG_CAP = 0x179;
    public static final int IA32_MCG_STATUS = 0x17A;
    public static final int IA32_MCG_CTL = 0x17B;
    public static final int IA32_PERFEVTSEL0 = 0x186;
    public static final int IA32_PERFEVTSEL1 = 0x187;
    public static final int IA32_PERFEVTSEL2 = 0x188;
    public static final int IA32_PERFEVTSEL3 = 0x189;
    public static final int IA32_PERF_STATUS = 0x198;
    public static final int IA32_PERF_CTL = 0x199;
    public static final int IA32_CLOCK_MODULATION = 0x19A;
    public static final int IA32_THERM_INTERRUPT = 0x19B;
    public static final int IA32_THERM_STATUS = 0x19C;
    public static final int IA32_MISC_ENABLE = 0x1A0;
    public static final int IA32_ENERGY_PERF_BIAS = 0x1B0;
    public static final int IA32_XFD = 0x1C4;
    public static final int IA32_XFD_ERR = 0x1C5;
    public static final int MSR_LASTBRANCH_TOS = 0x1C9;
    public static final int IA32_DEBUGCTL = 0x1D9;
    public static final int MSR_LER_FROM_LIP = 0x1DD;
    public static final int MSR_LER_TO_LIP = 0x1DE;
    public static final int IA32_MTRR_PHYSBASE0 = 0x200;
    public static final int IA32_MTRR_PHYSMASK0 = 0x201;
    public static final int IA32_MTRR_FIX64K_00000 = 0x250;
    public static final int IA32_MTRR_FIX16K_80000 = 0x258;
    public static final int IA32_MTRR_FIX16K_A0000 = 0x259;
    public static final int IA32_MTRR_FIX4K_C0000 = 0x268;
    public static final int IA32_MTRR_FIX4K_C8000 = 0x269;
    public static final int IA32_MTRR_FIX4K_D0000 = 0x26A;
    public static final int IA32_MTRR_FIX4K_D8000 = 0x26B;
    public static final int IA32_MTRR_FIX4K_E0000 = 0x26C;
    public static final int IA32_MTRR_FIX4K_E8000 = 0x26D;
    public static final int IA32_MTRR_FIX4K_F0000 = 0x26E;
    public static final int IA32_MTRR_FIX4K_F8000 = 0x26F;
    public static final int IA32_PAT = 0x277;
    public static final int IA32_MTRR_DEF_TYPE = 0x2FF;
    public static final int IA32_FIXED_CTR0 = 0x309;
    public static final int IA32_FIXED_CTR1 = 0x30A;
    public static final int IA32_FIXED_CTR2 = 0x30B;
    public static final int IA32_PERF_CAPABILITIES = 0x345;
    public static final int IA32_FIXED_CTR_CTRL = 0x38D;
    public static final int IA32_PERF_GLOBAL_STATUS = 0x38E;
    public static final int IA32_PERF_GLOBAL_CTRL = 0x38F;
    public static final int IA32_PERF_GLOBAL_OVF_CTRL = 0x390;
    public static final int IA32_PEBS_ENABLE = 0x3F1;
    public static final int IA32_MC0_CTL = 0x400;
    public static final int IA32_MC0_STATUS = 0x401;
    public static final int IA32_MC0_ADDR = 0x402;
    public static final int IA32_MC0_MISC = 0x403;
    public static final int IA32_VMX_BASIC = 0x480;
    public static final int IA32_VMX_PINBASED_CTLS = 0x481;
    public static final int IA32_VMX_PROCBASED_CTLS = 0x482;
    public static final int IA32_VMX_EXIT_CTLS = 0x483;
    public static final int IA32_VMX_ENTRY_CTLS = 0x484;
    public static final int IA32_VMX_MISC = 0x485;
    public static final int IA32_VMX_CR0_FIXED0 = 0x486;
    public static final int IA32_VMX_CR0_FIXED1 = 0x487;
    public static final int IA32_VMX_CR4_FIXED0 = 0x488;
    public static final int IA32_VMX_CR4_FIXED1 = 0x489;
    public static final int IA32_VMX_VMCS_ENUM = 0x48A;
    public static final int IA32_VMX_PROCBASED_CTLS2 = 0x48B;
    public static final int IA32_VMX_EPT_VPID_CAP = 0x48C;
    public static final int IA32_VMX_TRUE_PINBASED_CTLS = 0x48D;
    public static final int IA32_VMX_TRUE_PROCBASED_CTLS = 0x48E;
    public static final int IA32_VMX_TRUE_EXIT_CTLS = 0x48F;
    public static final int IA32_VMX_TRUE_ENTRY_CTLS = 0x490;
    public static final int IA32_VMX_VMFUNC = 0x491;
    public static final int IA32_VMX_PROCBASED_CTLS3 = 0x492;
    public static final int IA32_VMX_EXIT_CTLS2 = 0x493;
    public static final int IA32_A_PMC0 = 0x4C1;
    public static final int IA32_RTIT_OUTPUT_BASE = 0x560;
    public static final int IA32_RTIT_OUTPUT_MASK_PTRS = 0x561;
    public static final int IA32_RTIT_CTL = 0x570;
    public static final int IA32_RTIT_STATUS = 0x571;
    public static final int IA32_RTIT_CR3_MATCH = 0x572;
    public static final int IA32_RTIT_ADDR0_A = 0x580;
    public static final int IA32_DS_AREA = 0x600;
    public static final int IA32_U_CET = 0x6A0;
    public static final int IA32_S_CET = 0x6A2;
    public static final int IA32_PL0_SSP = 0x6A4;
    public static final int IA32_PL1_SSP = 0x6A5;
    public static final int IA32_PL2_SSP = 0x6A6;
    public static final int IA32_PL3_SSP = 0x6A7;
    public static final int IA32_INTERRUPT_SSP_TABLE_ADDR = 0x6A8;
    public static final int IA32_TSC_DEADLINE = 0x6E0;
    public static final int IA32_PKRS = 0x6E1;
    public static final int IA32_X2APIC_APICID = 0x802;
    public static final int IA32_X2APIC_VERSION = 0x803;
    public static final int IA32_X2APIC_TPR = 0x808;
    public static final int IA32_X2APIC_PPR = 0x80A;
    public static final int IA32_X2APIC_EOI = 0x80B;
    public static final int IA32_X2APIC_LDR = 0x80D;
    public static final int IA32_X2APIC_SIVR = 0x80F;
    public static final int IA32_X2APIC_ISR0 = 0x810;
    public static final int IA32_X2APIC_TMR0 = 0x818;
    public static final int IA32_X2APIC_IRR0 = 0x820;
    public static final int IA32_X2APIC_ESR = 0x828;
    public static final int IA32_X2APIC_LVT_CMCI = 0x82F;
    public static final int IA32_X2APIC_ICR = 0x830;
    public static final int IA32_X2APIC_LVT_TIMER = 0x832;
    public static final int IA32_X2APIC_LVT_THERMAL = 0x833;
    public static final int IA32_X2APIC_LVT_PMI = 0x834;
    public static final int IA32_X2APIC_LVT_LINT0 = 0x835;
    public static final int IA32_X2APIC_LVT_LINT1 = 0x836;
    public static final int IA32_X2APIC_LVT_ERROR = 0x837;
    public static final int IA32_X2APIC_INIT_COUNT = 0x838;
    public static final int IA32_X2APIC_CUR_COUNT = 0x839;
    public static final int IA32_X2APIC_DIV_CONF = 0x83E;
    public static final int IA32_X2APIC_SELF_IPI = 0x83F;
    public static final int IA32_BNDCFGS = 0xD90;
    public static final int IA32_XSS = 0xDA0;
    public static final int IA32_LBR_CTL = 0x14CE;
    public static final int IA32_LBR_DEPTH = 0x14CF;
    public static final int IA32_EFER = 0xC0000080;
    public static final int IA32_STAR = 0xC0000081;
    public static final int IA32_LSTAR = 0xC0000082;
    public static final int IA32_CSTAR = 0xC0000083;
    public static final int IA32_FMASK = 0xC0000084;
    public static final int IA32_FS_BASE = 0xC0000100;
    public static final int IA32_GS_BASE = 0xC0000101;
    public static final int IA32_KERNEL_GS_BASE = 0xC0000102;
    public static final int IA32_TSC_AUX = 0xC0000103;

    private static final String[] NAMES = {
        "IA32_P5_MC_ADDR", "IA32_P5_MC_TYPE", "IA32_MONITOR_FILTER_SIZE", "IA32_TIME_STAMP_COUNTER", "IA32_PLATFORM_ID", "IA32_APIC_BASE",
        "IA32_FEATURE_CONTROL", "IA32_TSC_ADJUST", "IA32_SPEC_CTRL", "IA32_PRED_CMD", "IA32_BIOS_UPDT_TRIG", "IA32_BIOS_SIGN_ID",
        "IA32_SMM_MONITOR_CTL", "IA32_SMBASE", "IA32_PMC0", "IA32_PMC1", "IA32_PMC2", "IA32_PMC3", "MSR_PLATFORM_INFO",
        "IA32_UMWAIT_CONTROL", "IA32_MPERF", "IA32_APERF", "IA32_MTRRCAP", "IA32_ARCH_CAPABILITIES", "IA32_FLUSH_CMD", "IA32_TSX_CTRL",
        "MSR_MISC_FEATURES_ENABLES", "IA32_SYSENTER_CS", "IA32_SYSENTER_ESP", "IA32_SYSENTER_EIP", "IA32_MCG_CAP", "IA32_MCG_STATUS",
        "IA32_MCG_CTL", "IA32_PERFEVTSEL0", "IA32_PERFEVTSEL1", "IA32_PERFEVTSEL2", "IA32_PERFEVTSEL3", "IA32_PERF_STATUS",
        "IA32_PERF_CTL", "IA32_CLOCK_MODULATION", "IA32_THERM_INTERRUPT", "IA32_THERM_STATUS", "IA32_MISC_ENABLE",
        "IA32_ENERGY_PERF_BIAS", "IA32_XFD", "IA32_XFD_ERR", "MSR_LASTBRANCH_TOS", "IA32_DEBUGCTL", "MSR_LER_FROM_LIP", "MSR_LER_TO_LIP",
        "IA32_MTRR_PHYSBASE0", "IA32_MTRR_PHYSMASK0", "IA32_MTRR_FIX64K_00000", "IA32_MTRR_FIX16K_80000", "IA32_MTRR_FIX16K_A0000",
        "IA32_MTRR_FIX4K_C0000", "IA32_MTRR_FIX4K_C8000", "IA32_MTRR_FIX4K_D0000", "IA32_MTRR_FIX4K_D8000", "IA32_MTRR_FIX4K_E0000",
        "IA32_MTRR_FIX4K_E8000", "IA32_MTRR_FIX4K_F0000", "IA32_MTRR_FIX4K_F8000", "IA32_PAT", "IA32_MTRR_DEF_TYPE", "IA32_FIXED_CTR0",
        "IA32_FIXED_CTR1", "IA32_FIXED_CTR2", "IA32_PERF_CAPABILITIES", "IA32_FIXED_CTR_CTRL", "IA32_PERF_GLOBAL_STATUS",
        "IA32_PERF_GLOBAL_CTRL", "IA32_PERF_GLOBAL_OVF_CTRL", "IA32_PEBS_ENABLE", "IA32_MC0_CTL", "IA32_MC0_STATUS", "IA32_MC0_ADDR",
        "IA32_MC0_MISC", "IA32_VMX_BASIC", "IA32_VMX_PINBASED_CTLS", "IA32_VMX_PROCBASED_CTLS", "IA32_VMX_EXIT_CTLS",
        "IA32_VMX_ENTRY_CTLS", "IA32_VMX_MISC", "IA32_VMX_CR0_FIXED0", "IA32_VMX_CR0_FIXED1", "IA32_VMX_CR4_FIXED0",
        "IA32_VMX_CR4_FIXED1", "IA32_VMX_VMCS_ENUM", "IA32_VMX_PROCBASED_CTLS2", "IA32_VMX_EPT_VPID_CAP", "IA32_VMX_TRUE_PINBASED_CTLS",
        "IA32_VMX_TRUE_PROCBASED_CTLS", "IA32_VMX_TRUE_EXIT_CTLS", "IA32_VMX_TRUE_ENTRY_CTLS", "IA32_VMX_VMFUNC",
        "IA32_VMX_PROCBASED_CTLS3", "IA32_VMX_EXIT_CTLS2", "IA32_A_PMC0", "IA32_RTIT_OUTPUT_BASE", "IA32_RTIT_OUTPUT_MASK_PTRS",
        "IA32_RTIT_CTL", "IA32_RTIT_STATUS", "IA32_RTIT_CR3_MATCH", "IA32_RTIT_ADDR0_A", "IA32_DS_AREA", "IA32_U_CET", "IA32_S_CET",
        "IA32_PL0_SSP", "IA32_PL1_SSP", "IA32_PL2_SSP", "IA32_PL3_SSP", "IA32_INTERRUPT_SSP_TABLE_ADDR", "IA32_TSC_DEADLINE", "IA32_PKRS",
        "IA32_X2APIC_APICID", "IA32_X2APIC_VERSION", "IA32_X2APIC_TPR", "IA32_X2APIC_PPR", "IA32_X2APIC_EOI", "IA32_X2APIC_LDR",
        "IA32_X2APIC_SIVR", "IA32_X2APIC_ISR0", "IA32_X2APIC_TMR0", "IA32_X2APIC_IRR0", "IA32_X2APIC_ESR", "IA32_X2APIC_LVT_CMCI",
        "IA32_X2APIC_ICR", "IA32_X2APIC_LVT_TIMER", "IA32_X2APIC_LVT_THERMAL", "IA32_X2APIC_LVT_PMI", "IA32_X2APIC_LVT_LINT0",
        "IA32_X2APIC_LVT_LINT1", "IA32_X2APIC_LVT_ERROR", "IA32_X2APIC_INIT_COUNT", "IA32_X2APIC_CUR_COUNT", "IA32_X2APIC_DIV_CONF",
        "IA32_X2APIC_SELF_IPI", "IA32_BNDCFGS", "IA32_XSS", "IA32_LBR_CTL", "IA32_LBR_DEPTH", "IA32_EFER", "IA32_STAR", "IA32_LSTAR",
        "IA32_CSTAR", "IA32_FMASK", "IA32_FS_BASE", "IA32_GS_BASE", "IA32_KERNEL_GS_BASE", "IA32_TSC_AUX",
    };
    private static final int[] NUMBERS = {
        IA32_P5_MC_ADDR, IA32_P5_MC_TYPE, IA32_MONITOR_FILTER_SIZE, IA32_TIME_STAMP_COUNTER, IA32_PLATFORM_ID, IA32_APIC_BASE,
        IA32_FEATURE_CONTROL, IA32_TSC_ADJUST, IA32_SPEC_CTRL, IA32_PRED_CMD, IA32_BIOS_UPDT_TRIG, IA32_BIOS_SIGN_ID,
        IA32_SMM_MONITOR_CTL, IA32_SMBASE, IA32_PMC0, IA32_PMC1, IA32_PMC2, IA32_PMC3, MSR_PLATFORM_INFO, IA32_UMWAIT_CONTROL, IA32_MPERF,
        IA32_APERF, IA32_MTRRCAP, IA32_ARCH_CAPABILITIES, IA32_FLUSH_CMD, IA32_TSX_CTRL, MSR_MISC_FEATURES_ENABLES, IA32_SYSENTER_CS,
        IA32_SYSENTER_ESP, IA32_SYSENTER_EIP, IA32_MCG_CAP, IA32_MCG_STATUS, IA32_MCG_CTL, IA32_PERFEVTSEL0, IA32_PERFEVTSEL1,
        IA32_PERFEVTSEL2, IA32_PERFEVTSEL3, IA32_PERF_STATUS, IA32_PERF_CTL, IA32_CLOCK_MODULATION, IA32_THERM_INTERRUPT,
        IA32_THERM_STATUS, IA32_MISC_ENABLE, IA32_ENERGY_PERF_BIAS, IA32_XFD, IA32_XFD_ERR, MSR_LASTBRANCH_TOS, IA32_DEBUGCTL,
        MSR_LER_FROM_LIP, MSR_LER_TO_LIP, IA32_MTRR_PHYSBASE0, IA32_MTRR_PHYSMASK0, IA32_MTRR_FIX64K_00000, IA32_MTRR_FIX16K_80000,
        IA32_MTRR_FIX16K_A0000, IA32_MTRR_FIX4K_C0000, IA32_MTRR_FIX4K_C8000, IA32_MTRR_FIX4K_D0000, IA32_MTRR_FIX4K_D8000,
        IA32_MTRR_FIX4K_E0000, IA32_MTRR_FIX4K_E8000, IA32_MTRR_FIX4K_F0000, IA32_MTRR_FIX4K_F8000, IA32_PAT, IA32_MTRR_DEF_TYPE,
        IA32_FIXED_CTR0, IA32_FIXED_CTR1, IA32_FIXED_CTR2, IA32_PERF_CAPABILITIES, IA32_FIXED_CTR_CTRL, IA32_PERF_GLOBAL_STATUS,
        IA32_PERF_GLOBAL_CTRL, IA32_PERF_GLOBAL_OVF_CTRL, IA32_PEBS_ENABLE, IA32_MC0_CTL, IA32_MC0_STATUS, IA32_MC0_ADDR, IA32_MC0_MISC,
        IA32_VMX_BASIC, IA32_VMX_PINBASED_CTLS, IA32_VMX_PROCBASED_CTLS, IA32_VMX_EXIT_CTLS, IA32_VMX_ENTRY_CTLS, IA32_VMX_MISC,
        IA32_VMX_CR0_FIXED0, IA32_VMX_CR0_FIXED1, IA32_VMX_CR4_FIXED0, IA32_VMX_CR4_FIXED1, IA32_VMX_VMCS_ENUM, IA32_VMX_PROCBASED_CTLS2,
        IA32_VMX_EPT_VPID_CAP, IA32_VMX_TRUE_PINBASED_CTLS, IA32_VMX_TRUE_PROCBASED_CTLS, IA32_VMX_TRUE_EXIT_CTLS,
        IA32_VMX_TRUE_ENTRY_CTLS, IA32_VMX_VMFUNC, IA32_VMX_PROCBASED_CTLS3, IA32_VMX_EXIT_CTLS2, IA32_A_PMC0, IA32_RTIT_OUTPUT_BASE,
        IA32_RTIT_OUTPUT_MASK_PTRS, IA32_RTIT_CTL, IA32_RTIT_STATUS, IA32_RTIT_CR3_MATCH, IA32_RTIT_ADDR0_A, IA32_DS_AREA, IA32_U_CET,
        IA32_S_CET, IA32_PL0_SSP, IA32_PL1_SSP, IA32_PL2_SSP, IA32_PL3_SSP, IA32_INTERRUPT_SSP_TABLE_ADDR, IA32_TSC_DEADLINE, IA32_PKRS,
        IA32_X2APIC_APICID, IA32_X2APIC_VERSION, IA32_X2APIC_TPR, IA32_X2APIC_PPR, IA32_X2APIC_EOI, IA32_X2APIC_LDR, IA32_X2APIC_SIVR,
        IA32_X2APIC_ISR0, IA32_X2APIC_TMR0, IA32_X2APIC_IRR0, IA32_X2APIC_ESR, IA32_X2APIC_LVT_CMCI, IA32_X2APIC_ICR,
        IA32_X2APIC_LVT_TIMER, IA32_X2APIC_LVT_THERMAL, IA32_X2APIC_LVT_PMI, IA32_X2APIC_LVT_LINT0, IA32_X2APIC_LVT_LINT1,
        IA32_X2APIC_LVT_ERROR, IA32_X2APIC_INIT_COUNT, IA32_X2APIC_CUR_COUNT, IA32_X2APIC_DIV_CONF, IA32_X2APIC_SELF_IPI, IA32_BNDCFGS,
        IA32_XSS, IA32_LBR_CTL, IA32_LBR_DEPTH, IA32_EFER, IA32_STAR, IA32_LSTAR, IA32_CSTAR, IA32_FMASK, IA32_FS_BASE, IA32_GS_BASE,
        IA32_KERNEL_GS_BASE, IA32_TSC_AUX,
    };

    private Msr() {
    }

    /** The SDM name of an MSR, or null when this list does not have it. */
    public static String name(int number) {
        for (int i = 0; i < NUMBERS.length; i++) {
            if (NUMBERS[i] == number) {
                return NAMES[i];
            }
        }
        return null;
    }

    /** The number of a named MSR as an unsigned 32-bit value, or -1 when there is no such name. */
    public static long byName(String name) {
        for (int i = 0; i < NAMES.length; i++) {
            if (NAMES[i].equalsIgnoreCase(name)) {
                return NUMBERS[i] & 0xFFFF_FFFFL;
            }
        }
        return -1;
    }

    /** All names, in the order of their numbers. */
    public static List<String> names() {
        return List.of(NAMES);
    }
}
