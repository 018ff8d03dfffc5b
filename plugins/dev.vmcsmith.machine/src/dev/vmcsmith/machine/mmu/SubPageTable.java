// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.machine.memory.PhysicalMemory;

/**
 * The sub-page permission table: which 128-byte sub-pages of a 4-KByte page may be written although the EPT entry of the page forbids it
 * (SDM "Sub-Page Write Permissions").
 */
public final class SubPageTable {
    /** What the table says of an address. */
    public enum Answer { WRITABLE, READ_ONLY, MISS, MISCONFIGURED }

    private static final int LEVELS = 4;
    private static final long VALID = 1;
    private static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;
    /** Bits of a level-1 entry that no sub-page uses: the odd ones. */
    private static final long RESERVED_LEAF = 0xAAAA_AAAA_AAAA_AAAAL;
    private static final int SUB_PAGE_SHIFT = 7, SUB_PAGES = 32;

    private SubPageTable() {
    }

    /**
     * Looks an address up.
     *
     * @param pointer      the sub-page-permission-table pointer of the VMCS
     * @param physicalBits width of physical addresses
     */
    public static Answer permission(PhysicalMemory memory, long pointer, long guestPhysical, int physicalBits) {
        long reserved = 0xFFEL | -1L << physicalBits;
        long table = pointer & ADDRESS;
        for (int level = LEVELS; level > 1; level--) {
            long entry = memory.read64(entryAddress(table, guestPhysical, level));
            if ((entry & VALID) == 0) {
                return Answer.MISS;
            }
            if ((entry & reserved) != 0) {
                return Answer.MISCONFIGURED;
            }
            table = entry & ADDRESS;
        }
        long vector = memory.read64(entryAddress(table, guestPhysical, 1));
        if ((vector & RESERVED_LEAF) != 0) {
            return Answer.MISCONFIGURED;
        }
        int subPage = (int) (guestPhysical >>> SUB_PAGE_SHIFT) & SUB_PAGES - 1;
        return (vector >>> 2 * subPage & 1) != 0 ? Answer.WRITABLE : Answer.READ_ONLY;
    }

    private static long entryAddress(long table, long guestPhysical, int level) {
        return table + ((guestPhysical >>> 12 + 9 * (level - 1) & 0x1FF) << 3);
    }
}
