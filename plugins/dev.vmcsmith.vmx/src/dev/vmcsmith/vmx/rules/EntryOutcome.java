// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmInstructionError;
import java.util.List;

/**
 * How a VM entry fails.
 *
 * @param vmfail true for VMfailValid, false for a VM exit
 * @param number the VM-instruction error, or the basic exit reason
 * @param qualification the exit qualification; 0 with VMfailValid
 */
public record EntryOutcome(boolean vmfail, int number, long qualification) {
    /** VMfailValid with this VM-instruction error. */
    public static EntryOutcome vmfail(int error) {
        return new EntryOutcome(true, error, 0);
    }

    /** A VM exit with this basic reason; bit 31 of the exit-reason field is set. */
    public static EntryOutcome exit(int reason, long qualification) {
        return new EntryOutcome(false, reason, qualification);
    }

    /** What a processor does that finds these violations, by the SDM's order of checks; null for an empty list. */
    public static EntryOutcome of(List<Violation> violations) {
        Violation first = null;
        for (Violation violation : violations) {
            if (first == null || violation.rule().area().ordinal() < first.rule().area().ordinal()
                    || violation.rule().area() == first.rule().area() && violation.outcome()
                            .qualification() < first.outcome().qualification()) {
                first = violation;
            }
        }
        return first == null ? null : first.outcome();
    }

    /** The value of the exit-reason field; 0 with VMfailValid. */
    public long exitReason() {
        return vmfail ? 0 : ExitReason.ENTRY_FAILURE | number;
    }

    /** One line: {@code VMfailValid 7 (VM entry with invalid control field(s))}. */
    public String text() {
        if (vmfail) {
            return "VMfailValid " + number + " (" + VmInstructionError.of(number).text() + ')';
        }
        return "VM exit with reason 0x%X (%s), qualification %d".formatted(exitReason(), ExitReason.of(number).sdmName(), qualification);
    }
}
