// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

/** The numbers that DWARF gives to general registers ("DWARF Register Number Mapping" of the System V ABI supplements). */
final class DwarfRegisters {
    private static final int[] LONG_MODE = {0, 2, 1, 3, 6, 7, 5, 4};

    private DwarfRegisters() {
    }

    /**
     * The number by which instructions encode a register; −1 for what is no general register.
     *
     * @param addressSize bytes: 4 or 8
     */
    static int encoding(long number, int addressSize) {
        if (number < 0 || number >= (addressSize == 8 ? 16 : 8)) {
            return -1;
        }
        return addressSize == 8 && number < LONG_MODE.length ? LONG_MODE[(int) number] : (int) number;
    }

    /** The bytes of an address in code whose return address has this number. */
    static int addressSize(long returnColumn) {
        return returnColumn == 16 ? 8 : 4;
    }
}
