// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.bytes.ByteReader;

/** The length that starts every unit: it also tells the 32-bit from the 64-bit DWARF format, that is, the size of offsets. */
record UnitLength(long size, int offsetSize) {
    private static final long WIDE = 0xFFFF_FFFFL;
    private static final long RESERVED = 0xFFFF_FFF0L;

    static UnitLength read(ByteReader in) throws ImageFormatException {
        long size = in.u32();
        if (size == WIDE) {
            return new UnitLength(in.u64(), 8);
        }
        if (size >= RESERVED) {
            throw in.damaged("a unit has the impossible length 0x" + Long.toHexString(size));
        }
        return new UnitLength(size, 4);
    }
}
