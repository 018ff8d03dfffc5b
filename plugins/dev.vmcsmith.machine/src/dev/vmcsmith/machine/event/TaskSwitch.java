// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.event;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.EventInFlight;
import dev.vmcsmith.machine.cpu.SegmentRegister;

/** Hardware task switches through 32-bit and 16-bit TSSs (SDM "Task Switching"). */
public final class TaskSwitch {
    public static final int CALL = 0, IRET = 1, JUMP = 2, GATE = 3;

    private TaskSwitch() {
    }

    /** An interrupt or exception through a task gate. */
    static void byGate(Cpu c, int tssSelector, boolean hasError, int error, int ext) {
        long tss = check(c, tssSelector, ext, false);
        if (c.intercepts.taskSwitch(c, tssSelector, GATE, c.delivering.instructionLength)) {
            return;
        }
        run(c, tssSelector, tss, GATE);
        if (hasError) {
            boolean wide = (c.seg[Cpu.TR].type() & 8) != 0;
            int bytes = wide ? 4 : 2;
            long sp = c.gpr[Cpu.RSP] - bytes & c.stackMask;
            c.mmu.write(Cpu.SS, sp, bytes * 8, error);
            c.setSp(sp);
        }
    }

    /** JMP, CALL or IRET to a TSS whose privilege has been checked. {@code cpu.rip} is the next instruction. */
    public static void run(Cpu c, int tssSelector, int source, int length) {
        long tss = check(c, tssSelector, 0, source == IRET);
        if (c.intercepts.taskSwitch(c, tssSelector, source, length)) {
            return;
        }
        run(c, tssSelector, tss, source);
    }

    private static long check(Cpu c, int selector, int ext, boolean busy) {
        int vector = busy ? CpuFault.TS : CpuFault.GP;
        if (DescriptorTables.isNull(selector) || (selector & 4) != 0) {
            throw CpuFault.of(vector, selector & 0xFFFC | ext);
        }
        long d = DescriptorTables.read(c, selector, vector);
        int type = DescriptorTables.type(d);
        if (busy ? type != 3 && type != 11 : type != 1 && type != 9) {
            throw CpuFault.of(vector, selector & 0xFFFC | ext);
        }
        if (!DescriptorTables.present(d)) {
            throw CpuFault.of(CpuFault.NP, selector & 0xFFFC | ext);
        }
        long limit = SegmentRegister.descriptorLimit(d);
        if (limit < ((type & 8) != 0 ? 0x67 : 0x2B)) {
            throw CpuFault.of(CpuFault.TS, selector & 0xFFFC | ext);
        }
        return d;
    }

    private static void run(Cpu c, int selector, long descriptor, int source) {
        SegmentRegister tr = c.seg[Cpu.TR];
        boolean oldWide = (tr.type() & 8) != 0;
        boolean wide = (DescriptorTables.type(descriptor) & 8) != 0;
        long base = SegmentRegister.descriptorBase(descriptor);
        long[] next = wide ? read32(c, base) : read16(c, base);
        save(c, tr.base, oldWide, source == IRET);
        if (source == CALL || source == GATE) {
            c.mmu.writeSystem(base, 2, tr.selector);
        }
        if (source == JUMP || source == IRET) {
            setBusy(c, tr.selector, false);
        }
        if (source != IRET) {
            setBusy(c, selector, true);
        }
        load(c, selector, descriptor, next, wide, source);
    }

    private static void setBusy(Cpu c, int selector, boolean busy) {
        long at = DescriptorTables.address(c, selector, CpuFault.TS) + 5;
        long type = c.mmu.readSystem(at, 1);
        c.mmu.writeSystem(at, 1, busy ? type | 2 : type & ~2);
    }

    /** CR3, EIP, EFLAGS, eight registers, ES CS SS DS FS GS, LDT, trap flag. */
    private static long[] read32(Cpu c, long base) {
        long[] v = new long[19];
        v[0] = c.mmu.readSystem(base + 0x1C, 4);
        for (int n = 0; n < 10; n++) {
            v[1 + n] = c.mmu.readSystem(base + 0x20 + 4 * n, 4);
        }
        for (int n = 0; n < 7; n++) {
            v[11 + n] = c.mmu.readSystem(base + 0x48 + 4 * n, 2);
        }
        v[18] = c.mmu.readSystem(base + 0x64, 2) & 1;
        return v;
    }

    private static long[] read16(Cpu c, long base) {
        long[] v = new long[19];
        for (int n = 0; n < 10; n++) {
            v[1 + n] = c.mmu.readSystem(base + 0x0E + 2 * n, 2) | (n >= 2 ? 0xFFFF0000L : 0);
        }
        for (int n = 0; n < 4; n++) {
            v[11 + n] = c.mmu.readSystem(base + 0x22 + 2 * n, 2);
        }
        v[17] = c.mmu.readSystem(base + 0x2A, 2);
        return v;
    }

    private static void save(Cpu c, long base, boolean wide, boolean clearNt) {
        long flags = c.rflags() & (clearNt ? ~Cpu.NT : -1L);
        int bytes = wide ? 4 : 2;
        long at = base + (wide ? 0x20 : 0x0E);
        c.mmu.writeSystem(at, bytes, c.rip);
        c.mmu.writeSystem(at + bytes, bytes, flags);
        for (int n = 0; n < 8; n++) {
            c.mmu.writeSystem(at + (2 + n) * bytes, bytes, c.gpr[n]);
        }
        for (int n = 0; n < (wide ? 6 : 4); n++) {
            c.mmu.writeSystem(base + (wide ? 0x48 + 4 * n : 0x22 + 2 * n), 2, c.seg[n].selector);
        }
    }

    private static void load(Cpu c, int selector, long descriptor, long[] v, boolean wide, int source) {
        c.seg[Cpu.TR].load(selector, descriptor | 2L << 40);
        c.cr0 |= 8;
        boolean reload = wide && c.pagingEnabled();
        if (reload) {
            c.cr3 = v[0];
            if ((c.cr4 & 1 << 5) != 0 && !c.mmu.loadPdptes(c.cr3)) {
                throw CpuFault.of(CpuFault.TS, selector & 0xFFFC);
            }
            c.mmu.flushCurrent();
        }
        c.rip = v[1];
        long flags = v[2] | (source == CALL || source == GATE ? Cpu.NT : 0);
        for (int n = 0; n < 8; n++) {
            c.gpr[n] = v[3 + n];
        }
        boolean v86 = wide && (flags & Cpu.VM) != 0;
        for (int n = 0; n < 6; n++) {
            int s = (int) v[11 + n];
            c.seg[n].set(s, v86 ? (long) s << 4 : 0, v86 ? 0xFFFF : 0, v86 ? 0xF3 : SegmentRegister.UNUSABLE);
        }
        int newCpl = v86 ? 3 : (int) v[12] & 3;
        c.seg[Cpu.SS].rights |= newCpl << 5;
        c.seg[Cpu.LDTR].set((int) v[17], 0, 0, SegmentRegister.UNUSABLE);
        c.setRflags(flags);
        c.stateChanged();
        if (v[18] != 0) {
            c.pendingDebug |= 1 << 15;
            c.attention |= dev.vmcsmith.machine.cpu.Attention.DEBUG;
        }
        try {
            finish(c, v, v86, newCpl);
        } catch (CpuFault fault) {
            boolean hardware = c.delivering.valid && c.delivering.type != EventInFlight.SOFTWARE_INTERRUPT
                && c.delivering.type != EventInFlight.SOFTWARE_EXCEPTION;
            if (hardware) {
                throw fault;
            }
            c.delivering.clear();
            Delivery.raise(c, fault);
        }
    }

    /** What can still fault belongs to the new task: the exception's return address is its first instruction. */
    private static void finish(Cpu c, long[] v, boolean v86, int cpl) {
        loadLdt(c, (int) v[17]);
        if (!v86) {
            segments(c, v, cpl);
        }
        c.stateChanged();
        if (c.rip > c.seg[Cpu.CS].limit) {
            throw CpuFault.gp();
        }
    }

    private static void loadLdt(Cpu c, int selector) {
        if (DescriptorTables.isNull(selector)) {
            return;
        }
        if ((selector & 4) != 0) {
            throw CpuFault.of(CpuFault.TS, selector & 0xFFFC);
        }
        long d = DescriptorTables.read(c, selector, CpuFault.TS);
        if (DescriptorTables.type(d) != 2 || !DescriptorTables.present(d)) {
            throw CpuFault.of(CpuFault.TS, selector & 0xFFFC);
        }
        c.seg[Cpu.LDTR].load(selector, d);
    }

    private static void segments(Cpu c, long[] v, int cpl) {
        int cs = (int) v[12];
        if (DescriptorTables.isNull(cs)) {
            throw CpuFault.of(CpuFault.TS, 0);
        }
        long code = DescriptorTables.read(c, cs, CpuFault.TS);
        boolean conforming = DescriptorTables.isConforming(code);
        if (!DescriptorTables.isCode(code) || (conforming ? DescriptorTables.dpl(code) > cpl : DescriptorTables.dpl(code) != cpl)) {
            throw CpuFault.of(CpuFault.TS, cs & 0xFFFC);
        }
        if (!DescriptorTables.present(code)) {
            throw CpuFault.of(CpuFault.NP, cs & 0xFFFC);
        }
        DescriptorTables.loadStack(c, (int) v[13], cpl, CpuFault.TS, false);
        c.seg[Cpu.CS].load(cs, DescriptorTables.accessed(c, cs, code));
        c.stateChanged();
        for (int n : DescriptorTables.DATA_SEGMENTS) {
            int s = (int) v[11 + n];
            try {
                DescriptorTables.load(c, n, s);
            } catch (CpuFault fault) {
                throw fault.vector == CpuFault.GP ? CpuFault.of(CpuFault.TS, s & 0xFFFC) : fault;
            }
        }
    }
}
