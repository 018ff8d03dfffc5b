// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.Instant;
import dev.vmcsmith.dap.protocol.MemoryAccess;
import dev.vmcsmith.dap.protocol.PageWalk;
import dev.vmcsmith.dap.protocol.PageWalk.Cell;
import dev.vmcsmith.dap.protocol.PageWalk.Failure;
import dev.vmcsmith.dap.protocol.PageWalk.Step;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.ept.EptEntry;
import dev.vmcsmith.vmx.ept.Eptp;
import dev.vmcsmith.x86.Cr4;
import dev.vmcsmith.x86.PagingEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * Explains the translation of one address through paging and EPT (SDM "Paging", "EPT Translation Mechanism"): every entry that the
 * processor reads, and the reason when the access is not allowed. Reads memory and changes nothing. Good for one walk.
 */
final class LinearWalk {
    private static final int LARGE_32_SHIFT = 22;
    private static final long PAE_PDPTE_RESERVED = 0x1E6;
    private static final int VECTOR_PF = 14;

    private final PhysicalMemory memory;
    private final VmxCapabilities capabilities;
    private final PagingState state;
    private final MemoryAccess access;
    private final EptWalk eptWalk;
    private final List<Step> steps = new ArrayList<>();
    private Failure failure;

    // what the guest's own entries allow together
    private boolean writable = true;
    private boolean userPage = true;
    private boolean executeDisabled;
    private long pageSize;
    private int patIndex;

    LinearWalk(PhysicalMemory memory, VmxCapabilities capabilities, PagingState state, MemoryAccess access) {
        this.memory = memory;
        this.capabilities = capabilities;
        this.state = state;
        this.access = access;
        this.eptWalk = new EptWalk(memory, capabilities, state);
    }

    /** Translates a linear address. */
    PageWalk linear(long linear, AddressSpace space, Instant now) {
        Long guestPhysical = switch (state.mode()) {
            case NONE -> (Long) (linear & 0xFFFF_FFFFL);
            case BITS_32 -> walk32(linear);
            case PAE -> walkPae(linear);
            case LEVEL_4 -> walkLong(linear, 4);
            case LEVEL_5 -> walkLong(linear, 5);
        };
        String root = state.mode() == PagingState.Mode.NONE ? eptRoot() : "CR3 = " + HexLong.format(state.cr3());
        return finish(linear, space, root, guestPhysical, true, now);
    }

    /** Translates a guest-physical address. */
    PageWalk guestPhysical(long address, Instant now) {
        return finish(address, AddressSpace.GUEST_PHYSICAL, eptRoot(), address, false, now);
    }

    private String eptRoot() {
        return state.eptp() == null ? "" : "EPTP = " + HexLong.format(state.eptp());
    }

    private PageWalk finish(long address, AddressSpace space, String root, Long guestPhysical, boolean linear, Instant now) {
        boolean paging = linear && state.mode() != PagingState.Mode.NONE;
        Long physical = null;
        String rights = "";
        String type = "";
        if (guestPhysical != null && failure == null) {
            physical = guestPhysical;
            int typeByPat = paging ? MemoryTypes.ofPat(state.pat(), patIndex) : EptEntry.WB;
            type = MemoryTypes.name(typeByPat);
            rights = paging ? guestRights() : "rwx";
            if (state.eptp() != null) {
                EptWalk.Result end = eptWalk.translate(guestPhysical, access, false, linear, userPage);
                steps.add(new Step("guest-physical " + HexLong.format(guestPhysical), guestPhysical, end.cells(), null));
                if (end.fault() != null) {
                    fail(end.fault());
                    physical = null;
                    type = "";
                } else {
                    physical = end.physical();
                    rights = combine(rights, EptEntry.rights(end.rights(), false));
                    int eptType = EptEntry.memoryType(end.leaf());
                    boolean ignorePat = (end.leaf() & EptEntry.IGNORE_PAT) != 0;
                    type = MemoryTypes.name(ignorePat ? eptType : MemoryTypes.combine(eptType, typeByPat));
                    pageSize = paging ? Math.min(pageSize, end.pageSize()) : end.pageSize();
                }
            }
        }
        boolean guestSide = space != AddressSpace.HOST_VIRTUAL;
        return new PageWalk(address, space, access, linear ? state.mode().text() : "none", root,
                state.eptp() == null ? 0 : Eptp.walkLength(state.eptp()), List.copyOf(steps), guestSide ? guestPhysical : null, physical,
                physical == null ? 0 : pageSize, physical == null ? "" : rights, type, failure, now);
    }

    private String guestRights() {
        boolean canWrite = writable || !state.user() && !state.writeProtect();
        return "r" + (canWrite ? "w" : "-") + (executeDisabled ? "-" : "x") + (userPage ? "u" : "s");
    }

    private static String combine(String guest, String ept) {
        StringBuilder both = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            both.append(guest.charAt(i) == ept.charAt(i) ? guest.charAt(i) : '-');
        }
        return both.append(guest.substring(3)).toString();
    }

    // --- the paging modes ------------------------------------------------------------------------------------------------

    private Long walkLong(long linear, int levels) {
        int bits = 12 + 9 * levels;
        if (linear << 64 - bits >> 64 - bits != linear) {
            failure = new Failure(-1, -1, "the address is not canonical: bits 63:" + (bits - 1) + " are not all equal",
                    "#GP(0), or #SS(0) for a stack access",
                    null);
            return null;
        }
        return walk64(linear, state.cr3() & PagingEntry.ADDRESS, levels, 3);
    }

    private Long walkPae(long linear) {
        int index = (int) (linear >>> 30) & 3;
        long address = (state.cr3() & 0xFFFF_FFE0L) + 8L * index;
        List<Cell> ept = List.of();
        long physical = address;
        if (state.eptp() != null) {
            EptWalk.Result there = eptWalk.translate(address, MemoryAccess.READ, true, true, false);
            ept = there.cells();
            physical = there.physical();
        }
        long entry = state.pdptes() == null ? memory.read64(physical) : state.pdptes()[index];
        Cell cell = cell(3, index, physical, entry, false);
        String place = "PDPTE register " + index;
        if ((entry & PagingEntry.P) == 0) {
            return denied(address, ept, cell, "the PDPTE is not present", 0, "set bit 0 (present) of the PDPTE at "
                    + HexLong.format(address) + " and load CR3 again");
        }
        if ((entry & (PAE_PDPTE_RESERVED | reservedAddress())) != 0) {
            return denied(address, ept, cell, "reserved bits are set in " + place, 0, "clear the reserved bits of the PDPTE at "
                    + HexLong.format(address));
        }
        steps.add(new Step(place, state.eptp() == null ? null : (Long) address, ept, cell));
        return walk64(linear, entry & PagingEntry.ADDRESS, 2, 2);
    }

    /** Levels of 8-byte entries; pages may be large up to level {@code largest}. */
    private Long walk64(long linear, long root, int top, int largest) {
        long table = root;
        for (int level = top;; level--) {
            int shift = 12 + 9 * (level - 1);
            int index = (int) (linear >>> shift) & 0x1FF;
            Read read = read(table + 8L * index, 8, level, index, largest);
            if (read == null) {
                return null;
            }
            boolean leaf = read.leaf;
            long reserved = reservedAddress() | (state.executeDisable() ? 0 : PagingEntry.XD);
            if (state.mode() == PagingState.Mode.PAE) {
                reserved |= 0x7FF0_0000_0000_0000L;
            }
            if (leaf && level > 1) {
                reserved |= (1L << shift) - 1 & PagingEntry.ADDRESS & ~PagingEntry.PAT_LARGE;
            } else if (!leaf && level > largest) {
                reserved |= PagingEntry.PS;
            }
            if (!accept(read, reserved)) {
                return null;
            }
            if (leaf) {
                return leaf(linear, read, shift, read.entry & PagingEntry.ADDRESS, level == 1 ? PagingEntry.PAT_4K : PagingEntry.PAT_LARGE);
            }
            table = read.entry & PagingEntry.ADDRESS;
        }
    }

    private Long walk32(long linear) {
        int directoryIndex = (int) (linear >>> LARGE_32_SHIFT) & 0x3FF;
        boolean pse = (state.cr4() & Cr4.PSE) != 0;
        Read pde = read((state.cr3() & 0xFFFF_F000L) + 4L * directoryIndex, 4, 2, directoryIndex, pse ? 2 : 1);
        if (pde == null || !accept(pde, pde.leaf ? 1 << 21 : 0)) {
            return null;
        }
        if (pde.leaf) {
            long base = pde.entry & 0xFFC0_0000L | (pde.entry >>> 13 & 0xFF) << 32;
            return leaf(linear, pde, LARGE_32_SHIFT, base, PagingEntry.PAT_LARGE);
        }
        int index = (int) (linear >>> 12) & 0x3FF;
        Read pte = read((pde.entry & 0xFFFF_F000L) + 4L * index, 4, 1, index, 1);
        return pte == null || !accept(pte, 0) ? null : leaf(linear, pte, 12, pte.entry & 0xFFFF_F000L, PagingEntry.PAT_4K);
    }

    // --- one entry -------------------------------------------------------------------------------------------------------

    /** An entry of the guest's own paging structures, as read. */
    private record Read(long address, List<Cell> ept, Cell cell, long entry, int level, boolean leaf) {
    }

    private Read read(long address, int size, int level, int index, int largest) {
        List<Cell> ept = List.of();
        long physical = address;
        String name = GuestEntry.name(level);
        if (state.eptp() != null) {
            EptWalk.Result there = eptWalk.translate(address, MemoryAccess.READ, true, true, false);
            ept = there.cells();
            if (there.fault() != null) {
                steps.add(new Step(name + " at guest-physical " + HexLong.format(address), address, ept, null));
                fail(there.fault());
                return null;
            }
            physical = there.physical();
        }
        long entry = memory.read(0, physical, size);
        boolean leaf = level == 1 || level <= largest && (entry & PagingEntry.PS) != 0;
        return new Read(address, ept, cell(level, index, physical, entry, leaf), entry, level, leaf);
    }

    private Cell cell(int level, int index, long physical, long entry, boolean leaf) {
        long next = entry & PagingEntry.ADDRESS & (leaf && level > 1
                ? -(1L << (state.mode() == PagingState.Mode.BITS_32 ? LARGE_32_SHIFT : 12 + 9 * (level - 1))) : -1L);
        return new Cell(state.vmcs() == null ? "host" : "guest", GuestEntry.name(level), index, physical, entry,
                GuestEntry.bits(entry, level, state.mode(), leaf), next, false);
    }

    /** Takes over the rights of an entry and its column, or fails because it is not present or malformed. */
    private boolean accept(Read read, long reserved) {
        String name = GuestEntry.name(read.level);
        String where = name + " at " + place(read.address);
        if ((read.entry & PagingEntry.P) == 0) {
            denied(read.address, read.ept, read.cell, "the " + name + " is not present", 0, "set bit 0 (present) of the " + where);
            return false;
        }
        if ((read.entry & reserved) != 0) {
            denied(read.address, read.ept, read.cell, "reserved bits " + HexLong.format(read.entry & reserved) + " are set in the " + name,
                    PagingEntry.FAULT_P | PagingEntry.FAULT_RSVD, "clear the reserved bits of the " + where);
            return false;
        }
        writable &= (read.entry & PagingEntry.RW) != 0;
        userPage &= (read.entry & PagingEntry.US) != 0;
        executeDisabled |= state.executeDisable() && (read.entry & PagingEntry.XD) != 0 && state.mode() != PagingState.Mode.BITS_32;
        steps.add(new Step(name + " at " + place(read.address), state.eptp() == null ? null : (Long) read.address, read.ept, read.cell));
        return true;
    }

    private String place(long address) {
        return (state.eptp() == null ? "physical " : "guest-physical ") + HexLong.format(address);
    }

    private Long leaf(long linear, Read read, int shift, long base, long patBit) {
        pageSize = 1L << shift;
        patIndex = ((read.entry & patBit) != 0 ? 4 : 0) | ((read.entry & PagingEntry.PCD) != 0 ? 2 : 0)
                | ((read.entry & PagingEntry.PWT) != 0 ? 1 : 0);
        if (!allowed()) {
            return null;
        }
        return base & -pageSize | linear & pageSize - 1;
    }

    /** Checks the combined rights (SDM "Access Rights"). */
    private boolean allowed() {
        boolean write = access == MemoryAccess.WRITE;
        boolean fetch = access == MemoryAccess.EXECUTE;
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
            return blameLast("this is a user page, and SMEP forbids supervisor fetches from it");
        }
        if (!state.user() && userPage && !fetch && (state.cr4() & Cr4.SMAP) != 0 && !state.allowUser()) {
            return blameLast("this is a user page, and SMAP forbids supervisor accesses to it");
        }
        return true;
    }

    /** Fails at the first entry whose bit has the value that denies the access. */
    private boolean blame(long bit, boolean deniesWhenSet, String why, String remedy) {
        for (int i = 0; i < steps.size(); i++) {
            Cell cell = steps.get(i).guest();
            boolean root = state.mode() == PagingState.Mode.PAE && cell.level().equals("PDPTE");
            if (!root && (cell.raw() & bit) != 0 == deniesWhenSet) {
                markFailing(i, "the " + cell.level() + " " + why, PagingEntry.FAULT_P, remedy + cell.level() + " at "
                        + HexLong.format(cell.entryAddress()));
                return false;
            }
        }
        return blameLast("the access is not allowed");
    }

    private boolean blameLast(String why) {
        int last = steps.size() - 1;
        Cell cell = steps.get(last).guest();
        markFailing(last, why, PagingEntry.FAULT_P, "clear bit 2 (user) of the " + cell.level() + " at "
                + HexLong.format(cell.entryAddress()));
        return false;
    }

    // --- failures --------------------------------------------------------------------------------------------------------

    private Long denied(long address, List<Cell> ept, Cell cell, String why, int code, String remedy) {
        steps.add(new Step(cell.level() + " at " + place(address), state.eptp() == null ? null : (Long) address, ept, cell));
        markFailing(steps.size() - 1, why, code, remedy);
        return null;
    }

    private void markFailing(int index, String why, int code, String remedy) {
        Step step = steps.get(index);
        Cell cell = step.guest();
        Cell failing = new Cell(cell.table(), cell.level(), cell.index(), cell.entryAddress(), cell.raw(), cell.bits(), cell.next(), true);
        steps.set(index, new Step(step.label(), step.guestPhysical(), step.ept(), failing));
        failure = new Failure(index, -1, why, pageFault(code), remedy);
    }

    private String pageFault(int code) {
        boolean fetchBit = access == MemoryAccess.EXECUTE && ((state.cr4() & Cr4.SMEP) != 0 || state.executeDisable());
        int error = code | (access == MemoryAccess.WRITE ? PagingEntry.FAULT_W : 0) | (state.user() ? PagingEntry.FAULT_U : 0)
                | (fetchBit ? PagingEntry.FAULT_I : 0);
        String text = "#PF with error code " + HexLong.format(error);
        if (state.vmcs() == null) {
            return text;
        }
        boolean match = (error & state.vmcs().value(VmcsField.PAGE_FAULT_ERROR_CODE_MASK)) == state.vmcs()
                .value(VmcsField.PAGE_FAULT_ERROR_CODE_MATCH);
        boolean bit = (state.vmcs().value(VmcsField.EXCEPTION_BITMAP) >>> VECTOR_PF & 1) != 0;
        return text + (match == bit ? ": VM exit 0, because the exception bitmap asks for it" : " in the guest, without a VM exit");
    }

    private void fail(EptWalk.Fault fault) {
        failure = new Failure(steps.size() - 1, fault.cell(), fault.reason(), fault.consequence(), fault.remedy());
    }

    private long reservedAddress() {
        int width = capabilities.physicalAddressBits();
        return width < 0 || width >= 52 ? 0 : PagingEntry.ADDRESS & -1L << width;
    }
}
