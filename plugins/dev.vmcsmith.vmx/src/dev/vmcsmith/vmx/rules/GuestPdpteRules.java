// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.*;
import static dev.vmcsmith.vmx.VmcsField.*;

import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Cr0;
import dev.vmcsmith.x86.Cr4;
import java.util.List;

/**
 * Checks on the PDPTEs of a guest that uses PAE paging: CR0.PG and CR4.PAE are 1 and it is not in IA-32e mode. With EPT the
 * VMCS holds them; without, they are in memory at the address in CR3.
 */
final class GuestPdpteRules {
    private static final VmcsField[] FIELDS = {GUEST_PDPTE0, GUEST_PDPTE1, GUEST_PDPTE2, GUEST_PDPTE3};
    /** Bits 2:1 and 8:5, and those from 52 on. */
    private static final long RESERVED = 0x1E6L | -1L << 52;
    private static final long TABLE = 0xFFFF_FFE0L;

    private GuestPdpteRules() {
    }

    static void addTo(List<EntryRule> rules) {
        Book book = new Book(rules, Area.GUEST_PDPTES, "Checks on Guest Page-Directory-Pointer-Table Entries");
        for (int i = 0; i < FIELDS.length; i++) {
            VmcsField field = FIELDS[i];
            pae(book.rule("GUEST_PDPTE" + i + "_RESERVED", "With PAE paging and EPT, guest PDPTE" + i
                    + ", if it is present (bit 0), may not set "
                    + "its reserved bits 2:1 and 8:5 or bits beyond the processor's physical-address width").on(field)).when(ENABLE_EPT)
                    .repair(context -> List.of(Fix.set(field, context.get(field) & ~reserved(context))))
                    .holds(context -> valid(context, context.get(field)));
        }
        for (int i = 0; i < FIELDS.length; i++) {
            int index = i;
            pae(book.rule("GUEST_PDPTE" + i + "_MEMORY", "With PAE paging and no EPT, PDPTE" + i
                    + " in the table at guest CR3, if it is present "
                    + "(bit 0), may not set its reserved bits 2:1 and 8:5 or bits beyond the processor's physical-address width")
                            .on(GUEST_CR3))
                    .unless(ENABLE_EPT).say(context -> "PDPTE%d is 0x%016X".formatted(index, entry(context, index)))
                    .holds(context -> valid(context, entry(context, index)));
        }
    }

    private static Book.Draft pae(Book.Draft draft) {
        return draft.given(GUEST_CR0, Cr0.PG).given(GUEST_CR4, Cr4.PAE).unless(ENTRY_IA32E_MODE_GUEST);
    }

    private static long entry(EntryContext context, int index) {
        long address = (context.get(GUEST_CR3) & TABLE) + 8L * index;
        if (!context.memory().known(address, 8)) {
            context.miss();
            return 0;
        }
        return context.memory().read64(address);
    }

    private static boolean valid(EntryContext context, long entry) {
        return (entry & 1) == 0 || (entry & RESERVED) == 0 && context.physical(entry);
    }

    private static long reserved(EntryContext context) {
        return RESERVED | context.beyondPhysical();
    }
}
