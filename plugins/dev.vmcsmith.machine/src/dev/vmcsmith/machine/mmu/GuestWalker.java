// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.InterceptPolicy;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.machine.memory.Page;
import dev.vmcsmith.machine.memory.PhysicalMemory;

/**
 * Walks the paging structures of the current mode (SDM "Paging": 32-bit with PSE, PAE, 4-level and 5-level), every entry through
 * EPT when that is on, sets accessed and dirty flags, raises #PF; HLAT paging comes before that of CR3. Results of the last walk are in its
 * fields.
 */
final class GuestWalker {
    static final int P = 1, RW = 2, US = 4, A = 0x20, D = 0x40, PS = 0x80, G = 0x100;
    private static final long NX = 1L << 63, RESTART = 1 << 11;
    /** Error-code bit of faults that HLAT paging itself raises. */
    private static final int HLAT = 0x80;
    private static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;
    private static final long CR0_WP = 1 << 16;
    private static final long CR4_PSE = 1 << 4, CR4_PAE = 1 << 5, CR4_LA57 = 1 << 12, CR4_SMEP = 1 << 20,
        CR4_SMAP = 1 << 21, CR4_PKE = 1 << 22, CR4_PKS = 1 << 24;
    static final long CR4_PGE = 1 << 7;
    private static final int MAX_LEVELS = 5;

    private final Cpu cpu;
    private final PhysicalMemory memory;
    private final EptWalker ept;
    private final long[] entries = new long[MAX_LEVELS + 1];
    private final long[] addresses = new long[MAX_LEVELS + 1];
    private final long[] hosts = new long[MAX_LEVELS + 1];
    private final StructurePages structures = new StructurePages();
    boolean eptOn;
    /** {@link InterceptPolicy#hlat}. */
    long hlat;
    /** Of the processor's model; null until they are asked for. */
    private LargePages largePages;

    /** Size of the guest page as a shift. */
    int pageShift;
    /** Result of the last walk: guest-physical address. */
    long guestPhysical;
    boolean userPage;
    /** The guest page is global. */
    boolean global;

    GuestWalker(Cpu cpu, PhysicalMemory memory, EptWalker ept) {
        this.cpu = cpu;
        this.memory = memory;
        this.ept = ept;
    }

    /**
     * Linear to host-physical.
     *
     * @param user     the access is a user-mode access
     * @param implicit a supervisor access to a system structure: RFLAGS.AC does not lift SMAP
     */
    long translate(long linear, int access, boolean user, boolean implicit) {
        try {
            return walk(linear, access, user, implicit);
        } catch (VmExitSignal exit) {
            structures.drop(exit.physical);
            throw exit;
        }
    }

    private long walk(long linear, int access, boolean user, boolean implicit) {
        ept.pagingVerified = true;
        if (!cpu.pagingEnabled()) {
            guestPhysical = linear & 0xFFFF_FFFFL;
            pageShift = 12;
            userPage = true;
            global = false;
            ept.linearRights = 3 << 9;
        } else if (cpu.longModeActive()) {
            walkLong(linear, access, user, implicit);
        } else if ((cpu.cr4 & CR4_PAE) != 0) {
            walkPae(linear, access, user, implicit);
        } else {
            walk32(linear, access, user, implicit);
        }
        return eptOn ? ept.translate(guestPhysical, access, linear, true, false, userPage) : guestPhysical;
    }

    private void walkLong(long linear, int access, boolean user, boolean implicit) {
        int top = (cpu.cr4 & CR4_LA57) != 0 ? 5 : 4;
        long reserved = ADDRESS & -1L << physicalBits() | (nxEnabled() ? 0 : NX);
        int largest = largePages().largest();
        int largestShift = Integer.MAX_VALUE;
        if (InterceptPolicy.hlatTranslates(hlat, linear)) {
            int restart = walk64(linear, access, user, implicit, hlat & ADDRESS, top, reserved, largest, HLAT);
            if (restart == 0) {
                return;
            }
            largestShift = 12 + 9 * (restart - 1);
        }
        walk64(linear, access, user, implicit, cpu.cr3 & ADDRESS, top, reserved, largest, 0);
        pageShift = Math.min(pageShift, largestShift);
    }

    private void walkPae(long linear, int access, boolean user, boolean implicit) {
        long pdpte = cpu.pdpte[(int) (linear >>> 30) & 3];
        if ((pdpte & P) == 0) {
            throw fault(linear, access, user, 0);
        }
        long reserved = 0x7FF0_0000_0000_0000L | ADDRESS & -1L << physicalBits() | (nxEnabled() ? 0 : NX);
        walk64(linear, access, user, implicit, pdpte & ADDRESS, 2, reserved, 2, 0);
    }

    /**
     * Levels {@code top}..1 of 8-byte entries; pages may be large up to {@code largest}.
     *
     * @param hlatFault {@link #HLAT} in HLAT paging, where an entry may ask to start again with CR3
     * @return the level of the entry that does; 0 when the translation is complete
     */
    private int walk64(long linear, int access, boolean user, boolean implicit, long root, int top, long reserved, int largest,
        int hlatFault) {
        long table = root;
        int rights = RW | US;
        boolean nx = false;
        int level = top;
        long entry;
        while (true) {
            int shift = 12 + 9 * (level - 1);
            entry = readEntry(level, table + ((linear >>> shift & 0x1FF) << 3), 8, linear);
            if ((entry & P) == 0) {
                throw fault(linear, access, user, hlatFault);
            }
            boolean leaf = level == 1 || level <= largest && (entry & PS) != 0;
            long bad = reserved;
            if (!leaf) {
                bad |= level >= 4 || level == 3 && largest < 3 ? PS : 0;
            } else if (level > 1) {
                bad |= (1L << shift) - 1 & ADDRESS & ~0x1000L;
            }
            if ((entry & bad) != 0) {
                throw fault(linear, access, user, 9 | hlatFault);
            }
            if (hlatFault != 0 && (entry & RESTART) != 0) {
                setFlags(linear, A, top, level, 8);
                return level;
            }
            rights &= (int) entry;
            nx |= entry < 0;
            if (leaf) {
                pageShift = shift;
                break;
            }
            table = entry & ADDRESS;
            level--;
        }
        finish(linear, access, user, implicit, rights, nx && nxEnabled(), top, level, 8);
        long offset = (1L << pageShift) - 1;
        guestPhysical = entry & ADDRESS & ~offset | linear & offset;
        return 0;
    }

    private void walk32(long linear, int access, boolean user, boolean implicit) {
        long pde = readEntry(2, (cpu.cr3 & 0xFFFFF000L) + ((linear >>> 22 & 0x3FF) << 2), 4, linear);
        if ((pde & P) == 0) {
            throw fault(linear, access, user, 0);
        }
        int rights = (int) pde & (RW | US);
        if ((pde & PS) != 0 && (cpu.cr4 & CR4_PSE) != 0) {
            if ((pde & largePages().reservedPde()) != 0) {
                throw fault(linear, access, user, 9);
            }
            pageShift = 22;
            finish(linear, access, user, implicit, rights, false, 2, 2, 4);
            guestPhysical = pde & 0xFFC00000L | (pde >>> 13 & 0xFF) << 32 | linear & 0x3FFFFF;
        } else {
            long pte = readEntry(1, (pde & 0xFFFFF000L) + ((linear >>> 12 & 0x3FF) << 2), 4, linear);
            if ((pte & P) == 0) {
                throw fault(linear, access, user, 0);
            }
            rights &= (int) pte;
            pageShift = 12;
            finish(linear, access, user, implicit, rights, false, 2, 1, 4);
            guestPhysical = pte & 0xFFFFF000L | linear & 0xFFF;
        }
    }

    /** Checks the combined rights and sets A and D. */
    private void finish(long linear, int access, boolean user, boolean implicit, int rights, boolean nx, int top, int leaf, int size) {
        userPage = (rights & US) != 0;
        global = (entries[leaf] & G) != 0 && (cpu.cr4 & CR4_PGE) != 0;
        ept.linearRights = (userPage ? 1 << 9 : 0) | ((rights & RW) != 0 ? 1 << 10 : 0) | (nx ? 1 << 11 : 0);
        boolean denied;
        int protectionKey = 0;
        if (user) {
            denied = !userPage || access == Access.WRITE && (rights & RW) == 0 || access == Access.FETCH && nx;
        } else if (access == Access.FETCH) {
            denied = nx || userPage && (cpu.cr4 & CR4_SMEP) != 0;
        } else {
            denied = access == Access.WRITE && (rights & RW) == 0 && (cpu.cr0 & CR0_WP) != 0
                || userPage && (cpu.cr4 & CR4_SMAP) != 0 && (implicit || (cpu.systemFlags & Cpu.AC) == 0);
        }
        if ((cpu.cr4 & (userPage ? CR4_PKE : CR4_PKS)) != 0 && cpu.longModeActive() && access != Access.FETCH && (userPage || !user)) {
            int key = (int) (entries[leaf] >>> 59) & 15;
            int bits = (userPage ? cpu.msr.pkru : cpu.msr.pkrs) >>> 2 * key & 3;
            if ((bits & 1) != 0 || (bits & 2) != 0 && access == Access.WRITE && (user || (cpu.cr0 & CR0_WP) != 0)) {
                protectionKey = 0x20;
                denied = true;
            }
        }
        if (denied) {
            throw fault(linear, access, user, 1 | protectionKey);
        }
        setFlags(linear, access == Access.WRITE ? A | D : A, top, leaf, size);
    }

    /** Sets accessed flags, and of the last entry what else is to be set. */
    private void setFlags(long linear, int last, int top, int leaf, int size) {
        for (int level = top; level >= leaf; level--) {
            long set = level == leaf ? last : A;
            if ((entries[level] & set) != set) {
                entries[level] |= set;
                long host = eptOn ? ept.translate(addresses[level], Access.WRITE, linear, true, true, false) : hosts[level];
                memory.write(cpu.id, host, size, entries[level]);
            }
        }
    }

    private long readEntry(int level, long address, int size, long linear) {
        Page cached = eptOn ? structures.find(address) : null;
        long host = cached != null ? cached.address | address & 0xFFF : eptOn ? translateStructure(address, linear) : address;
        long entry = cached != null ? PhysicalMemory.get(cached.bytes, (int) address & 0xFFF, size) : memory.read(cpu.id, host, size);
        entries[level] = entry;
        addresses[level] = address;
        hosts[level] = host;
        return entry;
    }

    private long translateStructure(long address, long linear) {
        long host = ept.translate(address, Access.READ, linear, true, true, false);
        if ((host & ~0xFFFL) == cpu.intercepts.apicAccessPage(cpu)) {
            cpu.intercepts.apicAccessElsewhere(cpu, (int) host & 0xFFF, false);
            return host;
        }
        Page page = memory.region(host) == null ? memory.touchedPage(host) : null;
        if (page != null && ept.pagingVerified) {
            structures.put(address, page);
        }
        return host;
    }

    /** Forgets where paging structures lie in host-physical memory. */
    void forgetStructures() {
        structures.clear();
    }

    /** Loads the PDPTE registers as MOV CR3 does in PAE paging; false when a reserved bit is set. */
    boolean loadPdptes(long cr3) {
        long[] loaded = new long[4];
        long reserved = 0x1E6L | ~ADDRESS & ~0xFFFL | ADDRESS & -1L << physicalBits();
        for (int i = 0; i < 4; i++) {
            long address = (cr3 & 0xFFFFFFE0L) + 8 * i;
            long host = eptOn ? ept.translate(address, Access.READ, 0, false, true, false) : address;
            loaded[i] = memory.read(cpu.id, host, 8);
            if ((loaded[i] & P) != 0 && (loaded[i] & reserved) != 0) {
                return false;
            }
        }
        System.arraycopy(loaded, 0, cpu.pdpte, 0, 4);
        return true;
    }

    private LargePages largePages() {
        if (largePages == null) {
            largePages = LargePages.of(cpu.model);
        }
        return largePages;
    }

    private int physicalBits() {
        return cpu.model == null ? 52 : cpu.model.physicalAddressBits();
    }

    private boolean nxEnabled() {
        return (cpu.efer & 0x800) != 0;
    }

    private CpuFault fault(long linear, int access, boolean user, int code) {
        boolean fetchBit = access == Access.FETCH && ((cpu.cr4 & CR4_SMEP) != 0 || nxEnabled() && (cpu.cr4 & CR4_PAE) != 0);
        return CpuFault.pageFault(linear, code | (access == Access.WRITE ? 2 : 0) | (user ? 4 : 0) | (fetchBit ? 0x10 : 0));
    }
}
