// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.*;
import static dev.vmcsmith.vmx.VmcsField.*;

import dev.vmcsmith.vmx.AccessRights;
import dev.vmcsmith.vmx.InterruptionInfo;
import dev.vmcsmith.x86.Cr0;
import dev.vmcsmith.x86.Descriptor;
import dev.vmcsmith.x86.Rflags;
import java.util.List;

/** Checks on guest RIP, RFLAGS and SSP. */
final class GuestRipRflagsRules {
    private static final long HIGH = -1L << 32;

    private GuestRipRflagsRules() {
    }

    static void addTo(List<EntryRule> rules) {
        Book book = new Book(rules, Area.GUEST_STATE, "Checks on Guest RIP, RFLAGS, and SSP");
        rip(book);
        rflags(book);
        ssp(book);
    }

    /** Whether the guest executes 64-bit code. */
    private static boolean code64(EntryContext context) {
        return context.on(ENTRY_IA32E_MODE_GUEST) && context.any(GUEST_CS_ACCESS_RIGHTS, Descriptor.AR_L);
    }

    private static void rip(Book book) {
        book.rule("GUEST_RIP_HIGH", "Outside 64-bit mode (\"IA-32e mode guest\" 0 or CS.L 0), bits 63:32 of guest RIP have to be 0")
                .on(GUEST_RIP).reads(GUEST_CS_ACCESS_RIGHTS).reads(ENTRY_IA32E_MODE_GUEST)
                .repair(Repairs.clearing(GUEST_RIP, HIGH))
                .holds(context -> (context.get(GUEST_RIP) & HIGH) == 0 || code64(context));
        book.rule("GUEST_RIP_CANONICAL", "In 64-bit mode, bits 63:N of guest RIP have to be equal, where N is the width of the processor's "
                + "linear addresses (48, or 57 with 5-level paging)").on(GUEST_RIP).when(ENTRY_IA32E_MODE_GUEST)
                .given(GUEST_CS_ACCESS_RIGHTS, Descriptor.AR_L).holds(context -> upperBitsEqual(context, context.get(GUEST_RIP)));
    }

    /** Bits 63:N are the same; N is taken from CPUID. Unlike a canonical address, bit N-1 may differ. */
    private static boolean upperBitsEqual(EntryContext context, long address) {
        if (EntryContext.isCanonical(address, 49)) {
            return true;
        }
        if (!EntryContext.isCanonical(address, 58)) {
            return false;
        }
        int width = context.capabilities().cpuid().linearAddressBits();
        if (width < 0) {
            context.miss();
        }
        return width >= 57;
    }

    private static void rflags(Book book) {
        book.rule("GUEST_RFLAGS_RESERVED", "Bits 63:22, 15, 5 and 3 of guest RFLAGS are reserved and have to be 0").on(GUEST_RFLAGS)
                .zero(~(long) Rflags.DEFINED);
        book.rule("GUEST_RFLAGS_FIXED", "Bit 1 of guest RFLAGS has to be 1").on(GUEST_RFLAGS).ones(Rflags.FIXED);
        book.rule("GUEST_RFLAGS_VM_LONG", "With the \"IA-32e mode guest\" VM-entry control 1, guest RFLAGS.VM (bit 17) has to be 0")
                .on(GUEST_RFLAGS).when(ENTRY_IA32E_MODE_GUEST).zero(Rflags.VM);
        book.rule("GUEST_RFLAGS_VM_REAL", "With guest CR0.PE 0, guest RFLAGS.VM (bit 17) has to be 0").on(GUEST_RFLAGS)
                .givenNot(GUEST_CR0, Cr0.PE).zero(Rflags.VM);
        book.rule("GUEST_RFLAGS_IF_EXTERNAL_INTERRUPT", "If VM entry injects an external interrupt, guest RFLAGS.IF (bit 9) has to be 1")
                .on(GUEST_RFLAGS, ENTRY_INTERRUPTION_INFORMATION).given(ENTRY_INTERRUPTION_INFORMATION, InterruptionInfo.VALID)
                .holds(context -> InterruptionInfo.type(context.get(ENTRY_INTERRUPTION_INFORMATION)) != InterruptionInfo.EXTERNAL_INTERRUPT
                        || context.any(GUEST_RFLAGS, Rflags.IF));
        book.rule("GUEST_RFLAGS_IOPL_FRED", "With guest CR4.FRED 1 and SS.DPL 3, guest RFLAGS.IOPL (bits 13:12) has to be 0")
                .on(GUEST_RFLAGS, GUEST_SS_ACCESS_RIGHTS).given(GUEST_CR4, GuestModes.CR4_FRED)
                .holds(context -> !context.any(GUEST_RFLAGS, Rflags.IOPL) || AccessRights.dpl(context.get(GUEST_SS_ACCESS_RIGHTS)) != 3);
    }

    private static void ssp(Book book) {
        book.rule("GUEST_SSP_HIGH", "With the \"load CET state\" VM-entry control 1, bits 63:32 of guest SSP have to be 0 outside "
                + "64-bit mode")
                .on(GUEST_SSP).reads(GUEST_CS_ACCESS_RIGHTS).reads(ENTRY_IA32E_MODE_GUEST).when(ENTRY_LOAD_CET_STATE)
                .holds(context -> (context.get(GUEST_SSP) & HIGH) == 0 || code64(context));
        book.rule("GUEST_SSP_CANONICAL", "With the \"load CET state\" VM-entry control 1, bits 63:N of guest SSP have to be equal in "
                + "64-bit mode, "
                + "where N is the width of the processor's linear addresses").on(GUEST_SSP)
                .when(ENTRY_LOAD_CET_STATE, ENTRY_IA32E_MODE_GUEST).given(GUEST_CS_ACCESS_RIGHTS, Descriptor.AR_L)
                .holds(context -> upperBitsEqual(context, context.get(GUEST_SSP)));
    }
}
