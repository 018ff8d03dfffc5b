// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import static dev.vmcsmith.vmx.ControlBit.*;
import static dev.vmcsmith.vmx.GuestState.*;
import static dev.vmcsmith.vmx.VmcsField.*;

import dev.vmcsmith.vmx.AccessRights;
import dev.vmcsmith.vmx.InterruptionInfo;
import dev.vmcsmith.x86.Msr;
import dev.vmcsmith.x86.Rflags;
import dev.vmcsmith.x86.Vector;
import java.util.List;

/** Checks on activity state, interruptibility state and pending debug exceptions. The link pointer is in {@link LinkPointerRules}. */
final class GuestNonRegisterRules {
    static final String SECTION = "Checks on Guest Non-Register State";
    private static final long BLOCKING = BLOCKING_BY_STI | BLOCKING_BY_MOV_SS;
    private static final Checks.Repair ACTIVATE = Repairs.value(GUEST_ACTIVITY_STATE, ACTIVE);

    private GuestNonRegisterRules() {
    }

    static void addTo(List<EntryRule> rules) {
        Book book = new Book(rules, Area.GUEST_STATE, SECTION);
        activity(book);
        injectionByActivity(book);
        interruptibility(book);
        injectionByInterruptibility(book);
        nmiWhileBlockedBySti(new Book(rules, Area.NMI_INJECTION, SECTION));
        pendingDebug(book);
        rtm(book);
    }

    private static int eventType(EntryContext context) {
        return InterruptionInfo.type(context.get(ENTRY_INTERRUPTION_INFORMATION));
    }

    private static int eventVector(EntryContext context) {
        return InterruptionInfo.vector(context.get(ENTRY_INTERRUPTION_INFORMATION));
    }

    private static void activity(Book book) {
        book.rule("GUEST_ACTIVITY_SUPPORTED", "The activity state has to be 0 (active), or 1 (HLT), 2 (shutdown) or 3 (wait-for-SIPI) as "
                + "IA32_VMX_MISC[8:6] allows").on(GUEST_ACTIVITY_STATE)
                .repair(ACTIVATE)
                .holds(context -> {
                    long state = context.get(GUEST_ACTIVITY_STATE);
                    return state == ACTIVE || state <= WAIT_FOR_SIPI && (context.msr(Msr.IA32_VMX_MISC) >>> state + 5 & 1) != 0;
                });
        book.rule("GUEST_ACTIVITY_HLT_DPL", "The activity state may not be HLT if the DPL of guest SS is not 0")
                .on(GUEST_ACTIVITY_STATE, GUEST_SS_ACCESS_RIGHTS).repair(ACTIVATE)
                .holds(context -> context.get(GUEST_ACTIVITY_STATE) != HLT || AccessRights.dpl(context.get(GUEST_SS_ACCESS_RIGHTS)) == 0);
        book.rule("GUEST_ACTIVITY_BLOCKING", "The activity state has to be active if there is blocking by STI or by MOV SS")
                .on(GUEST_ACTIVITY_STATE, GUEST_INTERRUPTIBILITY_STATE)
                .repair(ACTIVATE)
                .holds(context -> context.get(GUEST_ACTIVITY_STATE) == ACTIVE || !context.any(GUEST_INTERRUPTIBILITY_STATE, BLOCKING));
        book.rule("GUEST_ACTIVITY_SIPI_SMM", "The activity state may not be wait-for-SIPI if the \"entry to SMM\" VM-entry control is 1")
                .on(GUEST_ACTIVITY_STATE).when(ENTRY_ENTRY_TO_SMM).repair(ACTIVATE)
                .holds(context -> context.get(GUEST_ACTIVITY_STATE) != WAIT_FOR_SIPI);
    }

    private static Book.Draft injected(Book book, String id, String message) {
        return book.rule(id, message).on(GUEST_ACTIVITY_STATE, ENTRY_INTERRUPTION_INFORMATION)
                .given(ENTRY_INTERRUPTION_INFORMATION, InterruptionInfo.VALID)
                .repair(ACTIVATE);
    }

    private static void injectionByActivity(Book book) {
        injected(book, "GUEST_ACTIVITY_HLT_EVENT", "In the HLT state, VM entry may inject only an external interrupt, an NMI, #DB, #MC "
                + "or a "
                + "pending MTF VM exit")
                .holds(context -> context.get(GUEST_ACTIVITY_STATE) != HLT || switch (eventType(context)) {
                    case InterruptionInfo.EXTERNAL_INTERRUPT, InterruptionInfo.NMI -> true;
                    case InterruptionInfo.HARDWARE_EXCEPTION -> eventVector(context) == Vector.DB || eventVector(context) == Vector.MC;
                    case InterruptionInfo.OTHER_EVENT -> eventVector(context) == 0;
                    default -> false;
                });
        injected(book, "GUEST_ACTIVITY_SHUTDOWN_EVENT", "In the shutdown state, VM entry may inject only an NMI or #MC")
                .holds(context -> context.get(GUEST_ACTIVITY_STATE) != SHUTDOWN || eventType(context) == InterruptionInfo.NMI
                        || eventType(context) == InterruptionInfo.HARDWARE_EXCEPTION && eventVector(context) == Vector.MC);
        injected(book, "GUEST_ACTIVITY_SIPI_EVENT", "In the wait-for-SIPI state, VM entry may inject no event")
                .holds(context -> context.get(GUEST_ACTIVITY_STATE) != WAIT_FOR_SIPI);
    }

    private static void interruptibility(Book book) {
        book.rule("GUEST_INTERRUPTIBILITY_RESERVED", "Bits 31:5 of the interruptibility state are reserved and have to be 0")
                .on(GUEST_INTERRUPTIBILITY_STATE).zero(INTERRUPTIBILITY_RESERVED);
        book.rule("GUEST_INTERRUPTIBILITY_STI_MOV_SS", "Blocking by STI and blocking by MOV SS may not both be in effect")
                .on(GUEST_INTERRUPTIBILITY_STATE).holds(context -> (~context.get(GUEST_INTERRUPTIBILITY_STATE) & BLOCKING) != 0);
        book.rule("GUEST_INTERRUPTIBILITY_STI_IF", "Blocking by STI (bit 0) has to be 0 if guest RFLAGS.IF (bit 9) is 0")
                .on(GUEST_INTERRUPTIBILITY_STATE, GUEST_RFLAGS).givenNot(GUEST_RFLAGS, Rflags.IF)
                .repair(Repairs.clearing(GUEST_INTERRUPTIBILITY_STATE, BLOCKING_BY_STI))
                .holds(context -> !context.any(GUEST_INTERRUPTIBILITY_STATE, BLOCKING_BY_STI));
        book.rule("GUEST_INTERRUPTIBILITY_SMI_OUTSIDE_SMM", "Outside SMM, blocking by SMI (bit 2) has to be 0")
                .on(GUEST_INTERRUPTIBILITY_STATE)
                .repair(Repairs.clearing(GUEST_INTERRUPTIBILITY_STATE, BLOCKING_BY_SMI))
                .holds(context -> context.environment().smm() || !context.any(GUEST_INTERRUPTIBILITY_STATE, BLOCKING_BY_SMI));
        book.rule("GUEST_INTERRUPTIBILITY_SMI_ENTRY", "With the \"entry to SMM\" VM-entry control 1, blocking by SMI (bit 2) has to be 1")
                .on(GUEST_INTERRUPTIBILITY_STATE).when(ENTRY_ENTRY_TO_SMM).ones(BLOCKING_BY_SMI);
        book.rule("GUEST_INTERRUPTIBILITY_ENCLAVE", "If enclave interruption (bit 4) is 1, blocking by MOV SS (bit 1) has to be 0")
                .on(GUEST_INTERRUPTIBILITY_STATE).given(GUEST_INTERRUPTIBILITY_STATE, ENCLAVE_INTERRUPTION).zero(BLOCKING_BY_MOV_SS);
        book.rule("GUEST_INTERRUPTIBILITY_ENCLAVE_SUPPORT", "If enclave interruption (bit 4) is 1, the processor has to support SGX")
                .on(GUEST_INTERRUPTIBILITY_STATE).given(GUEST_INTERRUPTIBILITY_STATE, ENCLAVE_INTERRUPTION)
                .holds(context -> feature(context, 2));
        book.rule("GUEST_INTERRUPTIBILITY_STI_FRED", "With guest CR4.FRED 1 and SS.DPL 3, blocking by STI (bit 0) has to be 0")
                .on(GUEST_INTERRUPTIBILITY_STATE, GUEST_SS_ACCESS_RIGHTS).given(GUEST_CR4, GuestModes.CR4_FRED)
                .holds(context -> !context.any(GUEST_INTERRUPTIBILITY_STATE, BLOCKING_BY_STI)
                        || AccessRights.dpl(context.get(GUEST_SS_ACCESS_RIGHTS)) != 3);
    }

    /** A bit of CPUID.(EAX=07H,ECX=0):EBX. */
    private static boolean feature(EntryContext context, int bit) {
        if (context.capabilities().cpuid().leaves().isEmpty()) {
            context.miss();
        }
        return (context.capabilities().cpuid().ebx(7, 0) >>> bit & 1) != 0;
    }

    private static Book.Draft blocked(Book book, String id, String message) {
        return book.rule(id, message).on(GUEST_INTERRUPTIBILITY_STATE, ENTRY_INTERRUPTION_INFORMATION)
                .given(ENTRY_INTERRUPTION_INFORMATION, InterruptionInfo.VALID);
    }

    private static Checks.Repair unblock(long bits) {
        return Repairs.clearing(GUEST_INTERRUPTIBILITY_STATE, bits);
    }

    private static void injectionByInterruptibility(Book book) {
        blocked(book, "GUEST_INTERRUPTIBILITY_STI_EXTERNAL_INTERRUPT",
                "If VM entry injects an external interrupt, blocking by STI (bit 0) has "
                + "to be 0").repair(unblock(BLOCKING_BY_STI))
                .holds(context -> eventType(context) != InterruptionInfo.EXTERNAL_INTERRUPT
                        || !context.any(GUEST_INTERRUPTIBILITY_STATE, BLOCKING_BY_STI));
        blocked(book, "GUEST_INTERRUPTIBILITY_MOV_SS_EXTERNAL_INTERRUPT",
                "If VM entry injects an external interrupt, blocking by MOV SS (bit 1) "
                + "has to be 0").repair(unblock(BLOCKING_BY_MOV_SS))
                .holds(context -> eventType(context) != InterruptionInfo.EXTERNAL_INTERRUPT
                        || !context.any(GUEST_INTERRUPTIBILITY_STATE, BLOCKING_BY_MOV_SS));
        blocked(book, "GUEST_INTERRUPTIBILITY_MOV_SS_NMI", "If VM entry injects an NMI, blocking by MOV SS (bit 1) has to be 0")
                .repair(unblock(BLOCKING_BY_MOV_SS))
                .holds(context -> eventType(context) != InterruptionInfo.NMI
                        || !context.any(GUEST_INTERRUPTIBILITY_STATE, BLOCKING_BY_MOV_SS));
        blocked(book, "GUEST_INTERRUPTIBILITY_NMI_VIRTUAL_NMI",
                "If VM entry injects an NMI with the \"virtual NMIs\" VM-execution control 1, "
                + "blocking by NMI (bit 3) has to be 0").when(PIN_VIRTUAL_NMIS).repair(unblock(BLOCKING_BY_NMI))
                .holds(context -> eventType(context) != InterruptionInfo.NMI
                        || !context.any(GUEST_INTERRUPTIBILITY_STATE, BLOCKING_BY_NMI));
    }

    private static void nmiWhileBlockedBySti(Book book) {
        blocked(book, "GUEST_INTERRUPTIBILITY_STI_NMI", "If VM entry injects an NMI, a processor may require blocking by STI (bit 0) to "
                + "be 0")
                .repair(unblock(BLOCKING_BY_STI))
                .holds(context -> eventType(context) != InterruptionInfo.NMI
                        || !context.any(GUEST_INTERRUPTIBILITY_STATE, BLOCKING_BY_STI));
    }

    private static void pendingDebug(Book book) {
        book.rule("GUEST_PENDING_DEBUG_RESERVED", "Bits 63:17, 15, 13 and 11:4 of the pending debug exceptions are reserved and have to "
                + "be 0 "
                + "(bit 11 excepted where the processor detects bus locks)").on(GUEST_PENDING_DEBUG_EXCEPTIONS)
                .zero(context -> PENDING_RESERVED | (busLockDetection(context) ? 0 : PENDING_BUS_LOCK));
        singleStep(book, "GUEST_PENDING_DEBUG_BS_MISSING", "With blocking by STI or MOV SS or in the HLT state, BS (bit 14) of the "
                + "pending debug "
                + "exceptions has to be 1 if guest RFLAGS.TF is 1 and IA32_DEBUGCTL.BTF is 0")
                .repair(Repairs.setting(GUEST_PENDING_DEBUG_EXCEPTIONS, PENDING_BS))
                .holds(context -> context.any(GUEST_PENDING_DEBUG_EXCEPTIONS, PENDING_BS) || !context.any(GUEST_RFLAGS, Rflags.TF)
                        || !delayed(context) || context.any(GUEST_IA32_DEBUGCTL, MsrMasks.DEBUGCTL_BTF));
        singleStep(book, "GUEST_PENDING_DEBUG_BS_UNEXPECTED",
                "With blocking by STI or MOV SS or in the HLT state, BS (bit 14) of the pending debug "
                + "exceptions has to be 0 if guest RFLAGS.TF is 0 or IA32_DEBUGCTL.BTF is 1")
                .repair(Repairs.clearing(GUEST_PENDING_DEBUG_EXCEPTIONS, PENDING_BS))
                .holds(context -> !context.any(GUEST_PENDING_DEBUG_EXCEPTIONS, PENDING_BS) || !delayed(context)
                        || context.any(GUEST_RFLAGS, Rflags.TF) && !context.any(GUEST_IA32_DEBUGCTL, MsrMasks.DEBUGCTL_BTF));
    }

    private static Book.Draft singleStep(Book book, String id, String message) {
        return book.rule(id, message).on(GUEST_PENDING_DEBUG_EXCEPTIONS, GUEST_RFLAGS, GUEST_IA32_DEBUGCTL, GUEST_INTERRUPTIBILITY_STATE,
                GUEST_ACTIVITY_STATE);
    }

    /** Whether a single-step trap would be held pending over VM entry. */
    private static boolean delayed(EntryContext context) {
        if (context.known(GUEST_ACTIVITY_STATE) && context.vmcs().value(GUEST_ACTIVITY_STATE) == HLT) {
            return true;
        }
        return context.any(GUEST_INTERRUPTIBILITY_STATE, BLOCKING) || context.get(GUEST_ACTIVITY_STATE) == HLT;
    }

    /** Bus-lock debug exceptions, CPUID.(EAX=07H,ECX=0):ECX[24]; taken as there when CPUID is not known. */
    private static boolean busLockDetection(EntryContext context) {
        return context.capabilities().cpuid().leaves().isEmpty() || (context.capabilities().cpuid().ecx(7, 0) >>> 24 & 1) != 0;
    }

    private static void rtm(Book book) {
        book.rule("GUEST_PENDING_DEBUG_RTM_BITS", "If RTM (bit 16) of the pending debug exceptions is 1, bit 12 has to be 1 and bits "
                + "63:17, 15:13 "
                + "and 11:0 have to be 0").on(GUEST_PENDING_DEBUG_EXCEPTIONS).given(GUEST_PENDING_DEBUG_EXCEPTIONS, PENDING_RTM)
                .repair(Repairs.value(GUEST_PENDING_DEBUG_EXCEPTIONS, PENDING_RTM | PENDING_ENABLED_BREAKPOINT))
                .holds(context -> context.get(GUEST_PENDING_DEBUG_EXCEPTIONS) == (PENDING_RTM | PENDING_ENABLED_BREAKPOINT));
        book.rule("GUEST_PENDING_DEBUG_RTM_SUPPORT", "If RTM (bit 16) of the pending debug exceptions is 1, the processor has to "
                + "support RTM")
                .on(GUEST_PENDING_DEBUG_EXCEPTIONS).given(GUEST_PENDING_DEBUG_EXCEPTIONS, PENDING_RTM)
                        .holds(context -> feature(context, 11));
        book.rule("GUEST_PENDING_DEBUG_RTM_MOV_SS", "If RTM (bit 16) of the pending debug exceptions is 1, blocking by MOV SS has to be 0")
                .on(GUEST_INTERRUPTIBILITY_STATE).given(GUEST_PENDING_DEBUG_EXCEPTIONS, PENDING_RTM).zero(BLOCKING_BY_MOV_SS);
    }
}
