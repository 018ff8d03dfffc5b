// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import dev.vmcsmith.x86.Seg;
import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.OperandKind.File;

/** Prefix words before a mnemonic: lock, rep, sizes and segments. */
final class Prefixes {
    private boolean lock;
    private boolean rep;
    private boolean repne;
    private int operandSize;
    private int addressSize;
    private int segment = -1;

    /** Takes a lower-case word; false when it is no prefix. */
    boolean accept(String word) {
        switch (word) {
            case "lock" -> lock = true;
            case "rep", "repe", "repz" -> rep = true;
            case "repne", "repnz" -> repne = true;
            case "o16", "o32", "o64" -> operandSize = Integer.parseInt(word.substring(1));
            case "a16", "a32", "a64" -> addressSize = Integer.parseInt(word.substring(1));
            default -> {
                Register register = Register.named(word);
                if (register == null || register.file() != File.SEGMENT) {
                    return false;
                }
                segment = register.number();
            }
        }
        return true;
    }

    /** Gives the prefixes to an instruction, unless it cannot have them. */
    void apply(InstructionStatement statement, Token word) {
        statement.lock = lock;
        statement.rep = rep;
        statement.repne = repne;
        statement.segment = segment == Seg.DS ? -1 : segment;
        statement.forcedOperandSize = operandSize;
        statement.forcedAddressSize = addressSize;
        if (lock && !(statement.anyForm(InstructionForm.A_LOCK) && statement.hasMemoryDestination())) {
            throw new SyntaxException(word,
                "lock needs an instruction that reads and writes memory as its first operand; leave lock out.");
        }
        if ((rep || repne) && !statement.anyForm(InstructionForm.A_REP) && !statement.anyForm(InstructionForm.A_REPCC)) {
            throw new SyntaxException(word, "'" + word.text() + "' cannot be repeated; rep goes with string instructions only.");
        }
    }
}
