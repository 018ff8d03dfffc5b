// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.*;
import static dev.vmcsmith.vmx.VmcsField.*;

import dev.vmcsmith.x86.Cr4;
import java.util.List;

/** Checks related to address-space size. */
final class HostAddressSpaceRules {
    private static final long HIGH = -1L << 32;

    private HostAddressSpaceRules() {
    }

    static void addTo(List<EntryRule> rules) {
        Book book = new Book(rules, Area.HOST_STATE, "Checks Related to Address-Space Size");
        mode(book);
        legacyHost(book);
        longHost(book);
    }

    private static void mode(Book book) {
        book.rule("HOST_MODE_LEGACY_GUEST", "Outside IA-32e mode, the \"IA-32e mode guest\" VM-entry control has to be 0")
                .on(ENTRY_CONTROLS)
                .repair(Repairs.disable(ENTRY_IA32E_MODE_GUEST))
                .holds(context -> !context.on(ENTRY_IA32E_MODE_GUEST) || longMode(context, true));
        book.rule("HOST_MODE_LEGACY_HOST", "Outside IA-32e mode, the \"host address-space size\" VM-exit control has to be 0")
                .on(EXIT_CONTROLS)
                .repair(Repairs.disable(EXIT_HOST_ADDRESS_SPACE_SIZE))
                .holds(context -> !context.on(EXIT_HOST_ADDRESS_SPACE_SIZE) || longMode(context, true));
        book.rule("HOST_MODE_LONG_HOST", "In IA-32e mode, the \"host address-space size\" VM-exit control has to be 1").on(EXIT_CONTROLS)
                .repair(Repairs.enable(EXIT_HOST_ADDRESS_SPACE_SIZE))
                .holds(context -> context.on(EXIT_HOST_ADDRESS_SPACE_SIZE) || !longMode(context, false));
        book.rule("HOST_LONG_GUEST_NEEDS_LONG_HOST", "The \"IA-32e mode guest\" VM-entry control needs the \"host address-space size\" "
                + "VM-exit "
                + "control").when(ENTRY_IA32E_MODE_GUEST).needs(EXIT_HOST_ADDRESS_SPACE_SIZE);
    }

    private static boolean longMode(EntryContext context, boolean otherwise) {
        Boolean known = context.environment().longMode();
        if (known == null) {
            context.miss();
            return otherwise;
        }
        return known;
    }

    private static void legacyHost(Book book) {
        book.rule("HOST_CR4_PCIDE_LEGACY", "With the \"host address-space size\" VM-exit control 0, host CR4.PCIDE (bit 17) has to be 0")
                .on(HOST_CR4).unless(EXIT_HOST_ADDRESS_SPACE_SIZE).zero(Cr4.PCIDE);
        book.rule("HOST_CR4_FRED_LEGACY", "With the \"host address-space size\" VM-exit control 0, host CR4.FRED (bit 32) has to be 0")
                .on(HOST_CR4).unless(EXIT_HOST_ADDRESS_SPACE_SIZE).zero(1L << 32);
        book.rule("HOST_RIP_HIGH", "With the \"host address-space size\" VM-exit control 0, bits 63:32 of host RIP have to be 0")
                .on(HOST_RIP)
                .unless(EXIT_HOST_ADDRESS_SPACE_SIZE).zero(HIGH);
        book.rule("HOST_S_CET_HIGH", "With the \"host address-space size\" VM-exit control 0, bits 63:32 of host IA32_S_CET have to be 0")
                .on(HOST_IA32_S_CET).when(EXIT_LOAD_CET_STATE).unless(EXIT_HOST_ADDRESS_SPACE_SIZE).zero(HIGH);
        book.rule("HOST_SSP_HIGH", "With the \"host address-space size\" VM-exit control 0, bits 63:32 of host SSP have to be 0")
                .on(HOST_SSP)
                .when(EXIT_LOAD_CET_STATE).unless(EXIT_HOST_ADDRESS_SPACE_SIZE).zero(HIGH);
    }

    private static void longHost(Book book) {
        book.rule("HOST_CR4_PAE_LONG", "With the \"host address-space size\" VM-exit control 1, host CR4.PAE (bit 5) has to be 1")
                .on(HOST_CR4)
                .when(EXIT_HOST_ADDRESS_SPACE_SIZE).ones(Cr4.PAE);
        book.rule("HOST_RIP_CANONICAL", "With the \"host address-space size\" VM-exit control 1, host RIP has to be canonical")
                .on(HOST_RIP).reads(HOST_CR4).when(EXIT_HOST_ADDRESS_SPACE_SIZE)
                .holds(context -> context.canonical(context.get(HOST_RIP), HOST_CR4));
        book.rule("HOST_SSP_CANONICAL", "With the \"host address-space size\" VM-exit control 1, host SSP has to be canonical")
                .on(HOST_SSP).when(EXIT_LOAD_CET_STATE, EXIT_HOST_ADDRESS_SPACE_SIZE).canonical();
    }
}
