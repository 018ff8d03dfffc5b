// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.EXIT_HOST_ADDRESS_SPACE_SIZE;
import static dev.vmcsmith.vmx.VmcsField.*;

import dev.vmcsmith.vmx.VmcsField;
import java.util.List;

/** Checks on host segment and descriptor-table registers. */
final class HostSegmentRules {
    private static final VmcsField[] SELECTORS = {HOST_ES_SELECTOR, HOST_CS_SELECTOR, HOST_SS_SELECTOR, HOST_DS_SELECTOR, HOST_FS_SELECTOR,
        HOST_GS_SELECTOR, HOST_TR_SELECTOR};
    private static final String[] NAMES = {"ES", "CS", "SS", "DS", "FS", "GS", "TR"};
    private static final VmcsField[] BASES = {HOST_FS_BASE, HOST_GS_BASE, HOST_TR_BASE, HOST_GDTR_BASE, HOST_IDTR_BASE};
    private static final String[] BASE_NAMES = {"FS", "GS", "TR", "GDTR", "IDTR"};

    private HostSegmentRules() {
    }

    static void addTo(List<EntryRule> rules) {
        Book book = new Book(rules, Area.HOST_STATE, "Checks on Host Segment and Descriptor-Table Registers");
        for (int i = 0; i < SELECTORS.length; i++) {
            book.rule("HOST_" + NAMES[i] + "_SELECTOR_RPL_TI", "In the host " + NAMES[i]
                    + " selector, RPL (bits 1:0) and TI (bit 2) have to be 0")
                    .on(SELECTORS[i]).zero(7);
        }
        book.rule("HOST_CS_SELECTOR_NULL", "The host CS selector may not be 0").on(HOST_CS_SELECTOR)
                .nonZero();
        book.rule("HOST_TR_SELECTOR_NULL", "The host TR selector may not be 0").on(HOST_TR_SELECTOR)
                .nonZero();
        book.rule("HOST_SS_SELECTOR_NULL", "With the \"host address-space size\" VM-exit control 0, the host SS selector may not be 0")
                .on(HOST_SS_SELECTOR).unless(EXIT_HOST_ADDRESS_SPACE_SIZE).nonZero();
        for (int i = 0; i < BASES.length; i++) {
            book.rule("HOST_" + BASE_NAMES[i] + "_BASE_CANONICAL", "The host " + BASE_NAMES[i] + " base has to be canonical").on(BASES[i])
                    .canonical();
        }
    }
}
