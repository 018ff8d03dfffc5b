// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.SegmentRegister;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.machine.memory.Page;
import dev.vmcsmith.machine.memory.PhysicalMemory;

/**
 * Every memory access that the TLB does not answer: segment checks, canonical addresses, alignment, page crossings, walks,
 * devices, guarded pages, the APIC-access page, data breakpoints. Fills the TLB.
 */
final class SlowAccess {
    private static final long PAGE = ~0xFFFL;
    private static final long SUB_PAGE = 0x80;

    private final Mmu mmu;
    private final Cpu cpu;
    private final PhysicalMemory memory;

    SlowAccess(Mmu mmu) {
        this.mmu = mmu;
        this.cpu = mmu.cpu;
        this.memory = mmu.memory;
    }

    // --- by segment --------------------------------------------------------------------------------------------------------

    long read(SegmentRegister s, long offset, int bytes) {
        long la = check(s, offset, bytes, false);
        aligned(la, bytes);
        long value = readLinear(la, bytes, cpu.cpl == 3, false);
        dataBreakpoint(la, bytes, false);
        return value;
    }

    void write(SegmentRegister s, long offset, int bytes, long value) {
        long la = check(s, offset, bytes, true);
        aligned(la, bytes);
        writeLinear(la, bytes, value, cpu.cpl == 3, false);
        dataBreakpoint(la, bytes, true);
    }

    long readForWrite(SegmentRegister s, long offset, int bytes) {
        long la = check(s, offset, bytes, true);
        aligned(la, bytes);
        boolean user = cpu.cpl == 3;
        mmu.rmwPage = null;
        mmu.rmwSegment = s.index;
        mmu.rmwSegmentOffset = offset;
        int first = firstPart(la, bytes);
        writable(la, first, bytes, user);
        if (first < bytes) {
            writable(la + first & cpu.linearMask, bytes - first, bytes, user);
        }
        return readLinear(la, bytes, user, false, true);
    }

    void probe(SegmentRegister s, long offset, int bytes, int access) {
        long la = check(s, offset, bytes, access == Access.WRITE);
        boolean user = cpu.cpl == 3;
        translate(la, access, user, false);
        int first = firstPart(la, bytes);
        if (first < bytes) {
            translate(la + first & cpu.linearMask, access, user, false);
        }
    }

    /** Segment checks; returns the linear address. */
    long check(SegmentRegister s, long offset, int bytes, boolean write) {
        long la = offset + s.effectiveBase & cpu.linearMask;
        if (cpu.mode == CpuMode.LONG_64) {
            int shift = 64 - ((cpu.cr4 & 1 << 12) != 0 ? 57 : 48);
            if (la << shift >> shift != la || la + bytes - 1 << shift >> shift != la + bytes - 1) {
                throw segmentFault(s);
            }
            return la;
        }
        offset &= 0xFFFFFFFFL;
        if (cpu.mode.isRealLike()) {
            if (offset + bytes - 1 > s.limit) {
                throw s.index == Cpu.SS ? CpuFault.of(CpuFault.SS, 0) : CpuFault.gp();
            }
            return la;
        }
        if (s.unusable() || !(write ? s.isWritable() : s.isReadable())) {
            throw segmentFault(s);
        }
        long last = offset + bytes - 1;
        if (s.isExpandDown()) {
            if (offset <= s.limit || last > (s.big() ? 0xFFFFFFFFL : 0xFFFFL)) {
                throw segmentFault(s);
            }
        } else if (last > s.limit && !(s.limit == 0xFFFFFFFFL && offset <= s.limit && last > 0xFFFFFFFFL && s.base == 0)) {
            throw segmentFault(s);
        }
        return la;
    }

    private static CpuFault segmentFault(SegmentRegister s) {
        return s.index == Cpu.SS ? CpuFault.of(CpuFault.SS, 0) : CpuFault.gp();
    }

    private void aligned(long la, int bytes) {
        if ((la & bytes - 1) != 0 && !mmu.anyAlignment && cpu.alignmentChecked()) {
            throw CpuFault.of(CpuFault.AC, 0);
        }
    }

    // --- by linear address ---------------------------------------------------------------------------------------------------

    long readLinear(long la, int bytes, boolean user, boolean implicit) {
        return readLinear(la, bytes, user, implicit, false);
    }

    private long readLinear(long la, int bytes, boolean user, boolean implicit, boolean translated) {
        int first = firstPart(la, bytes);
        int access = translated ? Access.WRITE : Access.READ;
        if (first == bytes) {
            long context = tag(user, implicit);
            int rights = translated ? Translations.READ | Translations.WRITE : Translations.READ;
            Page page = mmu.known(la, context, rights);
            if (page != null) {
                return readPage(la, context, page, bytes);
            }
            return readPhysical(la, translate(la, access, user, implicit), bytes, context, rights);
        }
        long second = la + first & cpu.linearMask;
        long low = translate(la, access, user, implicit);
        apicAccess(low, bytes, false);
        long high = translate(second, access, user, implicit);
        apicAccess(high, bytes, false);
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            long address = i < first ? low + i : high + (i - first);
            value = value << 8 | memory.read(cpu.id, address, 1);
        }
        watchRead(low, first);
        watchRead(high, bytes - first);
        return value;
    }

    void writeLinear(long la, int bytes, long value, boolean user, boolean implicit) {
        int first = firstPart(la, bytes);
        if (first == bytes) {
            long context = tag(user, implicit);
            Page page = mmu.known(la, context, Translations.WRITE);
            if (page != null) {
                writePage(la, context, page, bytes, value);
            } else {
                writePhysical(la, translateWrite(la, bytes, user, implicit), bytes, value, context);
            }
            return;
        }
        long second = la + first & cpu.linearMask;
        long low = translateWrite(la, first, user, implicit);
        apicAccess(low, bytes, true);
        long high = translateWrite(second, bytes - first, user, implicit);
        apicAccess(high, bytes, true);
        for (int i = 0; i < bytes; i++) {
            memory.write(cpu.id, i < first ? low + i : high + (i - first), 1, value >>> 8 * i & 0xFF);
        }
    }

    Page fetch(long la) {
        boolean user = cpu.cpl == 3;
        Page known = mmu.known(la, mmu.context, Translations.FETCH);
        if (known != null) {
            return fetchFrom(la, known);
        }
        if (cpu.mode == CpuMode.LONG_64) {
            int shift = 64 - ((cpu.cr4 & 1 << 12) != 0 ? 57 : 48);
            if (la << shift >> shift != la) {
                throw CpuFault.gp();
            }
        }
        long host = translate(la, Access.FETCH, user, false);
        if (isApicAccessPage(host)) {
            cpu.intercepts.apicAccessElsewhere(cpu, (int) host & 0xFFF, true);
        }
        Page page = memory.page(host);
        if (page != null) {
            mmu.remember(la, mmu.context, Translations.FETCH, page);
            fetchFrom(la, page);
        }
        return page;
    }

    private Page fetchFrom(long la, Page page) {
        int x = (int) (la >>> 12) & Mmu.ENTRIES - 1;
        mmu.fetchPage[x] = page;
        mmu.fetchTag[x] = la & PAGE | mmu.context;
        return page;
    }

    /** Makes sure that a write to {@code part} bytes of one page would succeed, of {@code bytes} in all. */
    private void writable(long la, int part, int bytes, boolean user) {
        if (mmu.known(la, tag(user, false), Translations.WRITE) == null) {
            apicAccess(translateWrite(la, part, user, false), bytes, true);
        }
    }

    long translate(long la, int access, boolean user, boolean implicit) {
        long host = mmu.walks == null ? mmu.walker.translate(la, access, user, implicit) : observed(la, access, user, implicit);
        if (mmu.walker.pageShift > 12) {
            mmu.largePages = true;
        }
        return host;
    }

    private long observed(long la, int access, boolean user, boolean implicit) {
        try {
            long host = mmu.walker.translate(la, access, user, implicit);
            mmu.walks.walked(cpu, la, access, mmu.walker.guestPhysical, host);
            return host;
        } catch (CpuFault | VmExitSignal end) {
            mmu.walks.walked(cpu, la, access, mmu.walker.guestPhysical, -1);
            throw end;
        }
    }

    /** The same for a write of bytes that lie in one page; sub-page write permissions are looked up at both ends. */
    private long translateWrite(long la, int bytes, boolean user, boolean implicit) {
        long host = translate(la, Access.WRITE, user, implicit);
        if (mmu.walker.eptOn && mmu.ept.subPageWrite && ((la ^ la + bytes - 1) & SUB_PAGE) != 0) {
            translate(la + bytes - 1, Access.WRITE, user, implicit);
        }
        return host;
    }

    /** Whether the page that was translated last has its write permissions by sub-pages, so that none may be cached. */
    private boolean bySubPages() {
        return mmu.walker.eptOn && mmu.ept.subPageWrite;
    }

    private boolean isApicAccessPage(long host) {
        return cpu.intercepts.nonRoot() && (host & PAGE) == cpu.intercepts.apicAccessPage(cpu);
    }

    /** The exit of an access that is part of a wider one, or comes before another of the same instruction, where it is not virtualized. */
    private void apicAccess(long host, int bytes, boolean write) {
        if (isApicAccessPage(host)) {
            cpu.intercepts.apicAccess(cpu, (int) host & 0xFFF, bytes, write);
        }
    }

    private long readPhysical(long la, long host, int bytes, long context, int rights) {
        if (isApicAccessPage(host)) {
            return memory.read(cpu.id, cpu.intercepts.apicAccess(cpu, (int) host & 0xFFF, bytes, false), bytes);
        }
        Page page = memory.page(host);
        if (page == null) {
            return memory.read(cpu.id, host, bytes);
        }
        mmu.remember(la, context, bySubPages() ? Translations.READ : rights, page);
        return readPage(la, context, page, bytes);
    }

    private long readPage(long la, long context, Page page, int bytes) {
        if (page.watched()) {
            memory.used(page.address | la & 0xFFF, bytes, false);
        } else {
            int x = (int) (la >>> 12) & Mmu.ENTRIES - 1;
            mmu.readPage[x] = page.bytes;
            mmu.readTag[x] = la & PAGE | context;
        }
        return PhysicalMemory.get(page.bytes, (int) la & 0xFFF, bytes);
    }

    private void watchRead(long host, int bytes) {
        Page page = memory.touchedPage(host);
        if (page != null && page.watched()) {
            memory.used(host, bytes, false);
        }
    }

    private void writePhysical(long la, long host, int bytes, long value, long context) {
        if (isApicAccessPage(host)) {
            memory.write(cpu.id, cpu.intercepts.apicAccess(cpu, (int) host & 0xFFF, bytes, true), bytes, value);
            cpu.intercepts.apicWritten(cpu, (int) host & 0xFFF);
            return;
        }
        Page page = memory.page(host);
        if (page == null) {
            memory.write(cpu.id, host, bytes, value);
            return;
        }
        if (!bySubPages()) {
            mmu.remember(la, context, Translations.READ | Translations.WRITE, page);
        }
        writePage(la, context, page, bytes, value);
    }

    private void writePage(long la, long context, Page page, int bytes, long value) {
        if (page.guarded()) {
            memory.beforeWrite(page, (int) la & 0xFFF, bytes);
        }
        if (!page.guarded() && !bySubPages()) {
            int x = (int) (la >>> 12) & Mmu.ENTRIES - 1;
            mmu.writePage[x] = page.bytes;
            mmu.writeTag[x] = la & PAGE | context;
        }
        PhysicalMemory.put(page.bytes, (int) la & 0xFFF, bytes, value);
    }

    /** Tag bits for an access; explicit supervisor accesses share the context, implicit ones have SMAP in force. */
    private long tag(boolean user, boolean implicit) {
        if (implicit || !user && cpu.cpl == 3) {
            return mmu.systemContext;
        }
        return mmu.context;
    }

    private static int firstPart(long la, int bytes) {
        return Math.min(bytes, Page.SIZE - ((int) la & 0xFFF));
    }

    /** Notes data breakpoints of DR7 that this access hits; #DB follows the instruction. */
    private void dataBreakpoint(long la, int bytes, boolean write) {
        if ((cpu.dr[7] & 0xFF) != 0) {
            cpu.noteBreakpoints(la, bytes, write ? Cpu.BREAK_WRITE : Cpu.BREAK_READ);
        }
    }
}
