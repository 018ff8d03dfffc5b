// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

/**
 * A name for an address.
 *
 * @param size bytes covered, 0 when the symbol only marks a place
 */
public record Symbol(String name, long address, long size, Kind kind) {
    /** What a symbol stands for. A CONSTANT (ELF: absolute) is a number and never the nearest name of an address. */
    public enum Kind {
        LABEL, FUNCTION, OBJECT, CONSTANT
    }

    public static Symbol label(String name, long address) {
        return new Symbol(name, address, 0, Kind.LABEL);
    }

    public static Symbol function(String name, long address, long size) {
        return new Symbol(name, address, size, Kind.FUNCTION);
    }

    boolean covers(long at) {
        return size == 0 || Long.compareUnsigned(at - address, size) < 0;
    }
}
