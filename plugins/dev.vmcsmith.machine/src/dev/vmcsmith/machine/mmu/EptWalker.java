// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.InterceptPolicy;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.machine.memory.PhysicalMemory;

/**
 * Translates guest-physical addresses through EPT (SDM "The Extended Page Table Mechanism"): 4 and 5 levels, 4-KiB, 2-MiB and
 * 1-GiB pages, accessed and dirty flags, paging-write access and guest-paging verification, violations (exit 48) with their
 * qualification, misconfigurations (exit 49).
 */
final class EptWalker {
    static final int VIOLATION = 48, MISCONFIGURATION = 49;
    private static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;
    private static final int R = 1, W = 2, X = 4, LARGE = 0x80, ACCESSED = 0x100, DIRTY = 0x200, USER_X = 0x400;
    private static final long SUB_PAGE = 1L << 61, PAGING_WRITE = 1L << 58, VERIFY_PAGING = 1L << 57;
    private static final long BEYOND_4_LEVELS = 0xFL << 48;
    private static final long CAUSED_BY_VERIFICATION = 1 << 15;

    private final Cpu cpu;
    private final PhysicalMemory memory;

    // set by the control side
    private long eptp;
    private boolean accessedDirty;
    private boolean modeBased;
    private boolean pagingWrites;
    private boolean verifies;
    private int levels;
    private boolean profiled;
    private boolean executeOnly = true;
    private int largestLevel = 3;
    private boolean advancedInformation;
    private long reservedAddress;
    /**
     * Bits 11:9 of the qualification of a violation: user-mode page, writable, execute-disable; set before the walk for a linear
     * address.
     */
    int linearRights;
    /** The last walk allowed a write to a sub-page alone: it says nothing of the rest of the page. */
    boolean subPageWrite;
    /**
     * Every entry of the guest's paging structures that the translation has used so far lies in a page with paging-write access; nobody
     * asks without guest-paging verification, and true then.
     */
    boolean pagingVerified;
    /** Size of the page the last walk ended in, as a shift. */
    int pageShift;

    EptWalker(Cpu cpu, PhysicalMemory memory) {
        this.cpu = cpu;
        this.memory = memory;
    }

    /** @param controls the bits of {@link InterceptPolicy#eptControls} */
    void configure(long eptPointer, int controls) {
        eptp = eptPointer;
        accessedDirty = (eptPointer & 0x40) != 0;
        modeBased = (controls & InterceptPolicy.EPT_MODE_BASED_EXECUTE) != 0;
        pagingWrites = (controls & InterceptPolicy.EPT_PAGING_WRITE) != 0;
        verifies = pagingWrites && (controls & InterceptPolicy.EPT_VERIFY_PAGING) != 0;
        levels = (int) (eptPointer >>> 3 & 7) + 1;
        if (!profiled && cpu.model != null) {
            Long cap = cpu.model.capability(0x48C);
            executeOnly = cap == null || (cap & 1) != 0;
            largestLevel = cap == null || (cap & 1 << 17) != 0 ? 3 : (cap & 1 << 16) != 0 ? 2 : 1;
            advancedInformation = cap != null && (cap & 1 << 22) != 0;
            reservedAddress = ADDRESS & -1L << cpu.model.physicalAddressBits();
            profiled = true;
        }
    }

    boolean accessedDirty() {
        return accessedDirty;
    }

    /**
     * Translates or throws the VM exit.
     *
     * @param access    {@link Access}; reading a guest paging structure for a linear address counts as a write when EPT A/D is on
     * @param linear    guest-linear address that caused it
     * @param hasLinear whether there is one
     * @param structure the access is to a guest paging structure (qualification bit 8 clear)
     * @param userPage  linear address is a user-mode page (mode-based execute control)
     */
    long translate(long gpa, int access, long linear, boolean hasLinear, boolean structure, boolean userPage) {
        int need = access == Access.FETCH ? (modeBased && userPage ? USER_X : X) : access == Access.WRITE ? W : R;
        boolean write = access == Access.WRITE;
        if (structure && hasLinear && accessedDirty) {
            need |= W;
            write = true;
        }
        int rights = R | W | X | USER_X;
        long table = eptp & ADDRESS;
        int level = levels;
        long entryAddress;
        long entry;
        boolean setAccessed = false;
        int rightsAbove;
        if (levels == 4 && (gpa & BEYOND_4_LEVELS) != 0) {
            throw violation(gpa, 0, access, linear, hasLinear, structure, 0);
        }
        while (true) {
            int shift = 12 + 9 * (level - 1);
            entryAddress = table + ((gpa >>> shift & 0x1FF) << 3);
            entry = memory.read64(entryAddress);
            boolean present = (entry & (R | W | X | (modeBased ? USER_X : 0))) != 0;
            if (!present) {
                throw violation(gpa, 0, access, linear, hasLinear, structure, 0);
            }
            boolean leaf = level == 1 || level <= 3 && (entry & LARGE) != 0;
            checkConfiguration(entry, level, leaf, gpa, linear, hasLinear);
            int r = (int) entry & (R | W | X);
            r |= modeBased ? (int) entry & USER_X : (r & X) != 0 ? USER_X : 0;
            rightsAbove = rights;
            rights &= r;
            if (leaf) {
                pageShift = shift;
                break;
            }
            if (accessedDirty && (entry & ACCESSED) == 0) {
                setAccessed = true;
            }
            table = entry & ADDRESS;
            level--;
        }
        subPageWrite = false;
        if (structure && pagingWrites && (entry & PAGING_WRITE) != 0 && (rightsAbove & W) != 0) {
            need = R;
        }
        if ((rights & need) != need) {
            boolean eligible = need == W && (rights & R) != 0 && level == 1 && (entry & SUB_PAGE) != 0 && hasLinear && !structure;
            if (!eligible || !cpu.intercepts.subPageWritable(cpu, gpa, linear)) {
                throw violation(gpa, rights, access, linear, hasLinear, structure, 0);
            }
            subPageWrite = true;
        }
        if (verifies) {
            verify(entry, gpa, rights, access, linear, hasLinear, structure);
        }
        if (accessedDirty) {
            long updated = entry | ACCESSED | (write ? DIRTY : 0);
            if (setAccessed || updated != entry) {
                cpu.intercepts.eptFlagsChange(cpu, gpa & ~0xFFFL, write && (entry & DIRTY) == 0);
            }
            if (setAccessed) {
                markAccessed(gpa, level);
            }
            if (updated != entry) {
                memory.write64(entryAddress, updated);
            }
        }
        long offset = (1L << pageShift) - 1;
        return entry & ADDRESS & ~offset | gpa & offset;
    }

    /** SDM "EPT Violations": the page may ask that the paging structures behind its linear address have paging-write access. */
    private void verify(long entry, long gpa, int rights, int access, long linear, boolean hasLinear, boolean structure) {
        if (structure) {
            pagingVerified &= (entry & PAGING_WRITE) != 0;
        } else if (hasLinear && !pagingVerified && (entry & VERIFY_PAGING) != 0) {
            throw violation(gpa, rights, access, linear, true, false, CAUSED_BY_VERIFICATION);
        }
    }

    private void markAccessed(long gpa, int leafLevel) {
        long table = eptp & ADDRESS;
        for (int level = levels; level > leafLevel; level--) {
            long address = table + ((gpa >>> 12 + 9 * (level - 1) & 0x1FF) << 3);
            long entry = memory.read64(address);
            if ((entry & ACCESSED) == 0) {
                memory.write64(address, entry | ACCESSED);
            }
            table = entry & ADDRESS;
        }
    }

    private void checkConfiguration(long entry, int level, boolean leaf, long gpa, long linear, boolean hasLinear) {
        boolean bad = (entry & (R | W)) == W || (entry & R) == 0 && !executeOnly && (entry & (X | (modeBased ? USER_X : 0))) != 0;
        if ((entry & reservedAddress) != 0) {
            bad = true;
        }
        if (leaf) {
            bad |= pagingWrites && (entry & (R | PAGING_WRITE)) == PAGING_WRITE;
            int type = (int) entry >>> 3 & 7;
            bad |= type == 2 || type == 3 || type == 7;
            if (level > 1) {
                bad |= level > largestLevel || (entry & ADDRESS & (1L << 12 + 9 * (level - 1)) - 1) != 0;
            }
        } else {
            bad |= (entry & (level >= 4 ? 0xF8 : 0x78)) != 0;
        }
        if (bad) {
            throw new VmExitSignal(MISCONFIGURATION, 0, hasLinear, linear, gpa);
        }
    }

    private RuntimeException violation(long gpa, int rights, int access, long linear, boolean hasLinear, boolean structure, long cause) {
        long q = cause | (access == Access.FETCH ? 4 : access == Access.WRITE ? 2 : 1);
        if (structure && (accessedDirty && hasLinear || access == Access.WRITE)) {
            q = 3;
        }
        q |= (rights & 7) << 3;
        if (modeBased && (rights & USER_X) != 0) {
            q |= 1 << 6;
        }
        if (hasLinear) {
            q |= structure ? 0x80 : 0x180;
            q |= structure || !advancedInformation ? 0 : linearRights;
        }
        cpu.intercepts.eptViolation(cpu, q, linear, gpa);
        return new VmExitSignal(VIOLATION, q, hasLinear, linear, gpa);
    }
}
