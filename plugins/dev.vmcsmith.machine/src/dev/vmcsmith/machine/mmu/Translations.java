// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.machine.memory.Page;
import java.util.Arrays;

/**
 * The large translation cache behind the TLB's fast path: from linear page and context to a page of RAM and the accesses that are
 * known to be allowed. Direct-mapped; grows with use up to the translations of 256 MiB.
 */
final class Translations {
    static final int READ = 1, WRITE = 2, FETCH = 4;
    private static final long PAGE = ~0xFFFL;
    private static final int FIRST_BITS = 10, MAX_BITS = 16;
    /** Spreads the contexts over the table; they often use the same linear addresses. */
    private static final int SPREAD = 0x9E5;

    private int bits = FIRST_BITS;
    private long[] tags = empty(FIRST_BITS);
    private Page[] pages = new Page[1 << FIRST_BITS];
    private byte[] rights = new byte[1 << FIRST_BITS];
    private int filled;

    private static long[] empty(int bits) {
        long[] tags = new long[1 << bits];
        Arrays.fill(tags, -1);
        return tags;
    }

    private int slot(long linear, long context) {
        return (int) (linear >>> 12) + (int) context * SPREAD & (1 << bits) - 1;
    }

    /** The page, if this kind of access to it is known to be allowed; else null. */
    Page find(long linear, long context, int access) {
        int x = slot(linear, context);
        return tags[x] == (linear & PAGE | context) && (rights[x] & access) == access ? pages[x] : null;
    }

    /** Remembers that an access was allowed. */
    void put(long linear, long context, int access, Page page) {
        if (bits < MAX_BITS && ++filled > 1 << bits) {
            bits++;
            tags = empty(bits);
            pages = new Page[1 << bits];
            rights = new byte[1 << bits];
            filled = 0;
        }
        int x = slot(linear, context);
        long tag = linear & PAGE | context;
        rights[x] = (byte) (tags[x] == tag && pages[x] == page ? rights[x] | access : access);
        tags[x] = tag;
        pages[x] = page;
    }

    /** Forgets one linear page in one context. */
    void drop(long linear, long context) {
        int x = slot(linear, context);
        if (tags[x] == (linear & PAGE | context)) {
            tags[x] = -1;
        }
    }

    /** As when the machine was made. */
    void reset() {
        bits = FIRST_BITS;
        tags = empty(bits);
        pages = new Page[1 << bits];
        rights = new byte[1 << bits];
        filled = 0;
    }

    void clear() {
        Arrays.fill(tags, -1);
    }
}
