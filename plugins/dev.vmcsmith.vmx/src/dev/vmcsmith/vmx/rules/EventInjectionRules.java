// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.*;
import static dev.vmcsmith.vmx.InterruptionInfo.*;
import static dev.vmcsmith.vmx.VmcsField.*;

import dev.vmcsmith.vmx.InterruptionInfo;
import dev.vmcsmith.x86.Cr0;
import dev.vmcsmith.x86.Msr;
import dev.vmcsmith.x86.Vector;
import java.util.List;

/** Checks on the VM-entry fields for event injection. All apply only when bit 31 (valid) of the field is 1. */
final class EventInjectionRules {
    /** CR4.FRED. */
    private static final long CR4_FRED = 1L << 32;
    private static final int NESTED_BIT = 58;
    private static final Checks.Repair WITHOUT_ERROR_CODE = Repairs.clearing(ENTRY_INTERRUPTION_INFORMATION, ERROR_CODE_VALID);

    private EventInjectionRules() {
    }

    static void addTo(List<EntryRule> rules) {
        Book book = new Book(rules, Area.CONTROLS, "VM-Entry Control Fields");
        typeAndVector(book);
        errorCode(book);
        instructionLength(book);
    }

    private static Book.Draft rule(Book book, String id, String message) {
        return book.rule(id, message).on(ENTRY_INTERRUPTION_INFORMATION).given(ENTRY_INTERRUPTION_INFORMATION, VALID);
    }

    private static int type(EntryContext context) {
        return InterruptionInfo.type(context.get(ENTRY_INTERRUPTION_INFORMATION));
    }

    private static int vector(EntryContext context) {
        return InterruptionInfo.vector(context.get(ENTRY_INTERRUPTION_INFORMATION));
    }

    private static void typeAndVector(Book book) {
        rule(book, "CTL_ENTRY_EVENT_TYPE", "The type of the injected event (bits 10:8) may not be the reserved value 1")
                .holds(context -> type(context) != RESERVED);
        rule(book, "CTL_ENTRY_EVENT_OTHER_TYPE", "The type 7 (other event) needs a processor that allows the \"monitor trap flag\" "
                + "VM-execution control, or FRED transitions in the guest").reads(GUEST_CR4)
                .holds(context -> type(context) != OTHER_EVENT || vector(context) != 0 && context.any(GUEST_CR4, CR4_FRED)
                        || ControlRules.allows(context, MONITOR_TRAP_FLAG));
        rule(book, "CTL_ENTRY_EVENT_NMI_VECTOR", "An injected NMI has to have vector 2")
                .repair(Repairs.replacing(ENTRY_INTERRUPTION_INFORMATION, 0xFFL, Vector.NMI))
                .holds(context -> type(context) != NMI || vector(context) == Vector.NMI);
        rule(book, "CTL_ENTRY_EVENT_EXCEPTION_VECTOR", "An injected hardware exception has to have a vector of at most 31")
                .holds(context -> type(context) != HARDWARE_EXCEPTION || vector(context) <= 31);
        rule(book, "CTL_ENTRY_EVENT_OTHER_VECTOR", "An event of type 7 (other event) has to have vector 0 (pending MTF VM exit), "
                + "or 1 or 2 (SYSCALL, SYSENTER) when the guest uses FRED").reads(GUEST_CR4)
                .holds(context -> type(context) != OTHER_EVENT || vector(context) == 0
                        || vector(context) <= 2 && context.any(GUEST_CR4, CR4_FRED));
        rule(book, "CTL_ENTRY_EVENT_RESERVED", "Bits 30:12 of the VM-entry interruption-information field are reserved and have to be 0 "
                + "(bit 13 excepted for a nested hardware exception where the processor supports it)")
                .holds(context -> {
                    long info = context.get(ENTRY_INTERRUPTION_INFORMATION);
                    if ((info & 0x7FFF_D000L) != 0) {
                        return false;
                    }
                    return (info & NESTED) == 0
                            || InterruptionInfo.type(info) == HARDWARE_EXCEPTION
                                    && (context.msr(Msr.IA32_VMX_BASIC) >>> NESTED_BIT & 1) != 0;
                });
    }

    private static void errorCode(Book book) {
        rule(book, "CTL_ENTRY_EVENT_ERROR_CODE_MISSING", "The deliver-error-code bit has to be 1 for a hardware exception that delivers an "
                + "error code, except to an unrestricted guest with CR0.PE = 0").reads(GUEST_CR0).reads(UNRESTRICTED_GUEST)
                .repair(Repairs.setting(ENTRY_INTERRUPTION_INFORMATION, ERROR_CODE_VALID))
                .holds(context -> {
                    long info = context.get(ENTRY_INTERRUPTION_INFORMATION);
                    return InterruptionInfo.deliversErrorCode(info) || InterruptionInfo.type(info) != HARDWARE_EXCEPTION
                            || !alwaysDelivers(InterruptionInfo.vector(info)) || errorCodeIsOptional(context)
                            || !protectedMode(context) && context.on(UNRESTRICTED_GUEST);
                });
        rule(book, "CTL_ENTRY_EVENT_ERROR_CODE_TYPE", "The deliver-error-code bit has to be 0 for an event that is not a hardware "
                + "exception")
                .repair(WITHOUT_ERROR_CODE)
                .holds(context -> !InterruptionInfo.deliversErrorCode(context.get(ENTRY_INTERRUPTION_INFORMATION))
                        || type(context) == HARDWARE_EXCEPTION);
        rule(book, "CTL_ENTRY_EVENT_ERROR_CODE_REAL_MODE", "The deliver-error-code bit has to be 0 for a guest with CR0.PE = 0")
                .reads(GUEST_CR0).reads(UNRESTRICTED_GUEST).repair(WITHOUT_ERROR_CODE)
                .holds(context -> !InterruptionInfo.deliversErrorCode(context.get(ENTRY_INTERRUPTION_INFORMATION))
                        || type(context) != HARDWARE_EXCEPTION || protectedMode(context) || !context.on(UNRESTRICTED_GUEST));
        rule(book, "CTL_ENTRY_EVENT_ERROR_CODE_UNEXPECTED",
                "The deliver-error-code bit has to be 0 for a hardware exception that delivers no "
                + "error code, unless IA32_VMX_BASIC[56] is 1").repair(WITHOUT_ERROR_CODE)
                .holds(context -> {
                    long info = context.get(ENTRY_INTERRUPTION_INFORMATION);
                    return !InterruptionInfo.deliversErrorCode(info) || InterruptionInfo.type(info) != HARDWARE_EXCEPTION
                            || Vector.hasErrorCode(InterruptionInfo.vector(info)) || errorCodeIsOptional(context);
                });
        rule(book, "CTL_ENTRY_ERROR_CODE_RESERVED", "With the deliver-error-code bit 1, bits 31:16 of the VM-entry exception error code "
                + "have to "
                + "be 0").on(ENTRY_EXCEPTION_ERROR_CODE).given(ENTRY_INTERRUPTION_INFORMATION, ERROR_CODE_VALID).zero(0xFFFF_0000L);
    }

    /** #CP is left out: processors that have it make the error code optional. */
    private static boolean alwaysDelivers(int vector) {
        return Vector.hasErrorCode(vector) && vector != Vector.CP;
    }

    private static boolean errorCodeIsOptional(EntryContext context) {
        context.msr(Msr.IA32_VMX_BASIC);
        return context.capabilities().errorCodeIsOptional();
    }

    private static boolean protectedMode(EntryContext context) {
        return context.any(GUEST_CR0, Cr0.PE);
    }

    private static void instructionLength(Book book) {
        rule(book, "CTL_ENTRY_INSTRUCTION_LENGTH_RANGE", "For a software interrupt or exception, the VM-entry instruction length has to "
                + "be at "
                + "most 15").on(ENTRY_INSTRUCTION_LENGTH).reads(ENTRY_INTERRUPTION_INFORMATION)
                .holds(context -> !hasLength(context) || context.get(ENTRY_INSTRUCTION_LENGTH) <= 15);
        rule(book, "CTL_ENTRY_INSTRUCTION_LENGTH_ZERO", "For a software interrupt or exception, the VM-entry instruction length may not "
                + "be 0 "
                + "on a processor without IA32_VMX_MISC[30]").on(ENTRY_INSTRUCTION_LENGTH).reads(ENTRY_INTERRUPTION_INFORMATION)
                .holds(context -> !hasLength(context) || context.get(ENTRY_INSTRUCTION_LENGTH) != 0
                        || (context.msr(Msr.IA32_VMX_MISC) >>> 30 & 1) != 0);
    }

    private static boolean hasLength(EntryContext context) {
        int type = type(context);
        return type >= SOFTWARE_INTERRUPT && type <= SOFTWARE_EXCEPTION || type == OTHER_EVENT && vector(context) != 0;
    }
}
