// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

/**
 * A variable or parameter of a function in a stretch of code, as its compiler describes it. Compilers that optimise move a variable about:
 * then there is one for each stretch.
 *
 * @param name its name in the source
 * @param type name of its type, such as {@code unsigned int} or {@code struct registers *}; empty when unknown
 * @param size bytes; 0 when unknown
 * @param aggregate whether it is a structure, a union or an array, so that its value is not one number
 * @param home what {@code register} and {@code place} mean
 * @param register a general register as instructions encode it, RAX 0 to R15 15; −1 without one
 * @param place a linear address, an offset, or a value
 * @param low first linear address of the code that can use it
 * @param high linear address after that code
 */
public record Variable(String name, String type, int size, boolean aggregate, Home home, int register, long place, long low, long high) {

    /** Where a variable is. */
    public enum Home {
        /** At a linear address. */
        ADDRESS,
        /** At an offset from the canonical frame address, the caller's stack pointer after its call. */
        FRAME,
        /** In a register. */
        REGISTER,
        /** At an offset from a register's value. */
        BASED,
        /** Nowhere: its value is known. */
        CONSTANT
    }

    public boolean inFrame() {
        return home == Home.FRAME;
    }

    /** Whether code at an address can use it. */
    public boolean visibleAt(long address) {
        return Long.compareUnsigned(address, low) >= 0 && Long.compareUnsigned(address, high) < 0;
    }
}
