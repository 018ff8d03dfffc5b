// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.memory;

/**
 * A range of physical addresses that a device answers. Lies over RAM. Base and size are multiples of 4 KiB.
 *
 * @param perCpu non-null for a range that each processor sees differently (the local APIC): consulted before the handler
 */
public record MmioRegion(String name, long base, long size, Handler handler) {
    /** The device's side. Offsets are from the region's base; sizes 1, 2, 4 or 8. */
    public interface Handler {
        long read(int cpu, long offset, int size);

        void write(int cpu, long offset, int size, long value);
    }

    boolean contains(long address) {
        return Long.compareUnsigned(address - base, size) < 0;
    }
}
