// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import dev.vmcsmith.vmx.VmcsField;

/**
 * Code for values of 64 bits: in RAX of a 64-bit hypervisor, in EDX:EAX of a 32-bit one. All other registers but RBP (the frame of the
 * guest's registers) and the stack pointer are lost.
 */
abstract class ValueCode {
    protected final AsmText out;

    protected ValueCode(AsmText out) {
        this.out = out;
    }

    static ValueCode of(boolean is64, AsmText out) {
        return is64 ? new WideValues(out) : new PairValues(out);
    }

    abstract void constant(long value);

    /** Loads 8 bytes of memory. */
    abstract void load(String place);

    /** Loads 1, 2, 4 or 8 bytes. */
    abstract void load(String place, int bytes);

    /** Stores 8 bytes. */
    abstract void store(String place);

    abstract void store(String place, int bytes);

    abstract void push();

    /** Pops a value that is below the current one, into the place of the right operand. */
    abstract void popRight();

    abstract void binary(String operator);

    abstract void negate();

    abstract void complement();

    /** Clears the low 12 bits. */
    abstract void page();

    /** Sets ZF when the value is 0; the value may be lost. */
    abstract void test();

    /** Makes the number in EAX, or RAX, a value. */
    abstract void extend();

    abstract void readField(VmcsField field);

    abstract void writeField(VmcsField field);

    /** The value becomes 1 or 0, and ZF says which. */
    void truth() {
        test();
        out.op("setnz al").op("movzx eax, al");
        extend();
        out.op("test eax, eax");
    }

    protected static String set(String comparison) {
        return switch (comparison) {
            case "==" -> "setz";
            case "!=" -> "setnz";
            case "<" -> "setb";
            case "<=" -> "setbe";
            case ">" -> "seta";
            case ">=" -> "setae";
            default -> throw new IllegalStateException("operator " + comparison);
        };
    }

    protected static String size(int bytes) {
        return bytes == 1 ? "byte" : "word";
    }
}
