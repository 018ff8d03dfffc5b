// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.diagnosis;

import dev.vmcsmith.dumps.Failure;
import dev.vmcsmith.vmx.VmInstructionError;
import dev.vmcsmith.vmx.rules.Area;
import dev.vmcsmith.vmx.rules.EntryOutcome;

/** Which rules an outcome allows to be violated. */
final class Suspects {
    private Suspects() {
    }

    /** Whether a violation in this area may have led to the failure. */
    static boolean allows(Failure failure, Area area) {
        EntryOutcome outcome = area.outcome();
        return switch (failure.kind()) {
            case NOT_SHOWN, VM_EXIT -> true;
            case VMFAIL -> outcome.vmfail() && outcome.number() == failure.number();
            case ENTRY_FAILED -> !outcome.vmfail() && outcome.number() == failure.number()
                    && (area == Area.MSR_LOADING || qualifies(failure, outcome.qualification()));
        };
    }

    /** Whether a violation with this exit qualification may have led to the failure. */
    static boolean qualifies(Failure failure, long qualification) {
        return failure.kind() != Failure.Kind.ENTRY_FAILED || failure.qualification().isEmpty()
                || failure.qualification().getAsLong() == qualification;
    }

    /** Whether some rule's violation leads to such a failure. */
    static boolean any(Failure failure) {
        for (Area area : Area.values()) {
            if (allows(failure, area)) {
                return true;
            }
        }
        return false;
    }

    /** Why no rule can be blamed for the failure. */
    static String otherCause(Failure failure) {
        if (failure.kind() == Failure.Kind.VMFAIL) {
            VmInstructionError error = VmInstructionError.of(failure.number());
            return error == null ? "The SDM defines no VM-instruction error " + failure.number() + "."
                    : "No field of the VMCS is to blame for VM-instruction error " + failure.number() + ".";
        }
        return "No check of a VMCS field leads to this exit reason and qualification.";
    }
}
