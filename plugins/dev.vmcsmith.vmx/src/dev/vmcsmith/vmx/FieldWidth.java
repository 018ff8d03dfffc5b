// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx;

/** The width of a VMCS field: bits 14:13 of its encoding, in the order of their values. */
public enum FieldWidth {
    W16(16), W64(64), W32(32), WNATURAL(64);

    private static final FieldWidth[] BY_CODE = values();
    private final int bits;

    FieldWidth(int bits) {
        this.bits = bits;
    }

    /** Number of bits of the field on a processor with Intel 64 architecture; a natural-width field has 64. */
    public int bits() {
        return bits;
    }

    /** Ones in every bit that a field of this width has. */
    public long mask() {
        return bits == 64 ? -1L : (1L << bits) - 1;
    }

    /** The width of a field that has this encoding, whether known or not (SDM "Structure of VMCS Component Encoding"). */
    public static FieldWidth ofEncoding(int encoding) {
        return BY_CODE[encoding >> 13 & 3];
    }
}
