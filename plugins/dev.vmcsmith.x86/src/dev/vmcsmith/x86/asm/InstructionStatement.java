// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import dev.vmcsmith.x86.insn.Instruction;
import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.InstructionTable;
import java.util.List;

/** An instruction: in every pass the shortest row that fits, never shorter than in the pass before, so that layout comes to rest. */
final class InstructionStatement extends Statement {
    final String mnemonic;
    final int mnemonicColumn;
    final List<InstructionTable.Entry> entries;
    final Operand[] operands;
    final int bits;
    boolean lock;
    boolean rep;
    boolean repne;
    int segment = Instruction.NONE;
    int forcedOperandSize;
    int forcedAddressSize;
    private byte[] encoded;
    private boolean settled;

    InstructionStatement(int line, int column, int columns, String mnemonic, int mnemonicColumn, List<InstructionTable.Entry> entries,
            Operand[] operands, int bits) {
        super(line, column, columns);
        this.mnemonic = mnemonic;
        this.mnemonicColumn = mnemonicColumn;
        this.entries = entries;
        this.operands = operands;
        this.bits = bits;
    }

    @Override
    boolean isCode() {
        return true;
    }

    @Override
    int layout(Pass pass) {
        if (!settled) {
            encode(pass, false);
        }
        return encoded == null ? size : encoded.length;
    }

    @Override
    void emit(Pass pass, ByteSink out) {
        if (!settled) {
            encode(pass, true);
        }
        if (encoded == null) {
            out.fill(0x90, size);
            return;
        }
        out.put(encoded);
    }

    /** Whether a row of the mnemonic has an attribute. */
    boolean anyForm(int attribute) {
        for (InstructionTable.Entry entry : entries) {
            if (entry.form().has(attribute)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the first operand is memory; for XCHG either may be. */
    boolean hasMemoryDestination() {
        return operands.length > 0 && operands[0].type == Operand.Type.MEMORY
            || operands.length > 1 && operands[1].type == Operand.Type.MEMORY && mnemonic.equals("xchg");
    }

    private void encode(Pass pass, boolean report) {
        boolean stable = true;
        boolean unknown = false;
        for (Operand operand : operands) {
            operand.evaluate(pass.evaluator, address);
            stable &= !operand.unstable && !operand.unknown;
            unknown |= operand.unknown;
            if (report && operand.unknown) {
                pass.reportUnknown(this, operand.column, operand.length);
            }
        }
        Selection selection = new Selection();
        select(pass.matcher, operands, selection);
        if (operands.length == 2 && selection.best == null && commutes()) {
            select(pass.matcher, new Operand[] {operands[1], operands[0]}, selection);
        }
        encoded = selection.best;
        boolean clear = selection.reason != FormMatcher.UNCLEAR_SIZE && !selection.ambiguous();
        if (report && !unknown && (encoded == null || !clear)) {
            new Diagnosis(this, pass).report(selection.reason, selection.ambiguous(), selection.culprit, selection.detail);
        }
        settled = stable && encoded != null && clear && !selection.relative && !report;
    }

    private boolean commutes() {
        return mnemonic.equals("xchg") || mnemonic.equals("test");
    }

    private void select(FormMatcher matcher, Operand[] written, Selection selection) {
        for (InstructionTable.Entry entry : entries) {
            InstructionForm form = entry.form();
            if (form.has(InstructionForm.A_DECODE_ONLY)) {
                continue;
            }
            int result = matcher.match(form, entry.condition(), this, written, address);
            selection.note(result, matcher);
            if (result == FormMatcher.MATCH || result == FormMatcher.UNCLEAR_SIZE) {
                selection.add(matcher, form, size);
            }
        }
    }

    /** The best row so far. */
    private static final class Selection {
        byte[] best;
        int reason;
        int culprit = -1;
        long detail;
        boolean relative;
        private int firstWidth = -1;
        private boolean widthsDiffer;

        void add(FormMatcher matcher, InstructionForm form, int minimum) {
            if (firstWidth >= 0 && firstWidth != matcher.assumedWidth) {
                widthsDiffer = true;
            }
            firstWidth = matcher.assumedWidth;
            relative |= form.has(InstructionForm.A_BRANCH) || matcher.isRelative();
            boolean better = best == null || (matcher.length < best.length ? matcher.length >= minimum : best.length < minimum);
            if (better) {
                best = matcher.bytes();
            }
        }

        /** Keeps the failure that came closest to a match. */
        void note(int result, FormMatcher matcher) {
            boolean same = result == reason;
            if (result == FormMatcher.MATCH || result < reason || same && matcher.culprit < culprit
                    || same && result == FormMatcher.RANGE && matcher.detail < detail) {
                return;
            }
            reason = result;
            culprit = matcher.culprit;
            detail = matcher.detail;
        }

        boolean ambiguous() {
            return widthsDiffer;
        }
    }
}
