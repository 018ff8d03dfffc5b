// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.boot;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.Segment;
import dev.vmcsmith.machine.memory.Page;
import dev.vmcsmith.machine.memory.PhysicalMemory;

/** The segments of an image in memory. */
final class Segments {
    private Segments() {
    }

    /** @throws IllegalArgumentException when one does not fit, with what to do */
    static void load(BootImage image, PhysicalMemory memory) {
        for (Segment segment : image.segments()) {
            load(image, segment, memory);
        }
    }

    private static void load(BootImage image, Segment segment, PhysicalMemory memory) {
        long start = segment.physicalAddress();
        long end = start + segment.memorySize();
        if (segment.memorySize() > 0 && (start < 0 || end < start || !memory.isRam(start) || !memory.isRam(end - 1))) {
            throw new IllegalArgumentException(image.name() + ": segment " + segment.name() + " at 0x" + Long.toHexString(start) + " to 0x"
                + Long.toHexString(end) + " does not fit into " + (memory.size() >> 20) + " MiB of memory; give the machine more memory");
        }
        byte[] bytes = segment.bytes();
        memory.write(start, bytes, 0, bytes.length);
        clear(start + bytes.length, end, memory);
    }

    /** Zeroes what the file does not hold; memory that nobody has touched is zero and stays untouched. */
    private static void clear(long start, long end, PhysicalMemory memory) {
        byte[] zeros = new byte[Page.SIZE];
        for (long at = start; at < end;) {
            int length = (int) Math.min(end - at, Page.SIZE - (at & Page.SIZE - 1));
            if (memory.touchedPage(at) != null) {
                memory.write(at, zeros, 0, length);
            }
            at += length;
        }
    }
}
