// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

/** Translates between our text and GNU's Intel syntax. */
final class GnuSyntax {
    private GnuSyntax() {
    }

    /** Relative branches need a linker; decode-only rows have no text of their own. */
    static boolean isNotComparable(InstructionForm form) {
        for (InstructionForm.Operand operand : form.operands) {
            if (operand.kind().place == OperandKind.Place.RELATIVE) {
                return true;
            }
        }
        return form.has(InstructionForm.A_DECODE_ONLY);
    }

    /** Our text as GNU as reads it. */
    static String of(String text, Instruction insn, int bits) {
        return text;
    }

    /** Removes what has no meaning: prefixes that objdump shows and as leaves out, spaces. */
    static String normal(String text) {
        return text.replaceAll("\\s+#.*", "").replaceAll("\\s+", " ").trim();
    }

    static boolean isPrefixLine(String text) {
        return false;
    }

    static boolean objdumpDiffers(Instruction insn) {
        return false;
    }
}
