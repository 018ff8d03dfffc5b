// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.dwarf;

import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.bytes.ByteReader;
import java.util.ArrayList;
import java.util.List;

/** Reads location lists: .debug_loc of DWARF 3 and 4, .debug_loclists of DWARF 5. */
final class LocationLists {

    /** An expression that holds in a stretch of code. */
    record Entry(long low, long high, byte[] expression) {
    }

    private final DebugSections debug;
    private final int version;
    private final int addressSize;

    LocationLists(DebugSections debug, int version, int addressSize) {
        this.debug = debug;
        this.version = version;
        this.addressSize = addressSize;
    }

    /**
     * The list at an offset of its section.
     *
     * @param base address from which it counts: where the unit's code begins
     */
    List<Entry> read(long offset, long base) throws ImageFormatException {
        return version >= 5 ? lists(debug.section(".debug_loclists").seek(offset), base) : pairs(debug.section(".debug_loc").seek(offset), base);
    }

    private List<Entry> pairs(ByteReader in, long start) throws ImageFormatException {
        List<Entry> entries = new ArrayList<>();
        long selection = addressSize == 8 ? -1L : 0xFFFF_FFFFL;
        long base = start;
        while (true) {
            long low = in.unsigned(addressSize);
            long high = in.unsigned(addressSize);
            if (low == 0 && high == 0) {
                return entries;
            }
            if (low == selection) {
                base = high;
            } else {
                entries.add(new Entry(base + low, base + high, in.bytes(in.u16())));
            }
        }
    }

    private List<Entry> lists(ByteReader in, long start) throws ImageFormatException {
        List<Entry> entries = new ArrayList<>();
        long base = start;
        while (true) {
            int kind = in.u8();
            switch (kind) {
                case 0 -> {
                    return entries;
                }
                case 4 -> {
                    long low = base + in.uleb();
                    long high = base + in.uleb();
                    entries.add(new Entry(low, high, in.bytes(in.uleb())));
                }
                case 5 -> in.skip(in.uleb());
                case 6 -> base = in.unsigned(addressSize);
                case 7 -> {
                    long low = in.unsigned(addressSize);
                    long high = in.unsigned(addressSize);
                    entries.add(new Entry(low, high, in.bytes(in.uleb())));
                }
                case 8 -> {
                    long low = in.unsigned(addressSize);
                    long high = low + in.uleb();
                    entries.add(new Entry(low, high, in.bytes(in.uleb())));
                }
                default -> {
                    // Indices into the addresses of a file of its own: compilers write them for split debug information only.
                    return entries;
                }
            }
        }
    }
}
