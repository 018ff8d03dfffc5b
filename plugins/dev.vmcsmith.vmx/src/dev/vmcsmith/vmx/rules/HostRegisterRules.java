// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.*;
import static dev.vmcsmith.vmx.VmcsField.*;

import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Cr0;
import dev.vmcsmith.x86.Cr4;
import dev.vmcsmith.x86.Efer;
import dev.vmcsmith.x86.Msr;
import java.util.List;

/** Checks on host control registers, MSRs and SSP. */
final class HostRegisterRules {
    /** CR0 bits that VM exits and VM entries do not change and so do not check. */
    static final long CR0_UNCHECKED = Cr0.NW | Cr0.CD;

    private HostRegisterRules() {
    }

    static void addTo(List<EntryRule> rules) {
        Book book = new Book(rules, Area.HOST_STATE, "Checks on Host Control Registers, MSRs, and SSP");
        controlRegisters(book);
        msrs(book);
        cet(book);
        fred(book);
    }

    private static void controlRegisters(Book book) {
        book.rule("HOST_CR0_FIXED0", "Host CR0 has to set the bits that are fixed to 1 in VMX operation (IA32_VMX_CR0_FIXED0)").on(HOST_CR0)
                .ones(MsrMasks.required(HOST_CR0, Msr.IA32_VMX_CR0_FIXED0, CR0_UNCHECKED));
        book.rule("HOST_CR0_FIXED1", "Host CR0 may not set bits that are fixed to 0 in VMX operation (IA32_VMX_CR0_FIXED1)").on(HOST_CR0)
                .zero(MsrMasks.forbidden(Msr.IA32_VMX_CR0_FIXED1, CR0_UNCHECKED));
        book.rule("HOST_CR4_FIXED0", "Host CR4 has to set the bits that are fixed to 1 in VMX operation (IA32_VMX_CR4_FIXED0)").on(HOST_CR4)
                .ones(MsrMasks.required(HOST_CR4, Msr.IA32_VMX_CR4_FIXED0, 0));
        book.rule("HOST_CR4_FIXED1", "Host CR4 may not set bits that are fixed to 0 in VMX operation (IA32_VMX_CR4_FIXED1)").on(HOST_CR4)
                .zero(MsrMasks.forbidden(Msr.IA32_VMX_CR4_FIXED1, 0));
        book.rule("HOST_CR4_CET_NEEDS_WP", "With host CR4.CET (bit 23) 1, host CR0.WP (bit 16) has to be 1").on(HOST_CR4, HOST_CR0)
                .given(HOST_CR4, Cr4.CET)
                .repair(Repairs.either(Repairs.setting(HOST_CR0, Cr0.WP), Repairs.clearing(HOST_CR4, Cr4.CET)))
                .holds(context -> context.any(HOST_CR0, Cr0.WP));
        book.rule("HOST_CR3_WIDTH", "Host CR3 may not set bit 63 or bits beyond the processor's physical-address width "
                + "(bits 62:61 excepted where the processor has linear-address masking)").on(HOST_CR3).zero(MsrMasks.CR3);
    }

    private static void msrs(Book book) {
        book.rule("HOST_SYSENTER_ESP_CANONICAL", "Host IA32_SYSENTER_ESP has to be canonical").on(HOST_SYSENTER_ESP).canonical();
        book.rule("HOST_SYSENTER_EIP_CANONICAL", "Host IA32_SYSENTER_EIP has to be canonical").on(HOST_SYSENTER_EIP).canonical();
        book.rule("HOST_PERF_GLOBAL_CTRL_RESERVED", "Host IA32_PERF_GLOBAL_CTRL may not set reserved bits: those without a counter")
                .on(HOST_IA32_PERF_GLOBAL_CTRL).when(EXIT_LOAD_IA32_PERF_GLOBAL_CTRL).zero(MsrMasks.PERF_GLOBAL);
        book.rule("HOST_PAT_TYPES", "Each byte of host IA32_PAT has to be a memory type that WRMSR accepts").on(HOST_IA32_PAT)
                .when(EXIT_LOAD_IA32_PAT).pat();
        book.rule("HOST_EFER_RESERVED", "Host IA32_EFER may not set reserved bits").on(HOST_IA32_EFER).when(EXIT_LOAD_IA32_EFER)
                .zero(MsrMasks.EFER);
        eferBit(book, "HOST_EFER_LMA", Efer.LMA, "LMA (bit 10)");
        eferBit(book, "HOST_EFER_LME", Efer.LME, "LME (bit 8)");
        book.rule("HOST_PKRS_RESERVED", "Bits 63:32 of host IA32_PKRS have to be 0").on(HOST_IA32_PKRS).when(EXIT_LOAD_PKRS)
                .zero(MsrMasks.PKRS_RESERVED);
        book.rule("HOST_SPEC_CTRL_RESERVED", "Host IA32_SPEC_CTRL may not set reserved bits").on(HOST_IA32_SPEC_CTRL)
                .when(EXIT2_LOAD_IA32_SPEC_CTRL).zero(MsrMasks.SPEC_CTRL_RESERVED);
    }

    private static void eferBit(Book book, String id, long bit, String name) {
        book.rule(id, "Host IA32_EFER." + name + " has to equal the \"host address-space size\" VM-exit control").on(HOST_IA32_EFER)
                .when(EXIT_LOAD_IA32_EFER).reads(EXIT_HOST_ADDRESS_SPACE_SIZE)
                .say(context -> "\"host address-space size\" is " + (context.on(EXIT_HOST_ADDRESS_SPACE_SIZE) ? 1 : 0))
                .repair(Repairs.flipping(HOST_IA32_EFER, bit))
                .holds(context -> context.any(HOST_IA32_EFER, bit) == context.on(EXIT_HOST_ADDRESS_SPACE_SIZE));
    }

    private static void cet(Book book) {
        cet(book, "HOST", HOST_IA32_S_CET, HOST_SSP, HOST_IA32_INTERRUPT_SSP_TABLE_ADDR, EXIT_LOAD_CET_STATE);
    }

    /** The rules on CET state that host and guest share. */
    static void cet(Book book, String area, VmcsField sCet, VmcsField ssp, VmcsField table, dev.vmcsmith.vmx.ControlBit load) {
        String who = area.charAt(0) + area.substring(1).toLowerCase(java.util.Locale.ROOT);
        book.rule(area + "_S_CET_RESERVED", who + " IA32_S_CET may not set its reserved bits 9:6").on(sCet).when(load)
                .zero(MsrMasks.S_CET_RESERVED);
        book.rule(area + "_S_CET_SUPPRESS_TRACKER", who + " IA32_S_CET may not set both SUPPRESS (bit 10) and TRACKER (bit 11)").on(sCet)
                .when(load).holds(context -> (~context.get(sCet) & (MsrMasks.S_CET_SUPPRESS | MsrMasks.S_CET_TRACKER)) != 0);
        book.rule(area + "_S_CET_CANONICAL", who + " IA32_S_CET has to be canonical").on(sCet).when(load).canonical();
        book.rule(area + "_SSP_ALIGN", "Bits 1:0 of " + who.toLowerCase(java.util.Locale.ROOT) + " SSP have to be 0").on(ssp)
                .when(load).zero(3);
        book.rule(area + "_INTERRUPT_SSP_TABLE_CANONICAL", who + " IA32_INTERRUPT_SSP_TABLE_ADDR has to be canonical").on(table).when(load)
                .canonical();
    }

    private static void fred(Book book) {
        fred(book, "HOST", EXIT2_LOAD_IA32_FRED, HOST_IA32_FRED_CONFIG, HOST_IA32_FRED_RSP1, HOST_IA32_FRED_RSP2, HOST_IA32_FRED_RSP3,
                HOST_IA32_FRED_SSP1, HOST_IA32_FRED_SSP2, HOST_IA32_FRED_SSP3);
    }

    /** The rules on FRED MSRs that host and guest share: the configuration, then three RSPs and three SSPs. */
    static void fred(Book book, String area, dev.vmcsmith.vmx.ControlBit load, VmcsField config, VmcsField... stacks) {
        book.rule(area + "_FRED_CONFIG_RESERVED", "Bits 2, 5:4 and 11 of IA32_FRED_CONFIG are reserved and have to be 0").on(config)
                .when(load)
                .zero(MsrMasks.FRED_CONFIG_RESERVED);
        book.rule(area + "_FRED_CONFIG_CANONICAL", "IA32_FRED_CONFIG has to be canonical").on(config).when(load).canonical();
        for (int i = 0; i < stacks.length; i++) {
            boolean shadow = i >= 3;
            String id = area + (shadow ? "_FRED_SSP" + (i - 2) : "_FRED_RSP" + (i + 1));
            String name = area.toLowerCase(java.util.Locale.ROOT) + stacks[i].sdmName().substring(area.length());
            book.rule(id + "_ALIGN", "Bits " + (shadow ? "2:0" : "5:0") + " of the " + name + " have to be 0").on(stacks[i]).when(load)
                    .zero(shadow ? MsrMasks.FRED_SSP_RESERVED : MsrMasks.FRED_RSP_RESERVED);
            book.rule(id + "_CANONICAL", "The " + name + " has to be canonical").on(stacks[i]).when(load).canonical();
        }
    }
}
