// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.*;
import static dev.vmcsmith.vmx.VmcsField.*;
import static dev.vmcsmith.vmx.rules.GuestModes.*;

import dev.vmcsmith.vmx.AccessRights;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.x86.Cr0;
import dev.vmcsmith.x86.Descriptor;
import dev.vmcsmith.x86.Seg;
import java.util.List;

/** Checks on guest segment registers CS, SS, DS, ES, FS and GS. LDTR and TR are in {@link GuestSystemSegmentRules}. */
final class GuestSegmentRules {
    static final String SECTION = "Checks on Guest Segment Registers";
    private static final long HIGH = -1L << 32;
    private static final long V86_LIMIT = 0xFFFF;
    private static final long V86_RIGHTS = 0xF3;
    private static final long RESERVED = 0xFFFE_0F00L;
    private static final int[] ALL = {Seg.CS, Seg.SS, Seg.DS, Seg.ES, Seg.FS, Seg.GS};
    private static final int[] DATA = {Seg.DS, Seg.ES, Seg.FS, Seg.GS};

    private final Book book;

    private GuestSegmentRules(List<EntryRule> rules) {
        book = new Book(rules, Area.GUEST_STATE, SECTION);
    }

    static void addTo(List<EntryRule> rules) {
        GuestSegmentRules all = new GuestSegmentRules(rules);
        all.selectors();
        all.bases();
        all.virtual8086();
        all.types();
        all.systemBit();
        all.codePrivilege();
        all.stackPrivilege();
        all.dataPrivilege();
        all.presentAndReserved();
        all.codeSize();
        all.granularity();
        all.fred();
    }

    private void selectors() {
        book.rule("GUEST_SS_SELECTOR_RPL", "Unless the guest is unrestricted or in virtual-8086 mode, the RPL of the SS selector has to "
                + "equal "
                + "the RPL of the CS selector").on(GUEST_SS_SELECTOR, GUEST_CS_SELECTOR).givenNot(GUEST_RFLAGS, V86)
                        .unless(UNRESTRICTED_GUEST)
                .repair(context -> List.of(Fix.set(GUEST_SS_SELECTOR,
                        context.get(GUEST_SS_SELECTOR) & ~3L | context.get(GUEST_CS_SELECTOR) & 3)))
                .holds(context -> ((context.get(GUEST_SS_SELECTOR) ^ context.get(GUEST_CS_SELECTOR)) & 3) == 0);
    }

    private void bases() {
        for (int segment : new int[] {Seg.FS, Seg.GS}) {
            book.rule("GUEST_" + NAME[segment] + "_BASE_CANONICAL", "The guest " + NAME[segment] + " base has to be canonical")
                    .on(BASE[segment]).canonical();
        }
        book.rule("GUEST_CS_BASE_HIGH", "Bits 63:32 of the guest CS base have to be 0").on(GUEST_CS_BASE).zero(HIGH);
        for (int segment : new int[] {Seg.SS, Seg.DS, Seg.ES}) {
            book.rule("GUEST_" + NAME[segment] + "_BASE_HIGH", "If guest " + NAME[segment]
                    + " is usable, bits 63:32 of its base have to be 0")
                    .on(BASE[segment]).givenNot(RIGHTS[segment], UNUSABLE).zero(HIGH);
        }
    }

    private void virtual8086() {
        for (int segment : ALL) {
            VmcsField base = BASE[segment];
            VmcsField selector = SELECTOR[segment];
            book.rule("GUEST_" + NAME[segment] + "_V86_BASE", "In virtual-8086 mode, the " + NAME[segment] + " base has to be the selector "
                    + "shifted left by 4 bits").on(base, selector).given(GUEST_RFLAGS, V86)
                    .repair(context -> List.of(Fix.set(base, context.get(selector) << 4)))
                    .holds(context -> context.get(base) == context.get(selector) << 4);
        }
        for (int segment : ALL) {
            fixed("GUEST_" + NAME[segment] + "_V86_LIMIT", "limit has", LIMIT[segment], V86_LIMIT, segment);
        }
        for (int segment : ALL) {
            fixed("GUEST_" + NAME[segment] + "_V86_AR", "access rights have", RIGHTS[segment], V86_RIGHTS, segment);
        }
    }

    private void fixed(String id, String what, VmcsField field, long value, int segment) {
        book.rule(id, "In virtual-8086 mode, the " + NAME[segment] + ' ' + what + " to be 0x" + Long.toHexString(value).toUpperCase(
                java.util.Locale.ROOT)).on(field).given(GUEST_RFLAGS, V86).repair(Repairs.value(field, value))
                .holds(context -> context.get(field) == value);
    }

    /** Begins a rule on access rights that applies outside virtual-8086 mode; CS is checked even if it is unusable. */
    private Book.Draft rights(String id, String message, int segment) {
        VmcsField field = RIGHTS[segment];
        Book.Draft draft = book.rule("GUEST_" + NAME[segment] + id, message).on(field).givenNot(GUEST_RFLAGS, V86);
        return segment == Seg.CS ? draft : draft.givenNot(field, UNUSABLE);
    }

    private void types() {
        rights("_AR_TYPE", "The type of guest CS has to be 9, 11, 13 or 15 (accessed code segment), or 3 (read/write accessed data) if the "
                + "guest is unrestricted", Seg.CS).reads(UNRESTRICTED_GUEST)
                .repair(context -> AccessRights.type(context.get(GUEST_CS_ACCESS_RIGHTS)) >= Descriptor.TYPE_CODE
                        ? List.of(Fix.set(GUEST_CS_ACCESS_RIGHTS, context.get(GUEST_CS_ACCESS_RIGHTS) | Descriptor.TYPE_ACCESSED))
                                : List.of())
                .holds(context -> {
                    int type = AccessRights.type(context.get(GUEST_CS_ACCESS_RIGHTS));
                    return (type & 9) == 9 || type == 3 && context.on(UNRESTRICTED_GUEST);
                });
        rights("_AR_TYPE", "The type of guest SS, if it is usable, has to be 3 or 7 (read/write accessed data segment)", Seg.SS)
                .repair(context -> (context.get(GUEST_SS_ACCESS_RIGHTS) & Descriptor.TYPE_CODE) == 0
                        ? List.of(Fix.set(GUEST_SS_ACCESS_RIGHTS, context.get(GUEST_SS_ACCESS_RIGHTS) | 3)) : List.of())
                .holds(context -> (context.get(GUEST_SS_ACCESS_RIGHTS) & 0xB) == 3);
        for (int segment : DATA) {
            VmcsField field = RIGHTS[segment];
            rights("_AR_TYPE", "The type of guest " + NAME[segment] + ", if it is usable, has to be accessed (bit 0 is 1) and, for a code "
                    + "segment, readable (bit 1 is 1)", segment)
                    .repair(context -> List.of(Fix.set(field, context.get(field) | Descriptor.TYPE_ACCESSED
                            | ((context.get(field) & Descriptor.TYPE_CODE) != 0 ? Descriptor.TYPE_RW : 0))))
                    .holds(context -> {
                        long rights = context.get(field);
                        return (rights & Descriptor.TYPE_ACCESSED) != 0
                                && (rights & (Descriptor.TYPE_CODE | Descriptor.TYPE_RW)) != Descriptor.TYPE_CODE;
                    });
        }
    }

    private void systemBit() {
        for (int segment : ALL) {
            rights("_AR_S", "Guest " + NAME[segment] + (segment == Seg.CS ? "" : ", if it is usable,")
                    + " has to be a code or data segment "
                    + "(S, bit 4, is 1)", segment).ones(Descriptor.AR_S);
        }
    }

    private void codePrivilege() {
        rights("_AR_DPL_DATA", "If the type of guest CS is 3 (unrestricted guest), its DPL has to be 0", Seg.CS)
                .repair(Repairs.clearing(GUEST_CS_ACCESS_RIGHTS, Descriptor.AR_DPL))
                .holds(context -> AccessRights.type(context.get(GUEST_CS_ACCESS_RIGHTS)) != 3
                        || AccessRights.dpl(context.get(GUEST_CS_ACCESS_RIGHTS)) == 0);
        rights("_AR_DPL_NONCONFORMING", "If guest CS is a non-conforming code segment (type 9 or 11), its DPL has to equal the DPL of SS",
                Seg.CS)
                .on(GUEST_CS_ACCESS_RIGHTS, GUEST_SS_ACCESS_RIGHTS)
                .holds(context -> {
                    int type = AccessRights.type(context.get(GUEST_CS_ACCESS_RIGHTS));
                    return type != 9 && type != 11 || AccessRights.dpl(context.get(GUEST_CS_ACCESS_RIGHTS)) == AccessRights.dpl(context.get(GUEST_SS_ACCESS_RIGHTS));
                });
        rights("_AR_DPL_CONFORMING", "If guest CS is a conforming code segment (type 13 or 15), its DPL may not be greater than the DPL "
                + "of SS",
                Seg.CS).on(GUEST_CS_ACCESS_RIGHTS, GUEST_SS_ACCESS_RIGHTS)
                .holds(context -> {
                    int type = AccessRights.type(context.get(GUEST_CS_ACCESS_RIGHTS));
                    return type != 13 && type != 15 || AccessRights.dpl(context.get(GUEST_CS_ACCESS_RIGHTS)) <= AccessRights.dpl(context.get(GUEST_SS_ACCESS_RIGHTS));
                });
    }

    private void stackPrivilege() {
        book.rule("GUEST_SS_AR_DPL_RPL", "Unless the guest is unrestricted, the DPL of guest SS has to equal the RPL of its selector")
                .on(GUEST_SS_ACCESS_RIGHTS, GUEST_SS_SELECTOR).givenNot(GUEST_RFLAGS, V86).unless(UNRESTRICTED_GUEST)
                .holds(context -> AccessRights.dpl(context.get(GUEST_SS_ACCESS_RIGHTS)) == (context.get(GUEST_SS_SELECTOR) & 3));
        book.rule("GUEST_SS_AR_DPL_REAL", "If the type of guest CS is 3 or guest CR0.PE is 0, the DPL of guest SS has to be 0")
                .on(GUEST_SS_ACCESS_RIGHTS, GUEST_CS_ACCESS_RIGHTS, GUEST_CR0).givenNot(GUEST_RFLAGS, V86)
                .repair(Repairs.clearing(GUEST_SS_ACCESS_RIGHTS, Descriptor.AR_DPL))
                .holds(context -> AccessRights.dpl(context.get(GUEST_SS_ACCESS_RIGHTS)) == 0
                        || AccessRights.type(context.get(GUEST_CS_ACCESS_RIGHTS)) != 3 && context.any(GUEST_CR0, Cr0.PE));
    }

    private void dataPrivilege() {
        for (int segment : DATA) {
            VmcsField field = RIGHTS[segment];
            VmcsField selector = SELECTOR[segment];
            rights("_AR_DPL", "Unless the guest is unrestricted, the DPL of guest " + NAME[segment]
                    + ", if it is usable data or non-conforming "
                    + "code, may not be less than the RPL of its selector", segment).on(field, selector).unless(UNRESTRICTED_GUEST)
                    .holds(context -> AccessRights.type(context.get(field)) > 11
                            || AccessRights.dpl(context.get(field)) >= (context.get(selector) & 3));
        }
    }

    private void presentAndReserved() {
        for (int segment : ALL) {
            String condition = segment == Seg.CS ? "" : ", if it is usable,";
            rights("_AR_P", "Guest " + NAME[segment] + condition + " has to be present (P, bit 7, is 1)", segment).ones(Descriptor.AR_P);
        }
        for (int segment : ALL) {
            String condition = segment == Seg.CS ? "" : ", if it is usable,";
            rights("_AR_RESERVED", "In the access rights of guest " + NAME[segment] + condition
                    + " the reserved bits 31:17 and 11:8 have to be 0",
                    segment).zero(RESERVED);
        }
    }

    private void codeSize() {
        rights("_AR_DB", "With the \"IA-32e mode guest\" VM-entry control 1 and CS.L 1, CS.D/B (bit 14) has to be 0", Seg.CS)
                .when(ENTRY_IA32E_MODE_GUEST).given(GUEST_CS_ACCESS_RIGHTS, Descriptor.AR_L).zero(Descriptor.AR_DB);
    }

    private void granularity() {
        for (int segment : ALL) {
            granularity(segment, rights("_AR_G_CLEAR", granularityClear(segment), segment),
                    rights("_AR_G_SET", granularitySet(segment), segment));
        }
    }

    static String granularityClear(int segment) {
        return "If any of bits 11:0 of the guest " + NAME[segment] + " limit is 0, G (bit 15) of its access rights has to be 0";
    }

    static String granularitySet(int segment) {
        return "If any of bits 31:20 of the guest " + NAME[segment] + " limit is 1, G (bit 15) of its access rights has to be 1";
    }

    /** Finishes the two rules on G for a segment. */
    static void granularity(int segment, Book.Draft clear, Book.Draft set) {
        VmcsField field = RIGHTS[segment];
        VmcsField limit = LIMIT[segment];
        clear.on(field, limit).repair(Repairs.either(Repairs.clearing(field, Descriptor.AR_G), Repairs.setting(limit, 0xFFF)))
                .holds(context -> (context.get(field) & Descriptor.AR_G) == 0 || (~context.get(limit) & 0xFFF) == 0);
        set.on(field, limit).repair(Repairs.setting(field, Descriptor.AR_G))
                .holds(context -> (context.get(field) & Descriptor.AR_G) != 0 || (context.get(limit) & 0xFFF0_0000L) == 0);
    }

    private void fred() {
        book.rule("GUEST_SS_AR_DPL_FRED", "With guest CR4.FRED 1, the DPL of guest SS has to be 0 or 3").on(GUEST_SS_ACCESS_RIGHTS)
                .given(GUEST_CR4, CR4_FRED).holds(context -> {
                    int dpl = AccessRights.dpl(context.get(GUEST_SS_ACCESS_RIGHTS));
                    return dpl == 0 || dpl == 3;
                });
        book.rule("GUEST_CS_AR_L_FRED", "With guest CR4.FRED 1 and SS.DPL 0, CS.L (bit 13) has to be 1").on(GUEST_CS_ACCESS_RIGHTS)
                .given(GUEST_CR4, CR4_FRED).givenNot(GUEST_SS_ACCESS_RIGHTS, Descriptor.AR_DPL).ones(Descriptor.AR_L);
    }
}
