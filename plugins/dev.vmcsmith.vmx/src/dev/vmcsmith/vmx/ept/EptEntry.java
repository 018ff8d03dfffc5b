// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.ept;

import dev.vmcsmith.vmx.EptVpidCapability;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.x86.Msr;

/**
 * Entries of EPT paging structures (SDM "EPT Translation Mechanism"). Levels count from the bottom: 1 is a page table,
 * 2 a page directory, 3 a page-directory-pointer table, 4 a PML4 table, 5 a PML5 table.
 */
public final class EptEntry {
    public static final long READ = 1L << 0;
    public static final long WRITE = 1L << 1;
    /** Execute; with mode-based execute control, supervisor execute only. */
    public static final long EXECUTE = 1L << 2;
    public static final long RIGHTS = READ | WRITE | EXECUTE;
    public static final int MEMORY_TYPE_SHIFT = 3;
    public static final long MEMORY_TYPE = 7L << MEMORY_TYPE_SHIFT;
    /** Leaf: the guest's PAT is ignored. */
    public static final long IGNORE_PAT = 1L << 6;
    /** The entry above level 1 maps a page. */
    public static final long PAGE = 1L << 7;
    public static final long ACCESSED = 1L << 8;
    public static final long DIRTY = 1L << 9;
    /** Execute in user mode, with mode-based execute control. */
    public static final long USER_EXECUTE = 1L << 10;
    /** Leaf: verify guest paging. */
    public static final long VERIFY_PAGING = 1L << 57;
    /** Leaf: paging-write access. */
    public static final long PAGING_WRITE = 1L << 58;
    /** Leaf: supervisor shadow stack. */
    public static final long SUPERVISOR_SHADOW_STACK = 1L << 60;
    /** Level 1: sub-page write permissions apply. */
    public static final long SUB_PAGE = 1L << 61;
    /** Do not turn a violation into #VE. */
    public static final long SUPPRESS_VE = 1L << 63;
    /** Bits 51:12. */
    public static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;

    public static final int UC = 0;
    public static final int WC = 1;
    public static final int WT = 4;
    public static final int WP = 5;
    public static final int WB = 6;

    private static final String[] TYPES = {"UC", "WC", "reserved (2)", "reserved (3)", "WT", "WP", "WB", "reserved (7)"};

    private EptEntry() {
    }

    /** Whether the entry is present: some access is allowed. */
    public static boolean present(long entry, boolean modeBasedExecute) {
        return (entry & (modeBasedExecute ? RIGHTS | USER_EXECUTE : RIGHTS)) != 0;
    }

    /** Whether an entry of this level maps a page (rather than another table). */
    public static boolean isLeaf(long entry, int level) {
        return level == 1 || (level == 2 || level == 3) && (entry & PAGE) != 0;
    }

    public static int memoryType(long entry) {
        return (int) (entry >>> MEMORY_TYPE_SHIFT) & 7;
    }

    /** The name of a memory type, for example {@code WB}. */
    public static String memoryTypeName(int type) {
        return TYPES[type & 7];
    }

    /** The memory type with this name, upper or lower case; -1 if there is none. */
    public static int memoryType(String name) {
        return switch (name.toUpperCase(java.util.Locale.ROOT)) {
            case "UC" -> UC;
            case "WC" -> WC;
            case "WT" -> WT;
            case "WP" -> WP;
            case "WB" -> WB;
            default -> -1;
        };
    }

    /** Bytes that a leaf of this level maps: 4 KiB, 2 MiB or 1 GiB. */
    public static long pageSize(int level) {
        return 1L << 12 + 9 * (level - 1);
    }

    /** Physical address of the page or table that the entry points to. */
    public static long address(long entry, int level) {
        return isLeaf(entry, level) ? entry & ADDRESS & -pageSize(level) : entry & ADDRESS;
    }

    /** The index into a table of this level for a guest-physical address. */
    public static int index(long guestPhysical, int level) {
        return (int) (guestPhysical >>> 12 + 9 * (level - 1)) & 0x1FF;
    }

    /** An entry that points to a table of the next lower level, with all rights. */
    public static long table(long address) {
        return address & ADDRESS | RIGHTS | USER_EXECUTE;
    }

    /**
     * An entry that maps a page.
     *
     * @param level 1, 2 or 3
     * @param rights any of {@link #READ}, {@link #WRITE}, {@link #EXECUTE}, {@link #USER_EXECUTE}
     */
    public static long leaf(long address, int level, long rights, int memoryType) {
        return address & ADDRESS & -pageSize(level) | rights | (long) (memoryType & 7) << MEMORY_TYPE_SHIFT | (level > 1 ? PAGE : 0);
    }

    /**
     * Why a present entry is a misconfiguration (SDM "EPT Misconfigurations").
     *
     * @param level 1 to 5
     * @param modeBasedExecute the "mode-based execute control for EPT" VM-execution control
     * @param capabilities of the processor; what is not known in them is taken as supported
     * @return the first reason in words; null when the entry is well formed or not present
     */
    public static String misconfiguration(long entry, int level, boolean modeBasedExecute, VmxCapabilities capabilities) {
        if (!present(entry, modeBasedExecute)) {
            return null;
        }
        if ((entry & (READ | WRITE)) == WRITE) {
            return "writable but not readable";
        }
        boolean known = capabilities.known(Msr.IA32_VMX_EPT_VPID_CAP);
        if ((entry & READ) == 0 && known && !capabilities.eptVpid(EptVpidCapability.EXECUTE_ONLY)) {
            return "executable but not readable, and the processor has no execute-only translations";
        }
        int width = capabilities.physicalAddressBits() < 0 ? 52 : capabilities.physicalAddressBits();
        if ((entry & ADDRESS & (width >= 64 ? 0 : -1L << width)) != 0) {
            return "address bits beyond the processor's " + width + "-bit physical addresses";
        }
        if (isLeaf(entry, level)) {
            int type = memoryType(entry);
            if (type == 2 || type == 3 || type == 7) {
                return "memory type " + type + " is reserved";
            }
            if (level > 1) {
                if ((entry & ADDRESS & pageSize(level) - 1) != 0) {
                    return "reserved address bits %d:12 of a large page are not 0".formatted(11 + 9 * (level - 1));
                }
                EptVpidCapability size = level == 2 ? EptVpidCapability.PAGE_2M : EptVpidCapability.PAGE_1G;
                if (known && !capabilities.eptVpid(size)) {
                    return "the processor has no " + size.text();
                }
            }
        } else {
            long reserved = level >= 4 ? MEMORY_TYPE | IGNORE_PAT | PAGE : MEMORY_TYPE | IGNORE_PAT;
            if ((entry & reserved) != 0) {
                return level >= 4 ? "reserved bits 7:3 are not 0" : "reserved bits 6:3 are not 0";
            }
        }
        return null;
    }

    /**
     * Why an entry that maps a page is a misconfiguration with the "EPT paging-write control" VM-execution control; null when it is not.
     */
    public static String pagingWriteMisconfiguration(long entry) {
        return (entry & (READ | PAGING_WRITE)) == PAGING_WRITE ? "paging-write access without read access" : null;
    }

    /** Rights as three or four characters: {@code rwx}, {@code r--}; with mode-based execute control {@code rwxu}. */
    public static String rights(long entry, boolean modeBasedExecute) {
        return ((entry & READ) != 0 ? "r" : "-") + ((entry & WRITE) != 0 ? "w" : "-") + ((entry & EXECUTE) != 0 ? "x" : "-")
                + (modeBasedExecute ? (entry & USER_EXECUTE) != 0 ? "u" : "-" : "");
    }

    /** The entry in words: {@code rwx WB 4-KByte page 0x5000, accessed}. */
    public static String describe(long entry, int level, boolean modeBasedExecute) {
        if (!present(entry, modeBasedExecute)) {
            return "not present";
        }
        StringBuilder text = new StringBuilder(rights(entry, modeBasedExecute));
        if (isLeaf(entry, level)) {
            text.append(' ').append(memoryTypeName(memoryType(entry))).append((entry & IGNORE_PAT) != 0 ? " (ignore PAT)" : "")
                    .append(level == 1 ? " 4-KByte" : level == 2 ? " 2-MByte" : " 1-GByte").append(" page");
        } else {
            text.append(" table");
        }
        text.append(" 0x%X".formatted(address(entry, level)));
        append(text, entry, ACCESSED, "accessed");
        if (isLeaf(entry, level)) {
            append(text, entry, DIRTY, "dirty");
            append(text, entry, VERIFY_PAGING, "verify guest paging");
            append(text, entry, PAGING_WRITE, "paging-write access");
            append(text, entry, SUPERVISOR_SHADOW_STACK, "supervisor shadow stack");
            append(text, entry, level == 1 ? SUB_PAGE : 0, "sub-page write permissions");
            append(text, entry, SUPPRESS_VE, "suppress #VE");
        }
        return text.toString();
    }

    private static void append(StringBuilder text, long entry, long bit, String name) {
        if ((entry & bit) != 0) {
            text.append(", ").append(name);
        }
    }
}
