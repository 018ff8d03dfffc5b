// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The header by which a multiboot-1 boot loader knows a kernel ("Multiboot Specification", section "The layout of Multiboot header").
 *
 * @param offset in the file, a multiple of 4 in the first 8 KiB
 * @param flags  what the kernel asks of the loader
 */
public record MultibootHeader(int offset, int flags, int headerAddress, int loadAddress, int loadEnd, int bssEnd, int entry) {
    public static final int MAGIC = 0x1BADB002;
    /** In EAX when a loader enters the kernel. */
    public static final int LOADER_MAGIC = 0x2BADB002;
    public static final int PAGE_ALIGN = 1;
    public static final int MEMORY_INFO = 2;
    /** The address fields of the header are valid and take the place of the ELF program headers. */
    public static final int ADDRESSES = 0x1_0000;
    /** The header lies completely in this many bytes from the start of the file. */
    public static final int SEARCH_LIMIT = 8192;

    private static final int SHORT_SIZE = 12;
    private static final int SIZE_WITH_ADDRESSES = 32;

    /** The 12 bytes of a header without address fields, to be placed on a multiple of 4. */
    public static byte[] encode(int flags) {
        if ((flags & ADDRESSES) != 0) {
            throw new IllegalArgumentException("a header with address fields needs them");
        }
        return ByteBuffer.allocate(SHORT_SIZE).order(ByteOrder.LITTLE_ENDIAN).putInt(MAGIC).putInt(flags).putInt(-(MAGIC + flags)).array();
    }

    /** Looks for a header with a right checksum as a boot loader does. */
    public static Optional<MultibootHeader> find(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int limit = Math.min(file.length, SEARCH_LIMIT);
        for (int at = 0; at + SHORT_SIZE <= limit; at += 4) {
            if (in.getInt(at) == MAGIC && MAGIC + in.getInt(at + 4) + in.getInt(at + 8) == 0) {
                int flags = in.getInt(at + 4);
                if ((flags & ADDRESSES) == 0) {
                    return Optional.of(new MultibootHeader(at, flags, 0, 0, 0, 0, 0));
                }
                if (at + SIZE_WITH_ADDRESSES <= limit) {
                    return Optional.of(new MultibootHeader(at, flags, in.getInt(at + 12), in.getInt(at + 16), in.getInt(at + 20),
                            in.getInt(at + 24), in.getInt(at + 28)));
                }
            }
        }
        return Optional.empty();
    }

    public boolean hasAddresses() {
        return (flags & ADDRESSES) != 0;
    }
}
