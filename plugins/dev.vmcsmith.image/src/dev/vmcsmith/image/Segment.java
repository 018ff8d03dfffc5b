// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.util.Objects;

/**
 * One loadable piece of an image.
 *
 * @param name            section name such as {@code .text}, for people; empty when unknown
 * @param physicalAddress where a boot loader puts the bytes
 * @param virtualAddress  the address the code was linked for
 * @param bytes           the content; not copied, not to be changed
 * @param memorySize      bytes occupied in memory, at least {@code bytes.length}; the rest is zero
 * @param flags           ELF rights: {@link #EXECUTE}, {@link #WRITE}, {@link #READ}
 */
public record Segment(String name, long physicalAddress, long virtualAddress, byte[] bytes, long memorySize, int flags) {
    public static final int EXECUTE = 1;
    public static final int WRITE = 2;
    public static final int READ = 4;

    public Segment {
        Objects.requireNonNull(name);
        if (memorySize < bytes.length) {
            throw new IllegalArgumentException("memory size " + memorySize + " is below the " + bytes.length + " bytes of content");
        }
    }

    /** A segment linked for the address it is loaded at, filled completely. */
    public static Segment of(String name, long address, byte[] bytes, int flags) {
        return new Segment(name, address, address, bytes, bytes.length, flags);
    }

    public boolean containsVirtual(long address) {
        return Long.compareUnsigned(address - virtualAddress, memorySize) < 0;
    }
}
