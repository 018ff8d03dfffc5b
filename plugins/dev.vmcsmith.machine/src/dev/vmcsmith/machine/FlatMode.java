// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

/** The mode in which a flat binary is entered. In every mode interrupts are off and there is no firmware to call. */
public enum FlatMode {
    /** 16-bit real-address mode: CS is 0 below 64 KiB, else the paragraph of the address; the other segments are 0. */
    REAL(16),
    /** 32-bit protected mode without paging; flat segments of 4 GiB. */
    PROTECTED(32),
    /** 64-bit mode; the first 4 GiB are mapped to themselves in 2-MiB pages. */
    LONG(64);

    private final int bits;

    FlatMode(int bits) {
        this.bits = bits;
    }

    /** Size of code: 16, 32 or 64. */
    public int bits() {
        return bits;
    }
}
