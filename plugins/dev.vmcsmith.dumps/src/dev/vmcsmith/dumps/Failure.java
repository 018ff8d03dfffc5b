// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmInstructionError;
import java.util.OptionalLong;

/**
 * How the last VM entry ended, as far as the text shows it.
 *
 * @param number basic exit reason, or VM-instruction error; 0 when nothing is shown
 * @param qualification the exit qualification, where it is shown
 * @param evidence where the text shows it; null when it does not
 */
public record Failure(Kind kind, int number, OptionalLong qualification, Evidence evidence) {
    /** Nothing is shown. */
    public static final Failure NOT_SHOWN = new Failure(Kind.NOT_SHOWN, 0, OptionalLong.empty(), null);

    /** What happened. */
    public enum Kind {
        /** VM entry failed with a VM exit: basic reason 33, 34 or 41. */
        ENTRY_FAILED,
        /** VMLAUNCH, VMRESUME or another VMX instruction failed with a VM-instruction error. */
        VMFAIL,
        /** An ordinary VM exit: VM entry succeeded. */
        VM_EXIT,
        NOT_SHOWN
    }

    /** From a basic exit reason: those of entry failures are used for nothing else. */
    public static Failure exit(int basicReason, OptionalLong qualification, Evidence evidence) {
        ExitReason reason = ExitReason.of(basicReason);
        boolean entry = reason != null && reason.isEntryFailure();
        return new Failure(entry ? Kind.ENTRY_FAILED : Kind.VM_EXIT, basicReason, qualification, evidence);
    }

    /** From a VM-instruction error. */
    public static Failure vmfail(int error, Evidence evidence) {
        return new Failure(Kind.VMFAIL, error, OptionalLong.empty(), evidence);
    }

    /** Whether VM entry failed. */
    public boolean isEntryFailure() {
        return kind == Kind.ENTRY_FAILED || kind == Kind.VMFAIL;
    }

    /** One sentence. */
    public String text() {
        return switch (kind) {
            case ENTRY_FAILED -> "VM entry failed with a VM exit, basic reason %d (%s)%s.".formatted(number, reasonName(),
                    qualification.isPresent() ? ", qualification " + Long.toUnsignedString(qualification.getAsLong())
                            : ", qualification not shown");
            case VMFAIL -> "A VMX instruction failed with VM-instruction error %d (%s).".formatted(number, errorName());
            case VM_EXIT -> "No VM-entry failure is recorded: the last VM exit has reason %d (%s).".formatted(number, reasonName());
            case NOT_SHOWN -> "The text does not show a VM-entry failure, nor how the last VM entry ended.";
        };
    }

    private String reasonName() {
        ExitReason reason = ExitReason.of(number);
        return reason == null ? "unknown" : reason.sdmName();
    }

    private String errorName() {
        VmInstructionError error = VmInstructionError.of(number);
        return error == null ? "unknown" : error.text();
    }
}
