// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.rules;

import java.util.Set;

/**
 * One precondition of VMX instructions.
 *
 * @param id upper-case words, unique also among the ids of {@link EntryRule}
 * @param instructions to which it applies
 * @param sdm title of the SDM section
 * @param outcome what happens when it is not met
 * @param test whether it is met
 * @param message the precondition as one sentence
 */
public record InstructionRule(String id, Set<VmxInstruction> instructions, String sdm, InstructionOutcome outcome, Test test,
        String message) {
    public InstructionRule {
        instructions = Set.copyOf(instructions);
    }

    /** Whether the precondition is met. */
    public interface Test {
        boolean met(VmxInstructionState state);
    }

    /** The precondition, what happened because it is not met, and the SDM's title. */
    public String text() {
        return message + ": " + outcome.text() + " (SDM \"" + sdm + "\").";
    }
}
