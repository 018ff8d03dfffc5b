// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.machine.cpu.InterceptPolicy;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.machine.mmu.PageWalk.Entry;
import dev.vmcsmith.machine.mmu.PageWalk.Failure;
import dev.vmcsmith.machine.mmu.PageWalk.Kind;
import dev.vmcsmith.machine.mmu.PageWalk.Step;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.x86.Cr4;
import dev.vmcsmith.x86.PagingEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks the guest's own paging structures for one linear address and explains every entry (SDM "Paging"), each under EPT where that
 * is on. Changes nothing. Good for one walk.
 */
final class GuestExplanation {
    private static final int LARGE_32_SHIFT = 22;
    private static final long PAE_PDPTE_RESERVED = 0x1E6;
    private static final int VECTOR_PF = 14;
    /** Bit 11 of an entry of HLAT paging. */
    private static final long RESTART = 1 << 11;
    private static final int FAULT_HLAT = 1 << 7;

    private final PhysicalMemory memory;
    private final VmxCapabilities capabilities;
    private final PagingState state;
    private final int access;
    private final EptExplanation ept;
    private final LargePages largePages;
    private final List<Step> steps = new ArrayList<>();
    private Failure failure;
    /** The entries are those of HLAT paging. */
    private boolean hlat;
    /** HLAT paging came upon an entry that leaves the address to CR3. */
    private boolean restarted;

    // what the entries allow together
    private boolean writable = true;
    private boolean userPage = true;
    private boolean executeDisabled;
    private long pageSize;
    private int patIndex;

    GuestExplanation(PhysicalMemory memory, VmxCapabilities capabilities, PagingState state, int access) {
        this.memory = memory;
        this.capabilities = capabilities;
        this.state = state;
        this.access = access;
        this.ept = new EptExplanation(memory, capabilities, state);
        this.largePages = LargePages.of(capabilities.cpuid());
    }

    /** The guest-physical address, -1 after a failure. */
    long walk(long linear) {
        return switch (state.mode()) {
            case NONE -> linear & 0xFFFF_FFFFL;
            case BITS_32 -> walk32(linear);
            case PAE -> walkPae(linear);
            case LEVEL_4 -> walkLong(linear, 4);
            case LEVEL_5 -> walkLong(linear, 5);
        };
    }

    List<Step> steps() {
        return steps;
    }

    Failure failure() {
        return failure;
    }

    boolean hlat() {
        return hlat;
    }

    EptExplanation ept() {
        return ept;
    }

    long pageSize() {
        return pageSize;
    }

    /** Which entry of IA32_PAT the leaf selects. */
    int patIndex() {
        return patIndex;
    }

    boolean userPage() {
        return userPage;
    }

    /** The combined rights, such as {@code rw-s}. */
    String rights() {
        boolean canWrite = writable || !state.user() && !state.writeProtect();
        return "r" + (canWrite ? "w" : "-") + (executeDisabled ? "-" : "x") + (userPage ? "u" : "s");
    }

    /** The combined rights as bits 11:9 of the qualification of an EPT violation: user-mode page, writable, execute-disable. */
    long linearRights() {
        return (userPage ? 1 << 9 : 0) | (writable ? 1 << 10 : 0) | (executeDisabled ? 1 << 11 : 0);
    }

    // --- the paging modes ------------------------------------------------------------------------------------------------

    private long walkLong(long linear, int levels) {
        int bits = 12 + 9 * levels;
        if (linear << 64 - bits >> 64 - bits != linear) {
            failure = new Failure(-1, -1, "the address is not canonical: bits 63:" + (bits - 1) + " are not all equal",
                    Kind.GENERAL_PROTECTION, 0, "#GP(0), or #SS(0) for a stack access", null);
            return -1;
        }
        if (InterceptPolicy.hlatTranslates(state.hlat(), linear)) {
            hlat = true;
            long physical = walk64(linear, state.hlat() & PagingEntry.ADDRESS, levels, largePages.largest());
            if (!restarted) {
                return physical;
            }
            hlat = false;
            steps.clear();
            writable = userPage = true;
            executeDisabled = false;
        }
        return walk64(linear, state.cr3() & PagingEntry.ADDRESS, levels, largePages.largest());
    }

    private long walkPae(long linear) {
        int index = (int) (linear >>> 30) & 3;
        long address = (state.cr3() & 0xFFFF_FFE0L) + 8L * index;
        List<Entry> there = List.of();
        long physical = address;
        if (state.eptp() != null) {
            // for the picture only: the processor uses its registers, and an EPT that hides the table does not matter
            EptExplanation.Result end = ept.translate(address, Access.READ, true, false, false, 0);
            there = end.entries();
            physical = end.physical();
        }
        long value = state.pdptes() == null ? memory.read64(physical) : state.pdptes()[index];
        Entry entry = new Entry(false, 3, index, physical, value, false, false);
        steps.add(new Step(3, address, there, entry));
        if ((value & PagingEntry.P) == 0) {
            return pageFault(0, "the PDPTE is not present", 0,
                    "set bit 0 (present) of the PDPTE at " + hex(address) + " and load CR3 again");
        }
        if ((value & (PAE_PDPTE_RESERVED | reservedAddress())) != 0) {
            return fail(0, "reserved bits are set in PDPTE register " + index, Kind.GENERAL_PROTECTION, 0, "#GP(0) when CR3 is loaded",
                    "clear the reserved bits of the PDPTE at " + hex(address));
        }
        return walk64(linear, value & PagingEntry.ADDRESS, 2, 2);
    }

    /** Levels of 8-byte entries; pages may be large up to level {@code largest}. */
    private long walk64(long linear, long root, int top, int largest) {
        long table = root;
        for (int level = top;; level--) {
            int shift = 12 + 9 * (level - 1);
            int index = (int) (linear >>> shift) & 0x1FF;
            Entry entry = read(table + 8L * index, 8, level, index, largest);
            if (entry == null) {
                return -1;
            }
            long reserved = reservedAddress() | (state.executeDisable() ? 0 : PagingEntry.XD);
            if (state.mode() == PagingState.Mode.PAE) {
                reserved |= 0x7FF0_0000_0000_0000L;
            }
            if (entry.leaf() && level > 1) {
                reserved |= (1L << shift) - 1 & PagingEntry.ADDRESS & ~PagingEntry.PAT_LARGE;
            } else if (!entry.leaf() && level > largest) {
                reserved |= PagingEntry.PS;
            }
            if (!accept(entry, reserved)) {
                return -1;
            }
            if (hlat && (entry.value() & RESTART) != 0) {
                restarted = !state.setsFlags() || flagsCanBeSet(false);
                return -1;
            }
            if (entry.leaf()) {
                return leaf(linear, entry, shift, entry.value() & PagingEntry.ADDRESS);
            }
            table = entry.value() & PagingEntry.ADDRESS;
        }
    }

    private long walk32(long linear) {
        int directoryIndex = (int) (linear >>> LARGE_32_SHIFT) & 0x3FF;
        boolean pse = (state.cr4() & Cr4.PSE) != 0;
        Entry pde = read((state.cr3() & 0xFFFF_F000L) + 4L * directoryIndex, 4, 2, directoryIndex, pse ? 2 : 1);
        if (pde == null || !accept(pde, pde.leaf() ? largePages.reservedPde() : 0)) {
            return -1;
        }
        if (pde.leaf()) {
            return leaf(linear, pde, LARGE_32_SHIFT, pde.value() & 0xFFC0_0000L | (pde.value() >>> 13 & 0xFF) << 32);
        }
        int index = (int) (linear >>> 12) & 0x3FF;
        Entry pte = read((pde.value() & 0xFFFF_F000L) + 4L * index, 4, 1, index, 1);
        return pte == null || !accept(pte, 0) ? -1 : leaf(linear, pte, 12, pte.value() & 0xFFFF_F000L);
    }

    // --- one entry -------------------------------------------------------------------------------------------------------

    /** Reads an entry, its column being the last of the steps; null when the EPT does not allow that. */
    private Entry read(long address, int size, int level, int index, int largest) {
        List<Entry> there = List.of();
        long physical = address;
        if (state.eptp() != null) {
            EptExplanation.Result end = ept.translate(address, Access.READ, true, true, false, 0);
            there = end.entries();
            if (end.failure() != null) {
                failure = end.failure().at(steps.size());
                steps.add(new Step(level, address, there, null));
                return null;
            }
            physical = end.physical();
        }
        long value = memory.read(0, physical, size);
        boolean leaf = level == 1 || level <= largest && (value & PagingEntry.PS) != 0;
        Entry entry = new Entry(false, level, index, physical, value, leaf, false);
        steps.add(new Step(level, address, there, entry));
        return entry;
    }

    /** Takes over the rights of the entry read last, or fails because it is not present or malformed. */
    private boolean accept(Entry entry, long reserved) {
        int column = steps.size() - 1;
        String where = entry.name() + " at " + (state.eptp() == null ? "physical " : "guest-physical ") + hex(steps.get(column).address());
        if ((entry.value() & PagingEntry.P) == 0) {
            pageFault(column, "the " + entry.name() + (hlat ? " of HLAT paging" : "") + " is not present", hlat ? FAULT_HLAT : 0,
                "set bit 0 (present) of the " + where);
            return false;
        }
        if ((entry.value() & reserved) != 0) {
            pageFault(column, "reserved bits " + hex(entry.value() & reserved) + " are set in the " + entry.name(),
                    PagingEntry.FAULT_P | PagingEntry.FAULT_RSVD | (hlat ? FAULT_HLAT : 0), "clear the reserved bits of the " + where);
            return false;
        }
        writable &= (entry.value() & PagingEntry.RW) != 0;
        userPage &= (entry.value() & PagingEntry.US) != 0;
        executeDisabled |= state.executeDisable() && (entry.value() & PagingEntry.XD) != 0 && state.mode() != PagingState.Mode.BITS_32;
        return true;
    }

    private long leaf(long linear, Entry entry, int shift, long base) {
        long value = entry.value();
        pageSize = 1L << shift;
        patIndex = ((value & (entry.level() == 1 ? PagingEntry.PAT_4K : PagingEntry.PAT_LARGE)) != 0 ? 4 : 0)
                | ((value & PagingEntry.PCD) != 0 ? 2 : 0) | ((value & PagingEntry.PWT) != 0 ? 1 : 0);
        if (!allowed() || !keyAllows(entry) || state.setsFlags() && !flagsCanBeSet(access == Access.WRITE)) {
            return -1;
        }
        return base & -pageSize | linear & pageSize - 1;
    }

    // --- rights ----------------------------------------------------------------------------------------------------------

    /** Checks the combined rights (SDM "Determination of Access Rights"); a protection key is named as well when it denies too. */
    private boolean allowed() {
        boolean write = access == Access.WRITE;
        boolean fetch = access == Access.FETCH;
        if (state.user() && !userPage) {
            return blame(PagingEntry.US, false, "is a supervisor entry, and the access is made in user mode", "set bit 2 (user) of the ");
        }
        if (write && !writable && (state.user() || state.writeProtect())) {
            return blame(PagingEntry.RW, false, "does not allow writes", "set bit 1 (writable) of the ");
        }
        if (fetch && executeDisabled) {
            return blame(PagingEntry.XD, true, "does not allow instruction fetches", "clear bit 63 (execute-disable) of the ");
        }
        if (!state.user() && userPage && fetch && (state.cr4() & Cr4.SMEP) != 0) {
            return blameUserPage("this is a user page, and SMEP forbids supervisor fetches from it");
        }
        if (!state.user() && userPage && !fetch && (state.cr4() & Cr4.SMAP) != 0 && !state.allowUser()) {
            return blameUserPage("this is a user page, and SMAP forbids supervisor accesses to it");
        }
        return true;
    }

    /** Fails at the first entry whose bit has the value that denies the access. */
    private boolean blame(long bit, boolean deniesWhenSet, String why, String remedy) {
        int column = state.mode() == PagingState.Mode.PAE ? 1 : 0;
        while ((steps.get(column).guest().value() & bit) != 0 != deniesWhenSet) {
            column++;
        }
        Entry entry = steps.get(column).guest();
        pageFault(column, "the " + entry.name() + " " + why, PagingEntry.FAULT_P | keyFault(),
                remedy + entry.name() + " at " + hex(entry.address()));
        return false;
    }

    private boolean blameUserPage(String why) {
        int last = steps.size() - 1;
        Entry entry = steps.get(last).guest();
        pageFault(last, why, PagingEntry.FAULT_P | keyFault(), "clear bit 2 (user) of the " + entry.name() + " at " + hex(entry.address()));
        return false;
    }

    /** Checks the protection key (SDM "Protection Keys"). */
    private boolean keyAllows(Entry leaf) {
        if (keyFault() == 0) {
            return true;
        }
        int key = key(leaf);
        boolean all = (keyRights(key) & 1) != 0;
        pageFault(steps.size() - 1, "protection key " + key + " does not allow " + (all ? "accesses" : "writes"),
                PagingEntry.FAULT_P | PagingEntry.FAULT_PK, "clear bit " + (2 * key + (all ? 0 : 1))
                        + " of " + (userPage ? "PKRU" : "IA32_PKRS") + ", or change bits 62:59 (key) of the " + leaf.name() + " at "
                        + hex(leaf.address()));
        return false;
    }

    /** The error-code bit of a protection key that denies the access, or 0. */
    private int keyFault() {
        boolean longMode = state.mode() == PagingState.Mode.LEVEL_4 || state.mode() == PagingState.Mode.LEVEL_5;
        long enabled = state.cr4() & (userPage ? Cr4.PKE : Cr4.PKS);
        if (!longMode || enabled == 0 || access == Access.FETCH || state.user() && !userPage) {
            return 0;
        }
        int denies = keyRights(key(steps.get(steps.size() - 1).guest()));
        boolean denied = (denies & 1) != 0 || (denies & 2) != 0 && access == Access.WRITE && (state.user() || state.writeProtect());
        return denied ? PagingEntry.FAULT_PK : 0;
    }

    /** Bits AD and WD of a key, of PKRU for user pages and of IA32_PKRS for supervisor pages. */
    private int keyRights(int key) {
        return (int) (state.keys() >>> (userPage ? 0 : 32) + 2 * key) & 3;
    }

    private static int key(Entry leaf) {
        return (int) (leaf.value() >>> PagingEntry.KEY_SHIFT) & 15;
    }

    /**
     * Whether the EPT lets the processor set the accessed and dirty flags that the access needs.
     *
     * @param dirty the last entry gets its dirty flag
     */
    private boolean flagsCanBeSet(boolean dirty) {
        if (state.eptp() == null) {
            return true;
        }
        for (int column = state.mode() == PagingState.Mode.PAE ? 1 : 0; column < steps.size(); column++) {
            Step step = steps.get(column);
            long flags = PagingEntry.A | (step.guest().leaf() && dirty ? PagingEntry.D : 0);
            if ((step.guest().value() & flags) == flags) {
                continue;
            }
            EptExplanation.Result end = ept.translate(step.address(), Access.WRITE, true, true, false, 0);
            if (end.failure() != null) {
                Failure f = end.failure();
                failure = new Failure(column, f.eptEntry(), f.reason() + ", which setting the accessed or dirty flag of the "
                        + step.guest().name() + " needs", f.kind(), f.code(), f.consequence(), f.remedy());
                steps.set(column, new Step(step.level(), step.address(), end.entries(), step.guest()));
                return false;
            }
        }
        return true;
    }

    // --- failures --------------------------------------------------------------------------------------------------------

    private long fail(int column, String reason, Kind kind, long code, String consequence, String remedy) {
        Step step = steps.get(column);
        steps.set(column, new Step(step.level(), step.address(), step.ept(), step.guest().failed()));
        failure = new Failure(column, -1, reason, kind, code, consequence, remedy);
        return -1;
    }

    private long pageFault(int column, String reason, long code, String remedy) {
        boolean fetchBit = access == Access.FETCH
                && ((state.cr4() & Cr4.SMEP) != 0 || state.executeDisable() && (state.cr4() & Cr4.PAE) != 0);
        long error = code | (access == Access.WRITE ? PagingEntry.FAULT_W : 0) | (state.user() ? PagingEntry.FAULT_U : 0)
                | (fetchBit ? PagingEntry.FAULT_I : 0);
        return fail(column, reason, Kind.PAGE_FAULT, error, "#PF with error code " + hex(error) + disposition(error), remedy);
    }

    /** What becomes of a page fault (SDM "Exceptions" of "Other Causes of VM Exits"). */
    private String disposition(long error) {
        if (state.vmcs() == null) {
            return "";
        }
        boolean match = (error & state.vmcs().value(VmcsField.PAGE_FAULT_ERROR_CODE_MASK)) == state.vmcs()
                .value(VmcsField.PAGE_FAULT_ERROR_CODE_MATCH);
        boolean bit = (state.vmcs().value(VmcsField.EXCEPTION_BITMAP) >>> VECTOR_PF & 1) != 0;
        return match == bit ? ": VM exit 0, because the exception bitmap asks for it" : " in the guest, without a VM exit";
    }

    private long reservedAddress() {
        int width = capabilities.physicalAddressBits();
        return width < 0 || width >= 52 ? 0 : PagingEntry.ADDRESS & -1L << width;
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
