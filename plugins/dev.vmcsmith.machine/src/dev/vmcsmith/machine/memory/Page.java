// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.memory;

/** One page frame of RAM that has been touched. */
public final class Page {
    public static final int SIZE = 4096;

    /** Physical address of its first byte. */
    public final long address;
    /** The live content; the array never changes identity. */
    public final byte[] bytes = new byte[SIZE];
    /** One bit per 64 bytes that hold decoded code. */
    long codeLines;
    int codeVersion;
    /** What an image of the memory refers to: it must be kept before the next write. Null when this page has been written since. */
    MemoryImage.Content imaged;
    /** Somebody watches bytes of this page: no access may use a cached translation. */
    boolean watched;
    /** Written since the dirty marks were last cleared. */
    boolean dirty;

    Page(long address) {
        this.address = address;
    }

    /** Grows each time code on this page is overwritten: decoded code of an older version is void. */
    public int codeVersion() {
        return codeVersion;
    }

    /** True when a write must go through {@link PhysicalMemory} and may not use a cached translation. */
    public boolean guarded() {
        return codeLines != 0 || imaged != null || !dirty || watched;
    }

    /** True when reads too must go through {@link PhysicalMemory} and may not use a cached translation. */
    public boolean watched() {
        return watched;
    }

    static long lines(int offset, int length) {
        int first = offset >> 6;
        int last = Math.min(offset + length - 1, SIZE - 1) >> 6;
        return -1L << first & -1L >>> 63 - last;
    }
}
