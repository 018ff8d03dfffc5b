// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import dev.vmcsmith.x86.Gpr;
import dev.vmcsmith.x86.insn.Instruction;

/** Fills the address fields of an instruction from a written address. */
final class AddressMatcher {
    private AddressMatcher() {
    }

    /** Whether an address size exists in code of a size: 64-bit code has 64 and 32, other code 16 and 32. */
    static boolean exists(int addressSize, int bits) {
        return addressSize == 32 || (addressSize == 64) == (bits == 64) && (addressSize == 64 || addressSize == 16);
    }

    /** Whether an index register can have this factor. */
    static boolean isFactor(long value) {
        return value == 1 || value == 2 || value == 4 || value == 8;
    }

    /** Returns {@link FormMatcher#MATCH} or the reason why the address has no encoding. */
    static int fill(Operand operand, int bits, Instruction insn) {
        Register base = operand.base;
        Register index = operand.index;
        int size = base != null ? base.width() : index != null ? index.width() : 0;
        boolean mixed = base != null && index != null && base.width() != index.width();
        if (mixed || operand.addressHint != 0 && size != 0 && operand.addressHint != size) {
            return FormMatcher.ADDRESS;
        }
        if (size == 0) {
            size = operand.addressHint != 0 ? operand.addressHint : insn.addressSize;
        }
        if (!exists(size, bits) || !isFactor(operand.extraNumber)) {
            return FormMatcher.ADDRESS;
        }
        insn.addressSize = size;
        insn.mod = operand.unstable && (base != null || index != null) ? 2 : 0;
        insn.base = base == null ? Instruction.NONE : base.number();
        insn.index = index == null ? Instruction.NONE : index.number();
        insn.scale = (int) operand.extraNumber;
        insn.disp = operand.number;
        insn.segmentOverride = operand.segment >= 0 ? operand.segment : insn.segmentOverride;
        if (insn.base < 0 && insn.index >= 0 && insn.scale == 1) {
            insn.base = insn.index;
            insn.index = Instruction.NONE;
        }
        boolean badBase = insn.base == Instruction.RIP && (insn.index >= 0 || bits != 64);
        if (badBase || insn.index == Instruction.RIP || insn.index == Gpr.RSP && size != 16) {
            return FormMatcher.ADDRESS;
        }
        if (operand.relative && bits == 64) {
            insn.base = Instruction.RIP;
            insn.disp = 0;
            return FormMatcher.MATCH;
        }
        boolean fits = size == 64 ? operand.number == (int) operand.number : FormMatcher.fits(operand.number, size);
        return fits ? FormMatcher.MATCH : FormMatcher.ADDRESS;
    }
}
