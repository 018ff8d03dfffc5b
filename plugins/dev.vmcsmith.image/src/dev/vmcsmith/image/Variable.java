// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

/**
 * A variable or parameter of a function, as its compiler describes it.
 *
 * @param name its name in the source
 * @param type name of its type, such as {@code unsigned int} or {@code struct registers *}; empty when unknown
 * @param size bytes; 0 when unknown
 * @param aggregate whether it is a structure, a union or an array, so that its value is not one number
 * @param inFrame whether {@code place} is an offset from the canonical frame address, the caller's stack pointer after its call
 * @param place that offset, or a linear address
 * @param low first linear address of the code that can use it
 * @param high linear address after that code
 */
public record Variable(String name, String type, int size, boolean aggregate, boolean inFrame, long place, long low, long high) {

    /** Whether code at an address can use it. */
    public boolean visibleAt(long address) {
        return Long.compareUnsigned(address, low) >= 0 && Long.compareUnsigned(address, high) < 0;
    }
}
