// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86;

/** Bits of ordinary (not EPT) paging-structure entries (SDM "Paging"). */
public final class PagingEntry {
    /** Present. */
    public static final long P = 1L << 0;
    /** Writable. */
    public static final long RW = 1L << 1;
    /** User-accessible. */
    public static final long US = 1L << 2;
    /** Page-level write-through. */
    public static final long PWT = 1L << 3;
    /** Page-level cache disable. */
    public static final long PCD = 1L << 4;
    /** Accessed. */
    public static final long A = 1L << 5;
    /** Dirty (leaf entries). */
    public static final long D = 1L << 6;
    /** Page size: the entry above the last level maps a page. */
    public static final long PS = 1L << 7;
    /** PAT bit of a 4 KiB leaf (the place of PS in upper levels). */
    public static final long PAT_4K = 1L << 7;
    /** Global. */
    public static final long G = 1L << 8;
    /** PAT bit of a large leaf. */
    public static final long PAT_LARGE = 1L << 12;
    /** Lowest bit of the four-bit protection key. */
    public static final int KEY_SHIFT = 59;
    /** Execute-disable. */
    public static final long XD = 1L << 63;
    /** Bits 51:12, the address of the next table or 4 KiB page. */
    public static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;

    /** Page-fault error code: the translation was present. */
    public static final int FAULT_P = 1 << 0;
    /** Page-fault error code: the access was a write. */
    public static final int FAULT_W = 1 << 1;
    /** Page-fault error code: the access was made in user mode. */
    public static final int FAULT_U = 1 << 2;
    /** Page-fault error code: a reserved bit was set. */
    public static final int FAULT_RSVD = 1 << 3;
    /** Page-fault error code: instruction fetch. */
    public static final int FAULT_I = 1 << 4;
    /** Page-fault error code: protection key. */
    public static final int FAULT_PK = 1 << 5;
    /** Page-fault error code: shadow-stack access. */
    public static final int FAULT_SS = 1 << 6;

    private PagingEntry() {
    }
}
