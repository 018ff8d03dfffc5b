// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import dev.vmcsmith.x86.insn.Encoder;
import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.InstructionTable;
import java.util.Locale;

/** Says why an instruction has no encoding, and what to do. */
final class Diagnosis {
    private static final int MAX_FORMS = 6;

    private final InstructionStatement statement;
    private final Pass pass;

    Diagnosis(InstructionStatement statement, Pass pass) {
        this.statement = statement;
        this.pass = pass;
    }

    void report(int reason, boolean ambiguous, int culprit, long detail) {
        String name = "'" + statement.mnemonic + "'";
        if (ambiguous || reason == FormMatcher.UNCLEAR_SIZE) {
            int memory = memoryOperand();
            at(memory, "The size of this operand is not clear; write byte, word, dword or qword before it.");
            return;
        }
        switch (reason) {
            case FormMatcher.COUNT -> at(-1, name + " does not take " + count(statement.operands.length) + "; it takes " + forms() + ".");
            case FormMatcher.TYPE -> at(culprit, name + " does not take this operand; it takes " + forms() + ".");
            case FormMatcher.SIZE -> at(culprit, "The size of this operand does not go with " + name + " and the other operands; it takes "
                + forms() + ".");
            case FormMatcher.MODE -> at(culprit, mode(name));
            case FormMatcher.REGISTERS -> at(-1, statement.bits == 64
                ? "AH, BH, CH and DH cannot be used together with R8-R15, SPL, BPL, SIL, DIL or a 64-bit operand; use another register."
                : "R8-R15, SPL, BPL, SIL, DIL and XMM8-XMM15 exist only in 64-bit code; use another register or write bits 64 before.");
            case FormMatcher.ADDRESS -> at(culprit, address(culprit));
            case FormMatcher.RANGE -> at(culprit, range(culprit, detail));
            case FormMatcher.DISTANCE -> at(culprit < 0 ? statement.operands.length - 1 : culprit, distance(detail));
            default -> at(-1, name + " cannot be encoded with these operands.");
        }
    }

    private void at(int operand, String message) {
        if (operand >= 0 && operand < statement.operands.length) {
            pass.report(statement, statement.operands[operand].column, statement.operands[operand].length, message);
        } else {
            pass.report(statement, statement.mnemonicColumn, statement.mnemonic.length(), message);
        }
    }

    private int memoryOperand() {
        for (int i = 0; i < statement.operands.length; i++) {
            if (statement.operands[i].type == Operand.Type.MEMORY) {
                return i;
            }
        }
        return 0;
    }

    private String mode(String name) {
        boolean exists = statement.entries.stream().anyMatch(entry -> entry.form().validIn(statement.bits));
        if (exists) {
            return name + " has no form of this size in " + statement.bits + "-bit code; "
                + (statement.bits == 64 ? "use a 64-bit operand." : "use a 16- or 32-bit operand, or write bits 64 before.");
        }
        return name + " does not exist in " + statement.bits + "-bit code"
            + (statement.bits == 64 ? "; use what replaces it there." : "; write bits 64 before.");
    }

    private String range(int culprit, long bits) {
        String more = bits == 32 && statement.bits == 64 ? " or load it with mov into a 64-bit register first." : ".";
        return "The value " + number(statement.operands[Math.max(culprit, 0)].number) + " does not fit in " + bits
            + " bits here; use a smaller value" + more;
    }

    private String address(int culprit) {
        Operand operand = statement.operands[Math.max(culprit, 0)];
        if (!AddressMatcher.isFactor(operand.extraNumber)) {
            return "An index register can be multiplied by 1, 2, 4 or 8 only, not by " + operand.extraNumber + ".";
        }
        if (operand.base != null || operand.index != null) {
            int size = (operand.base != null ? operand.base : operand.index).width();
            if (size == 16) {
                return statement.bits == 64 ? "16-bit registers cannot address memory in 64-bit code; use 64-bit ones."
                    : "A 16-bit address is BX or BP, plus SI or DI, plus a 16-bit number; use 32-bit registers for others.";
            }
            if (size == 64 && statement.bits != 64) {
                return "64-bit registers exist only in 64-bit code; use 32-bit ones or write bits 64 before.";
            }
            return "This address has no encoding: the registers must have one size, ESP cannot be an index, "
                + "the number must fit in 32 bits.";
        }
        return "The address " + number(operand.number) + " does not fit in an instruction here; load it into a register first.";
    }

    private String distance(long distance) {
        String far = "The target is " + Math.abs(distance) + " bytes " + (distance < 0 ? "before" : "after")
            + " the end of this instruction; ";
        boolean near = statement.entries.stream().anyMatch(entry -> entry.form().toString().contains("rel8"))
            && statement.entries.stream().anyMatch(entry -> entry.form().toString().contains("relz"));
        return far + (near ? "leave out 'short' or 'near' so that the assembler picks a form that reaches it."
            : statement.mnemonic.startsWith("loop") || statement.mnemonic.endsWith("cxz")
                ? "this instruction reaches 128 bytes back and 127 ahead; use a conditional jump." : "it must be within 2 GiB.");
    }

    private String forms() {
        StringBuilder text = new StringBuilder();
        int shown = 0;
        for (InstructionTable.Entry entry : statement.entries) {
            InstructionForm form = entry.form();
            if (form.has(InstructionForm.A_DECODE_ONLY) || !form.validIn(statement.bits)) {
                continue;
            }
            String operands = operands(form);
            if (text.indexOf(operands) >= 0 && shown > 0) {
                continue;
            }
            if (shown++ == MAX_FORMS) {
                text.append(" or others");
                break;
            }
            text.append(shown == 1 ? "" : "; ").append(operands);
        }
        return shown == 0 ? "nothing in " + statement.bits + "-bit code" : text.toString();
    }

    /** Operands in SDM notation for the code size: {@code r/m32, imm8}. */
    private String operands(InstructionForm form) {
        if (form.operands.length == 0 || form.isString()) {
            return "no operands";
        }
        int size = Encoder.naturalSize(form, statement.bits);
        StringBuilder text = new StringBuilder();
        for (InstructionForm.Operand operand : form.operands) {
            text.append(text.isEmpty() ? "" : ", ").append(operand.kind().describe(size, statement.bits));
        }
        return text.toString();
    }

    private static String count(int operands) {
        return operands == 0 ? "no operands" : operands == 1 ? "one operand" : operands + " operands";
    }

    private static String number(long value) {
        return value < 0 && value > -65536 ? Long.toString(value) : "0x" + Long.toHexString(value).toUpperCase(Locale.ROOT);
    }
}
