// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.*;
import static dev.vmcsmith.vmx.VmcsField.*;

import dev.vmcsmith.x86.Cr0;
import dev.vmcsmith.x86.Cr4;
import dev.vmcsmith.x86.Efer;
import dev.vmcsmith.x86.Msr;
import java.util.List;

/** Checks on guest control registers, debug registers and MSRs. */
final class GuestRegisterRules {
    private GuestRegisterRules() {
    }

    static void addTo(List<EntryRule> rules) {
        Book book = new Book(rules, Area.GUEST_STATE, "Checks on Guest Control Registers, Debug Registers, and MSRs");
        controlRegisters(book);
        longMode(book);
        debug(book);
        msrs(book);
        HostRegisterRules.cet(book, "GUEST", GUEST_IA32_S_CET, GUEST_SSP, GUEST_IA32_INTERRUPT_SSP_TABLE_ADDR, ENTRY_LOAD_CET_STATE);
        HostRegisterRules.fred(book, "GUEST", ENTRY_LOAD_IA32_FRED, GUEST_IA32_FRED_CONFIG, GUEST_IA32_FRED_RSP1, GUEST_IA32_FRED_RSP2,
                GUEST_IA32_FRED_RSP3, GUEST_IA32_FRED_SSP1, GUEST_IA32_FRED_SSP2, GUEST_IA32_FRED_SSP3);
    }

    private static void controlRegisters(Book book) {
        book.rule("GUEST_CR0_FIXED0", "Guest CR0 has to set the bits that are fixed to 1 in VMX operation (IA32_VMX_CR0_FIXED0; PE and PG "
                + "excepted for an unrestricted guest)").on(GUEST_CR0).reads(UNRESTRICTED_GUEST).ones(GuestRegisterRules::cr0Fixed0);
        book.rule("GUEST_CR0_FIXED1", "Guest CR0 may not set bits that are fixed to 0 in VMX operation (IA32_VMX_CR0_FIXED1)").on(GUEST_CR0)
                .zero(MsrMasks.forbidden(Msr.IA32_VMX_CR0_FIXED1, HostRegisterRules.CR0_UNCHECKED));
        book.rule("GUEST_CR0_PG_NEEDS_PE", "With guest CR0.PG (bit 31) 1, guest CR0.PE (bit 0) has to be 1").on(GUEST_CR0)
                .repair(Repairs.either(Repairs.setting(GUEST_CR0, Cr0.PE), Repairs.clearing(GUEST_CR0, Cr0.PG)))
                .holds(context -> !context.any(GUEST_CR0, Cr0.PG) || context.any(GUEST_CR0, Cr0.PE));
        book.rule("GUEST_CR4_FIXED0", "Guest CR4 has to set the bits that are fixed to 1 in VMX operation (IA32_VMX_CR4_FIXED0)")
                .on(GUEST_CR4)
                .ones(MsrMasks.required(GUEST_CR4, Msr.IA32_VMX_CR4_FIXED0, 0));
        book.rule("GUEST_CR4_FIXED1", "Guest CR4 may not set bits that are fixed to 0 in VMX operation (IA32_VMX_CR4_FIXED1)").on(GUEST_CR4)
                .zero(MsrMasks.forbidden(Msr.IA32_VMX_CR4_FIXED1, 0));
        book.rule("GUEST_CR4_CET_NEEDS_WP", "With guest CR4.CET (bit 23) 1, guest CR0.WP (bit 16) has to be 1").on(GUEST_CR4, GUEST_CR0)
                .given(GUEST_CR4, Cr4.CET)
                .repair(Repairs.either(Repairs.setting(GUEST_CR0, Cr0.WP), Repairs.clearing(GUEST_CR4, Cr4.CET)))
                .holds(context -> context.any(GUEST_CR0, Cr0.WP));
        book.rule("GUEST_CR3_WIDTH", "Guest CR3 may not set bit 63 or bits beyond the processor's physical-address width "
                + "(bits 62:61 excepted where the processor has linear-address masking)").on(GUEST_CR3).zero(MsrMasks.CR3);
    }

    private static long cr0Fixed0(EntryContext context) {
        long fixed = MsrMasks.fixed0(context, GUEST_CR0, Msr.IA32_VMX_CR0_FIXED0) & ~HostRegisterRules.CR0_UNCHECKED;
        long clear = fixed & ~context.get(GUEST_CR0);
        if (clear == 0 || !context.on(UNRESTRICTED_GUEST)) {
            return fixed;
        }
        long unrestricted = fixed & ~(Cr0.PE | Cr0.PG);
        if ((clear & unrestricted) == 0) {
            context.msr(Msr.IA32_VMX_CR0_FIXED0);
        }
        return unrestricted;
    }

    private static void longMode(Book book) {
        book.rule("GUEST_CR0_PG_LONG", "With the \"IA-32e mode guest\" VM-entry control 1, guest CR0.PG (bit 31) has to be 1").on(GUEST_CR0)
                .when(ENTRY_IA32E_MODE_GUEST).ones(Cr0.PG);
        book.rule("GUEST_CR4_PAE_LONG", "With the \"IA-32e mode guest\" VM-entry control 1, guest CR4.PAE (bit 5) has to be 1")
                .on(GUEST_CR4)
                .when(ENTRY_IA32E_MODE_GUEST).ones(Cr4.PAE);
        book.rule("GUEST_CR4_PCIDE_LEGACY", "With the \"IA-32e mode guest\" VM-entry control 0, guest CR4.PCIDE (bit 17) has to be 0")
                .on(GUEST_CR4).unless(ENTRY_IA32E_MODE_GUEST).zero(Cr4.PCIDE);
        book.rule("GUEST_CR4_FRED_LEGACY", "With the \"IA-32e mode guest\" VM-entry control 0, guest CR4.FRED (bit 32) has to be 0")
                .on(GUEST_CR4).unless(ENTRY_IA32E_MODE_GUEST).zero(GuestModes.CR4_FRED);
    }

    private static void debug(Book book) {
        book.rule("GUEST_DEBUGCTL_RESERVED", "Guest IA32_DEBUGCTL may not set reserved bits").on(GUEST_IA32_DEBUGCTL)
                .when(ENTRY_LOAD_DEBUG_CONTROLS).zero(MsrMasks::debugctlReserved);
        book.rule("GUEST_DR7_HIGH", "Bits 63:32 of guest DR7 have to be 0").on(GUEST_DR7).when(ENTRY_LOAD_DEBUG_CONTROLS).zero(-1L << 32);
    }

    private static void msrs(Book book) {
        book.rule("GUEST_SYSENTER_ESP_CANONICAL", "Guest IA32_SYSENTER_ESP has to be canonical").on(GUEST_SYSENTER_ESP).canonical();
        book.rule("GUEST_SYSENTER_EIP_CANONICAL", "Guest IA32_SYSENTER_EIP has to be canonical").on(GUEST_SYSENTER_EIP).canonical();
        book.rule("GUEST_PERF_GLOBAL_CTRL_RESERVED", "Guest IA32_PERF_GLOBAL_CTRL may not set reserved bits: those without a counter")
                .on(GUEST_IA32_PERF_GLOBAL_CTRL).when(ENTRY_LOAD_IA32_PERF_GLOBAL_CTRL).zero(MsrMasks.PERF_GLOBAL);
        book.rule("GUEST_PAT_TYPES", "Each byte of guest IA32_PAT has to be a memory type that WRMSR accepts").on(GUEST_IA32_PAT)
                .when(ENTRY_LOAD_IA32_PAT).pat();
        book.rule("GUEST_EFER_RESERVED", "Guest IA32_EFER may not set reserved bits").on(GUEST_IA32_EFER).when(ENTRY_LOAD_IA32_EFER)
                .zero(MsrMasks.EFER);
        book.rule("GUEST_EFER_LMA", "Guest IA32_EFER.LMA (bit 10) has to equal the \"IA-32e mode guest\" VM-entry control")
                .on(GUEST_IA32_EFER)
                .when(ENTRY_LOAD_IA32_EFER).reads(ENTRY_IA32E_MODE_GUEST)
                .say(context -> "\"IA-32e mode guest\" is " + (context.on(ENTRY_IA32E_MODE_GUEST) ? 1 : 0))
                .holds(context -> context.any(GUEST_IA32_EFER, Efer.LMA) == context.on(ENTRY_IA32E_MODE_GUEST));
        book.rule("GUEST_EFER_LME", "With guest CR0.PG 1, guest IA32_EFER.LME (bit 8) has to equal LMA (bit 10)")
                .on(GUEST_IA32_EFER, GUEST_CR0)
                .when(ENTRY_LOAD_IA32_EFER).given(GUEST_CR0, Cr0.PG)
                .repair(Repairs.flipping(GUEST_IA32_EFER, Efer.LME))
                .holds(context -> context.any(GUEST_IA32_EFER, Efer.LMA) == context.any(GUEST_IA32_EFER, Efer.LME));
        book.rule("GUEST_BNDCFGS_RESERVED", "Bits 11:2 of guest IA32_BNDCFGS are reserved and have to be 0").on(GUEST_IA32_BNDCFGS)
                .when(ENTRY_LOAD_IA32_BNDCFGS).zero(MsrMasks.BNDCFGS_RESERVED);
        book.rule("GUEST_BNDCFGS_CANONICAL", "The linear address in guest IA32_BNDCFGS has to be canonical").on(GUEST_IA32_BNDCFGS)
                .when(ENTRY_LOAD_IA32_BNDCFGS).canonical();
        book.rule("GUEST_RTIT_CTL_RESERVED", "Guest IA32_RTIT_CTL may not set reserved bits").on(GUEST_IA32_RTIT_CTL)
                .when(ENTRY_LOAD_IA32_RTIT_CTL).zero(MsrMasks.RTIT_CTL_RESERVED);
        book.rule("GUEST_LBR_CTL_RESERVED", "Guest IA32_LBR_CTL may not set reserved bits").on(GUEST_IA32_LBR_CTL)
                .when(ENTRY_LOAD_GUEST_IA32_LBR_CTL).zero(MsrMasks.LBR_CTL_RESERVED);
        book.rule("GUEST_PKRS_RESERVED", "Bits 63:32 of guest IA32_PKRS have to be 0").on(GUEST_IA32_PKRS).when(ENTRY_LOAD_PKRS)
                .zero(MsrMasks.PKRS_RESERVED);
        book.rule("GUEST_UINV_RESERVED", "Bits 15:8 of guest UINV have to be 0").on(GUEST_UINV).when(ENTRY_LOAD_UINV).zero(0xFF00);
        book.rule("GUEST_SPEC_CTRL_RESERVED", "Guest IA32_SPEC_CTRL may not set reserved bits").on(GUEST_IA32_SPEC_CTRL)
                .when(ENTRY_LOAD_IA32_SPEC_CTRL).zero(MsrMasks.SPEC_CTRL_RESERVED);
    }
}
