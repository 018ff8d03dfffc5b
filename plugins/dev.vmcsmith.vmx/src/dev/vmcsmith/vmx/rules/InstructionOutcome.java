// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import dev.vmcsmith.vmx.VmInstructionError;

/**
 * How a VMX instruction fails.
 *
 * @param error the VM-instruction error of {@link Kind#VMFAIL} and {@link Kind#VMFAIL_VALID}; otherwise 0
 */
public record InstructionOutcome(Kind kind, int error) {
    /** The ways to fail. */
    public enum Kind {
        UNDEFINED_OPCODE, GENERAL_PROTECTION, VMFAIL_INVALID,
        /** VMfailValid if there is a current VMCS, otherwise VMfailInvalid. */
        VMFAIL, VMFAIL_VALID,
        /** A VM exit with the instruction's own basic reason. */
        VM_EXIT
    }

    static final InstructionOutcome UD = new InstructionOutcome(Kind.UNDEFINED_OPCODE, 0);
    static final InstructionOutcome GP = new InstructionOutcome(Kind.GENERAL_PROTECTION, 0);
    static final InstructionOutcome INVALID = new InstructionOutcome(Kind.VMFAIL_INVALID, 0);
    static final InstructionOutcome EXIT = new InstructionOutcome(Kind.VM_EXIT, 0);

    static InstructionOutcome vmfail(VmInstructionError error) {
        return new InstructionOutcome(Kind.VMFAIL, error.number());
    }

    /** One line: {@code VMfail 9 (VMPTRLD with invalid physical address)}. */
    public String text() {
        return switch (kind) {
            case UNDEFINED_OPCODE -> "#UD";
            case GENERAL_PROTECTION -> "#GP(0)";
            case VMFAIL_INVALID -> "VMfailInvalid";
            case VM_EXIT -> "VM exit";
            case VMFAIL, VMFAIL_VALID -> (kind == Kind.VMFAIL ? "VMfail " : "VMfailValid ") + error + " ("
                    + VmInstructionError.of(error).text() + ')';
        };
    }
}
