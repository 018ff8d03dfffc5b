// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.ENTRY_IA32E_MODE_GUEST;
import static dev.vmcsmith.vmx.VmcsField.*;
import static dev.vmcsmith.vmx.rules.GuestModes.*;

import dev.vmcsmith.vmx.AccessRights;
import dev.vmcsmith.x86.Descriptor;
import dev.vmcsmith.x86.Seg;
import java.util.List;

/** Checks on guest TR, and on guest LDTR if it is usable. */
final class GuestSystemSegmentRules {
    private static final long TABLE_INDICATOR = 4;
    private static final long RESERVED = 0xFFFE_0F00L;

    private GuestSystemSegmentRules() {
    }

    static void addTo(List<EntryRule> rules) {
        Book book = new Book(rules, Area.GUEST_STATE, GuestSegmentRules.SECTION);
        tr(book);
        ldtr(book);
    }

    private static void tr(Book book) {
        book.rule("GUEST_TR_SELECTOR_TI", "TI (bit 2) of the guest TR selector has to be 0").on(GUEST_TR_SELECTOR).zero(TABLE_INDICATOR);
        book.rule("GUEST_TR_BASE_CANONICAL", "The guest TR base has to be canonical").on(GUEST_TR_BASE).canonical();
        book.rule("GUEST_TR_AR_TYPE", "The type of guest TR has to be 11 (busy TSS), or 3 (busy 16-bit TSS) if the guest is not in "
                + "IA-32e mode")
                .on(GUEST_TR_ACCESS_RIGHTS).reads(ENTRY_IA32E_MODE_GUEST)
                .repair(Repairs.replacing(GUEST_TR_ACCESS_RIGHTS, Descriptor.AR_TYPE, Descriptor.TSS_BUSY))
                .holds(context -> {
                    int type = AccessRights.type(context.get(GUEST_TR_ACCESS_RIGHTS));
                    return type == Descriptor.TSS_BUSY || type == Descriptor.TSS_16_BUSY && !context.on(ENTRY_IA32E_MODE_GUEST);
                });
        book.rule("GUEST_TR_AR_S", "Guest TR has to be a system segment (S, bit 4, is 0)").on(GUEST_TR_ACCESS_RIGHTS).zero(Descriptor.AR_S);
        book.rule("GUEST_TR_AR_P", "Guest TR has to be present (P, bit 7, is 1)").on(GUEST_TR_ACCESS_RIGHTS).ones(Descriptor.AR_P);
        book.rule("GUEST_TR_AR_RESERVED", "In the access rights of guest TR, the reserved bits 31:17 and 11:8 have to be 0")
                .on(GUEST_TR_ACCESS_RIGHTS).zero(RESERVED);
        GuestSegmentRules.granularity(Seg.TR, book.rule("GUEST_TR_AR_G_CLEAR", GuestSegmentRules.granularityClear(Seg.TR)),
                book.rule("GUEST_TR_AR_G_SET", GuestSegmentRules.granularitySet(Seg.TR)));
        book.rule("GUEST_TR_AR_USABLE", "Guest TR has to be usable (bit 16 is 0)").on(GUEST_TR_ACCESS_RIGHTS).zero(UNUSABLE);
    }

    private static Book.Draft ldtr(Book book, String id, String message) {
        return book.rule(id, message).givenNot(GUEST_LDTR_ACCESS_RIGHTS, UNUSABLE);
    }

    private static void ldtr(Book book) {
        ldtr(book, "GUEST_LDTR_SELECTOR_TI", "TI (bit 2) of the guest LDTR selector has to be 0 if LDTR is usable").on(GUEST_LDTR_SELECTOR)
                .zero(TABLE_INDICATOR);
        ldtr(book, "GUEST_LDTR_BASE_CANONICAL", "The guest LDTR base has to be canonical if LDTR is usable").on(GUEST_LDTR_BASE)
                .canonical();
        ldtr(book, "GUEST_LDTR_AR_TYPE", "The type of guest LDTR, if it is usable, has to be 2 (LDT)").on(GUEST_LDTR_ACCESS_RIGHTS)
                .repair(Repairs.either(Repairs.replacing(GUEST_LDTR_ACCESS_RIGHTS, Descriptor.AR_TYPE, Descriptor.LDT),
                        Repairs.value(GUEST_LDTR_ACCESS_RIGHTS, UNUSABLE)))
                .holds(context -> AccessRights.type(context.get(GUEST_LDTR_ACCESS_RIGHTS)) == Descriptor.LDT);
        ldtr(book, "GUEST_LDTR_AR_S", "Guest LDTR, if it is usable, has to be a system segment (S, bit 4, is 0)")
                .on(GUEST_LDTR_ACCESS_RIGHTS)
                .zero(Descriptor.AR_S);
        ldtr(book, "GUEST_LDTR_AR_P", "Guest LDTR, if it is usable, has to be present (P, bit 7, is 1)").on(GUEST_LDTR_ACCESS_RIGHTS)
                .ones(Descriptor.AR_P);
        ldtr(book, "GUEST_LDTR_AR_RESERVED", "In the access rights of guest LDTR, if it is usable, the reserved bits 31:17 and 11:8 "
                + "have to be 0")
                .on(GUEST_LDTR_ACCESS_RIGHTS).zero(RESERVED);
        GuestSegmentRules.granularity(Seg.LDTR, ldtr(book, "GUEST_LDTR_AR_G_CLEAR", GuestSegmentRules.granularityClear(Seg.LDTR)),
                ldtr(book, "GUEST_LDTR_AR_G_SET", GuestSegmentRules.granularitySet(Seg.LDTR)));
    }
}
