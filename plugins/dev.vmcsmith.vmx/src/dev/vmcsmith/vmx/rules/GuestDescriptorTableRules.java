// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.VmcsField.*;

import java.util.List;

/** Checks on guest descriptor-table registers. */
final class GuestDescriptorTableRules {
    private static final long LARGEST = 0xFFFF;

    private GuestDescriptorTableRules() {
    }

    static void addTo(List<EntryRule> rules) {
        Book book = new Book(rules, Area.GUEST_STATE, "Checks on Guest Descriptor-Table Registers");
        book.rule("GUEST_GDTR_BASE_CANONICAL", "The guest GDTR base has to be canonical").on(GUEST_GDTR_BASE).canonical();
        book.rule("GUEST_IDTR_BASE_CANONICAL", "The guest IDTR base has to be canonical").on(GUEST_IDTR_BASE).canonical();
        book.rule("GUEST_GDTR_LIMIT", "Bits 31:16 of the guest GDTR limit have to be 0").on(GUEST_GDTR_LIMIT)
                .repair(Repairs.value(GUEST_GDTR_LIMIT, LARGEST)).holds(context -> context.get(GUEST_GDTR_LIMIT) <= LARGEST);
        book.rule("GUEST_IDTR_LIMIT", "Bits 31:16 of the guest IDTR limit have to be 0").on(GUEST_IDTR_LIMIT)
                .repair(Repairs.value(GUEST_IDTR_LIMIT, LARGEST)).holds(context -> context.get(GUEST_IDTR_LIMIT) <= LARGEST);
    }
}
