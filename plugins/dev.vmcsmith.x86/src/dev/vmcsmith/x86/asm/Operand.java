// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import dev.vmcsmith.x86.insn.Instruction;

/** One operand of an instruction in the text: what was written, and its values in the current pass. */
final class Operand {
    enum Type { REGISTER, IMMEDIATE, MEMORY, FAR }

    enum Distance { ANY, SHORT, NEAR, FAR }

    final int column;
    int length;
    Type type;
    /** Bits of a size word (byte, word …), or 0. */
    int size;
    Distance distance = Distance.ANY;
    Register register;
    /** Immediate, far offset or displacement; null displacement is 0. */
    Expr value;
    /** Selector of a far pointer, or index factor of an address (null is 1). */
    Expr extra;
    int segment = Instruction.NONE;
    Register base;
    Register index;
    /** Bits of a size word inside the brackets, or 0. */
    int addressHint;
    /** RIP-relative in 64-bit code. */
    boolean relative;

    /** Values of this pass. */
    long number;
    long extraNumber;
    boolean unstable;
    boolean unknown;

    Operand(int column) {
        this.column = column;
    }

    /** Evaluates for a pass; false (and the evaluator says why) when something has no value yet. */
    void evaluate(Evaluator evaluator, long address) {
        evaluator.start(address);
        number = value == null ? 0 : evaluator.value(value);
        extraNumber = extra == null ? 1 : evaluator.value(extra);
        unstable = evaluator.unstable;
        unknown = evaluator.unknown;
    }
}
