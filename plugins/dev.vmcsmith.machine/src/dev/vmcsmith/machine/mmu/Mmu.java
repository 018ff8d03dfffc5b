// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import static dev.vmcsmith.machine.memory.PhysicalMemory.INT;
import static dev.vmcsmith.machine.memory.PhysicalMemory.LONG;
import static dev.vmcsmith.machine.memory.PhysicalMemory.SHORT;

import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.SegmentRegister;
import dev.vmcsmith.machine.memory.MemoryListener;
import dev.vmcsmith.machine.memory.Page;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import java.util.Arrays;

/**
 * Memory as one processor sees it. The fast path is a direct-mapped TLB from linear page to host array, one half for reads and
 * one for writes: a tag is the linear page number with the translation context in its low 12 bits (10 bits for what the
 * translation depends on, one for SMAP, one for user mode), so that a hit implies every right. Behind it are the larger {@link
 * Translations} and, for all else, {@link SlowAccess}.
 *
 * <p>Offsets are within a segment; the segment's derived limits guard them.
 */
public final class Mmu implements MemoryListener {
    static final int ENTRIES = 16384;
    private static final long PAGE = ~0xFFFL;
    private static final int EPT_CONTROLS_SHIFT = 56;

    final Cpu cpu;
    final PhysicalMemory memory;
    final GuestWalker walker;
    final EptWalker ept;
    private final SlowAccess slow;
    private final Contexts contexts = new Contexts();
    final Translations translations = new Translations();

    final long[] readTag = new long[ENTRIES];
    final long[] writeTag = new long[ENTRIES];
    final long[] fetchTag = new long[ENTRIES];
    final byte[][] readPage = new byte[ENTRIES][];
    final byte[][] writePage = new byte[ENTRIES][];
    final Page[] fetchPage = new Page[ENTRIES];
    /** Low 12 tag bits of explicit accesses now. */
    long context;
    /** The same for implicit supervisor accesses. */
    long systemContext;
    /** The access is one that no alignment is demanded of: #AC does not occur. */
    public boolean anyAlignment;
    /** Turns the tag bits of the current context into those of its global translations, by exclusive or; 0 when CR4.PGE is clear. */
    long toGlobal;
    boolean largePages;
    WalkListener walks;
    /** The EPT pointer that was last in force, with the controls that change what its entries mean in bits that it reserves. */
    private long eptTranslation;
    /** HLAT paging as it was last in force in a guest. */
    private long guestHlat;

    // the place a read-for-write found, for the write that follows
    byte[] rmwPage;
    int rmwOffset;
    long rmwLinear;
    int rmwSegment;
    long rmwSegmentOffset;

    public Mmu(Cpu cpu, PhysicalMemory memory) {
        this.cpu = cpu;
        this.memory = memory;
        this.ept = new EptWalker(cpu, memory);
        this.walker = new GuestWalker(cpu, memory, ept);
        this.slow = new SlowAccess(this);
        memory.addListener(this);
        clear();
    }

    /** Hears of walks of the paging structures. */
    public interface WalkListener {
        /** A walk is over; {@code physical} is -1 when it ended in a fault or a VM exit. */
        void walked(Cpu cpu, long linear, int access, long guestPhysical, long physical);
    }

    /** Who hears of walks; null for nobody. */
    public void setWalkListener(WalkListener listener) {
        walks = listener;
    }

    public PhysicalMemory memory() {
        return memory;
    }

    // --- data, fast path -------------------------------------------------------------------------------------------------

    public long read8(int segment, long offset) {
        SegmentRegister s = cpu.seg[segment];
        if (offset <= s.readMax) {
            long la = offset + s.effectiveBase & cpu.linearMask;
            int x = (int) (la >>> 12) & ENTRIES - 1;
            if (readTag[x] == (la & PAGE | context)) {
                return readPage[x][(int) la & 0xFFF] & 0xFFL;
            }
        }
        return slow.read(s, offset, 1);
    }

    public long read16(int segment, long offset) {
        SegmentRegister s = cpu.seg[segment];
        if (offset <= s.readMax - 1) {
            long la = offset + s.effectiveBase & cpu.linearMask;
            int x = (int) (la >>> 12) & ENTRIES - 1;
            int o = (int) la & 0xFFF;
            if (readTag[x] == (la & PAGE | context) && o <= 4094) {
                return (short) SHORT.get(readPage[x], o) & 0xFFFFL;
            }
        }
        return slow.read(s, offset, 2);
    }

    public long read32(int segment, long offset) {
        SegmentRegister s = cpu.seg[segment];
        if (offset <= s.readMax - 3) {
            long la = offset + s.effectiveBase & cpu.linearMask;
            int x = (int) (la >>> 12) & ENTRIES - 1;
            int o = (int) la & 0xFFF;
            if (readTag[x] == (la & PAGE | context) && o <= 4092) {
                return (int) INT.get(readPage[x], o) & 0xFFFFFFFFL;
            }
        }
        return slow.read(s, offset, 4);
    }

    public long read64(int segment, long offset) {
        SegmentRegister s = cpu.seg[segment];
        if (offset <= s.readMax - 7) {
            long la = offset + s.effectiveBase & cpu.linearMask;
            int x = (int) (la >>> 12) & ENTRIES - 1;
            int o = (int) la & 0xFFF;
            if (readTag[x] == (la & PAGE | context) && o <= 4088) {
                return (long) LONG.get(readPage[x], o);
            }
        }
        return slow.read(s, offset, 8);
    }

    public void write8(int segment, long offset, long value) {
        SegmentRegister s = cpu.seg[segment];
        if (offset <= s.writeMax) {
            long la = offset + s.effectiveBase & cpu.linearMask;
            int x = (int) (la >>> 12) & ENTRIES - 1;
            if (writeTag[x] == (la & PAGE | context)) {
                writePage[x][(int) la & 0xFFF] = (byte) value;
                return;
            }
        }
        slow.write(s, offset, 1, value);
    }

    public void write16(int segment, long offset, long value) {
        SegmentRegister s = cpu.seg[segment];
        if (offset <= s.writeMax - 1) {
            long la = offset + s.effectiveBase & cpu.linearMask;
            int x = (int) (la >>> 12) & ENTRIES - 1;
            int o = (int) la & 0xFFF;
            if (writeTag[x] == (la & PAGE | context) && o <= 4094) {
                SHORT.set(writePage[x], o, (short) value);
                return;
            }
        }
        slow.write(s, offset, 2, value);
    }

    public void write32(int segment, long offset, long value) {
        SegmentRegister s = cpu.seg[segment];
        if (offset <= s.writeMax - 3) {
            long la = offset + s.effectiveBase & cpu.linearMask;
            int x = (int) (la >>> 12) & ENTRIES - 1;
            int o = (int) la & 0xFFF;
            if (writeTag[x] == (la & PAGE | context) && o <= 4092) {
                INT.set(writePage[x], o, (int) value);
                return;
            }
        }
        slow.write(s, offset, 4, value);
    }

    public void write64(int segment, long offset, long value) {
        SegmentRegister s = cpu.seg[segment];
        if (offset <= s.writeMax - 7) {
            long la = offset + s.effectiveBase & cpu.linearMask;
            int x = (int) (la >>> 12) & ENTRIES - 1;
            int o = (int) la & 0xFFF;
            if (writeTag[x] == (la & PAGE | context) && o <= 4088) {
                LONG.set(writePage[x], o, value);
                return;
            }
        }
        slow.write(s, offset, 8, value);
    }

    /** Reads 8, 16, 32 or 64 bits, zero-extended. */
    public long read(int segment, long offset, int width) {
        return switch (width) {
            case 8 -> read8(segment, offset);
            case 16 -> read16(segment, offset);
            case 32 -> read32(segment, offset);
            default -> read64(segment, offset);
        };
    }

    public void write(int segment, long offset, int width, long value) {
        switch (width) {
            case 8 -> write8(segment, offset, value);
            case 16 -> write16(segment, offset, value);
            case 32 -> write32(segment, offset, value);
            default -> write64(segment, offset, value);
        }
    }

    /** Reads what the instruction is going to write back with {@link #finishWrite}: every fault of the write happens here. */
    public long readForWrite(int segment, long offset, int width) {
        SegmentRegister s = cpu.seg[segment];
        int bytes = width >> 3;
        if (offset <= s.writeMax - (bytes - 1)) {
            long la = offset + s.effectiveBase & cpu.linearMask;
            int x = (int) (la >>> 12) & ENTRIES - 1;
            int o = (int) la & 0xFFF;
            if (writeTag[x] == (la & PAGE | context) && o <= 4096 - bytes) {
                byte[] page = writePage[x];
                rmwPage = page;
                rmwOffset = o;
                return PhysicalMemory.get(page, o, bytes);
            }
        }
        return slow.readForWrite(s, offset, bytes);
    }

    public void finishWrite(int width, long value) {
        byte[] page = rmwPage;
        if (page != null) {
            PhysicalMemory.put(page, rmwOffset, width >> 3, value);
        } else {
            slow.write(cpu.seg[rmwSegment], rmwSegmentOffset, width >> 3, value);
        }
    }

    /** Checks that a write of {@code bytes} (at most 4096) would succeed, faulting as it would. */
    public void probeWrite(int segment, long offset, int bytes) {
        slow.probe(cpu.seg[segment], offset, bytes, Access.WRITE);
    }

    public void probeRead(int segment, long offset, int bytes) {
        slow.probe(cpu.seg[segment], offset, bytes, Access.READ);
    }

    /** The linear address of an offset in a segment, with the limit and type checks of a read of {@code bytes}. */
    public long linear(int segment, long offset, int bytes, boolean write) {
        return slow.check(cpu.seg[segment], offset, bytes, write);
    }

    // --- system structures -----------------------------------------------------------------------------------------------

    /** Reads a system structure (descriptor table, TSS) as an implicit supervisor access. */
    public long readSystem(long linear, int bytes) {
        return slow.readLinear(linear & cpu.linearMaskForSystem(), bytes, false, true);
    }

    public void writeSystem(long linear, int bytes, long value) {
        slow.writeLinear(linear & cpu.linearMaskForSystem(), bytes, value, false, true);
    }

    /** A supervisor or user access by linear address with no segment: what event delivery pushes. */
    public void writeLinear(long linear, int bytes, long value, boolean user) {
        slow.writeLinear(linear, bytes, value, user, false);
    }

    public long readLinear(long linear, int bytes, boolean user) {
        return slow.readLinear(linear, bytes, user, false);
    }

    // --- code ------------------------------------------------------------------------------------------------------------

    /** The page that holds the code at a linear address; null when it is not RAM. Faults as a fetch does. */
    public Page fetch(long linear) {
        int x = (int) (linear >>> 12) & ENTRIES - 1;
        if (fetchTag[x] == (linear & PAGE | context)) {
            return fetchPage[x];
        }
        return slow.fetch(linear);
    }

    /** Physical address of a code byte that is not in RAM. */
    public long fetchPhysical(long linear) {
        return slow.translate(linear, Access.FETCH, cpu.cpl == 3, false);
    }

    // --- invalidation ----------------------------------------------------------------------------------------------------

    /** Called when control registers, mode, CPL, EPT or VPID may have changed. */
    public void stateChanged() {
        long eptp = cpu.intercepts.eptPointer(cpu);
        walker.eptOn = eptp != 0;
        int controls = eptp != 0 ? cpu.intercepts.eptControls(cpu) : 0;
        long translation = eptp | (long) controls << EPT_CONTROLS_SHIFT;
        if (eptp != 0 && translation != eptTranslation) {
            eptTranslation = translation;
            walker.forgetStructures();
        }
        ept.configure(eptp, controls);
        walker.hlat = cpu.intercepts.hlat(cpu);
        if (cpu.intercepts.nonRoot() && walker.hlat != guestHlat) {
            guestHlat = walker.hlat;
            contexts.forget();
        }
        int id = contexts.select(cpu, translation, this);
        boolean smap = (cpu.cr4 & 1 << 21) != 0;
        long base = (long) id << 2;
        systemContext = base | (smap ? 2 : 0);
        toGlobal = (cpu.cr4 & GuestWalker.CR4_PGE) == 0 ? 0 : base ^ (long) contexts.globalId() << 2;
        context = base | (cpu.cpl == 3 ? 1 : smap && (cpu.systemFlags & Cpu.AC) == 0 ? 2 : 0);
        cpu.attention |= Attention.BLOCK;
    }

    /** Forgets everything, in every context. */
    public void flush() {
        walker.forgetStructures();
        contexts.forget();
        stateChanged();
    }

    /** Forgets everything, and how it came about too: two processors in the same state behave alike from here on. */
    public void cold() {
        contexts.reset();
        clear();
        translations.reset();
        flush();
    }

    /** Forgets the translations of the current context but the global ones (MOV CR3). */
    public void flushCurrent() {
        contexts.drop();
        stateChanged();
    }

    /** The page, if this kind of access to it is known to be allowed in this context; else null. */
    Page known(long linear, long tag, int access) {
        Page page = translations.find(linear, tag, access);
        return page != null || toGlobal == 0 ? page : translations.find(linear, tag ^ toGlobal, access);
    }

    /** Remembers what the last walk has found. */
    void remember(long linear, long tag, int access, Page page) {
        translations.put(linear, walker.global ? tag ^ toGlobal : tag, access, page);
    }

    /** INVLPG: forgets one page in every context, and all when large pages are in use. */
    public void invalidate(long linear) {
        if (largePages) {
            flush();
            return;
        }
        int x = (int) (linear >>> 12) & ENTRIES - 1;
        readTag[x] = writeTag[x] = fetchTag[x] = -1;
        contexts.drop(translations, linear);
        cpu.attention |= Attention.BLOCK;
    }

    /** Loads the PDPTE registers from memory; false when one has a reserved bit set. */
    public boolean loadPdptes(long cr3) {
        return walker.loadPdptes(cr3);
    }

    void clear() {
        Arrays.fill(readTag, -1);
        Arrays.fill(writeTag, -1);
        Arrays.fill(fetchTag, -1);
        translations.clear();
        largePages = false;
    }

    @Override
    public void pageGuarded(Page page) {
        for (int i = 0; i < ENTRIES; i++) {
            if (writePage[i] == page.bytes) {
                writeTag[i] = -1;
            }
        }
    }

    @Override
    public void allPagesGuarded() {
        Arrays.fill(writeTag, -1);
    }

    @Override
    public void mapChanged() {
        walker.forgetStructures();
        clear();
    }
}
