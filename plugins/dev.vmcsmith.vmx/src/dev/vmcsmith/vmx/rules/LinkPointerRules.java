// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.*;
import static dev.vmcsmith.vmx.VmcsField.VMCS_LINK_POINTER;

import dev.vmcsmith.x86.Msr;
import java.util.List;

/** Checks on the VMCS link pointer; they apply unless it is FFFFFFFF_FFFFFFFFH. */
final class LinkPointerRules {
    private static final long NONE = -1L;
    private static final long SHADOW = 1L << 31;

    private LinkPointerRules() {
    }

    static void addTo(List<EntryRule> rules) {
        Book book = new Book(rules, Area.VMCS_LINK_POINTER, GuestNonRegisterRules.SECTION);
        rule(book, "VMCS_LINK_POINTER_ALIGN", "Bits 11:0 of the VMCS link pointer have to be 0")
                .holds(context -> absent(context) || (context.get(VMCS_LINK_POINTER) & 0xFFF) == 0);
        rule(book, "VMCS_LINK_POINTER_WIDTH", "The VMCS link pointer may not set bits beyond the processor's physical-address width")
                .holds(context -> absent(context) || context.physical(context.get(VMCS_LINK_POINTER)));
        rule(book, "VMCS_LINK_POINTER_REVISION", "The VMCS that the link pointer names has to have the processor's VMCS revision "
                + "identifier "
                + "in bits 30:0 of its first 4 bytes").say(LinkPointerRules::found)
                .holds(context -> absent(context) || unreadable(context)
                        || (header(context) & ~SHADOW) == (context.msr(Msr.IA32_VMX_BASIC) & 0x7FFF_FFFF));
        rule(book, "VMCS_LINK_POINTER_SHADOW", "The shadow-VMCS indicator (bit 31) of the VMCS that the link pointer names has to equal "
                + "the "
                + "\"VMCS shadowing\" VM-execution control").reads(VMCS_SHADOWING).say(LinkPointerRules::found)
                .holds(context -> absent(context) || unreadable(context)
                        || ((header(context) & SHADOW) != 0) == context.on(VMCS_SHADOWING));
        rule(book, "VMCS_LINK_POINTER_CURRENT", "Outside SMM, or with the \"entry to SMM\" VM-entry control 1, the VMCS link pointer "
                + "may not be the "
                + "current-VMCS pointer").reads(ENTRY_ENTRY_TO_SMM)
                .holds(context -> absent(context) || context.environment().smm() && !context.on(ENTRY_ENTRY_TO_SMM)
                        || differs(context, context.environment().currentVmcs()));
        rule(book, "VMCS_LINK_POINTER_VMXON", "In SMM with the \"entry to SMM\" VM-entry control 0, the VMCS link pointer may not be "
                + "the VMXON "
                + "pointer").reads(ENTRY_ENTRY_TO_SMM)
                .holds(context -> absent(context) || !context.environment().smm() || context.on(ENTRY_ENTRY_TO_SMM)
                        || differs(context, context.environment().vmxonPointer()));
    }

    private static Book.Draft rule(Book book, String id, String message) {
        return book.rule(id, message).on(VMCS_LINK_POINTER).repair(Repairs.value(VMCS_LINK_POINTER, NONE));
    }

    private static boolean absent(EntryContext context) {
        return context.get(VMCS_LINK_POINTER) == NONE;
    }

    /** Not a pointer that the processor follows: other rules say so. */
    private static boolean unreadable(EntryContext context) {
        long pointer = context.get(VMCS_LINK_POINTER);
        return (pointer & 0xFFF) != 0 || !context.physical(pointer);
    }

    private static long header(EntryContext context) {
        long pointer = context.get(VMCS_LINK_POINTER);
        if (!context.memory().known(pointer, 4)) {
            context.miss();
            return 0;
        }
        return context.memory().read32(pointer) & 0xFFFF_FFFFL;
    }

    private static String found(EntryContext context) {
        return "the first 4 bytes are 0x%08X".formatted(header(context));
    }

    private static boolean differs(EntryContext context, long pointer) {
        if (pointer < 0) {
            context.miss();
        }
        return context.get(VMCS_LINK_POINTER) != pointer;
    }
}
