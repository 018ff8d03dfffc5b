// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.boot;

import dev.vmcsmith.machine.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.List;

/** Which physical addresses are memory, as firmware tells boot loaders and these tell programs ("INT 15H, E820H"). */
final class MemoryMap {
    static final int USABLE = 1, RESERVED = 2;
    private static final long MEBIBYTE = 1 << 20, HIGH = 1L << 32;

    /**
     * A part of physical memory.
     *
     * @param type {@link #USABLE} or {@link #RESERVED}
     */
    record Range(long base, long length, int type) {
        /** Writes it as firmware does: base, length, type in 20 bytes. */
        void write(PhysicalMemory memory, long at) {
            memory.write64(at, base);
            memory.write64(at + 8, length);
            memory.write32(at + 16, type);
        }
    }

    /** Bytes of a range that is written. */
    static final int RANGE_SIZE = 20;

    private MemoryMap() {
    }

    static List<Range> of(PhysicalMemory memory) {
        List<Range> ranges = new ArrayList<>();
        ranges.add(new Range(0, Math.min(Firmware.BASE_MEMORY, memory.lowEnd()), USABLE));
        ranges.add(new Range(Firmware.BASE_MEMORY, MEBIBYTE - Firmware.BASE_MEMORY, RESERVED));
        if (memory.lowEnd() > MEBIBYTE) {
            ranges.add(new Range(MEBIBYTE, memory.lowEnd() - MEBIBYTE, USABLE));
        }
        if (memory.highSize() > 0) {
            ranges.add(new Range(HIGH, memory.highSize(), USABLE));
        }
        return ranges;
    }
}
