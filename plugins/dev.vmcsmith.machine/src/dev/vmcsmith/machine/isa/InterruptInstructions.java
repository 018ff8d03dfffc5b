// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.EventInFlight;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.SegmentRegister;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.machine.event.DescriptorTables;
import dev.vmcsmith.machine.event.Delivery;
import dev.vmcsmith.machine.event.TaskSwitch;

/** INT n, INT3, INT1, INTO, BOUND, IRET and the undefined instructions. */
public final class InterruptInstructions {
    private static final long IRET_FLAGS = Cpu.STATUS_FLAGS | Cpu.TF | Cpu.DF | Cpu.NT;

    private InterruptInstructions() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case INT -> (c, i) -> Delivery.software(c, (int) i.imm & 0xFF, EventInFlight.SOFTWARE_INTERRUPT, i.length);
            case INT3 -> (c, i) -> Delivery.software(c, CpuFault.BP, EventInFlight.SOFTWARE_EXCEPTION, i.length);
            case INT1 -> (c, i) -> Delivery.software(c, CpuFault.DB, EventInFlight.PRIVILEGED_SOFTWARE_EXCEPTION, i.length);
            case INTO -> (c, i) -> {
                if (c.of()) {
                    Delivery.software(c, CpuFault.OF, EventInFlight.SOFTWARE_EXCEPTION, i.length);
                }
            };
            case BOUND -> (c, i) -> {
                int bytes = i.width >> 3;
                long at = c.ea(i);
                long low = c.mmu.read(i.segment, at, i.width) << i.shift >> i.shift;
                long high = c.mmu.read(i.segment, at + bytes & i.addressMask, i.width) << i.shift >> i.shift;
                long index = c.reg(i) << i.shift >> i.shift;
                if (index < low || index > high) {
                    throw CpuFault.of(CpuFault.BR);
                }
            };
            case UD0, UD1, UD2 -> (c, i) -> {
                throw CpuFault.ud();
            };
            case IRET -> InterruptInstructions::iret;
            default -> null;
        };
    }

    private static void iret(Cpu c, Insn i) {
        int width = i.decoded.operandSize;
        c.intercepts.iret(c);
        switch (c.mode) {
            case REAL -> iretReal(c, width, IRET_FLAGS | Cpu.IOPL | Cpu.IF);
            case VIRTUAL_8086 -> iretVirtual(c, width);
            case PROTECTED -> iretProtected(c, i, width);
            default -> iretLong(c, i, width);
        }
        if (c.nmiPending) {
            c.attention |= Attention.NMI;
        }
    }

    private static void iretReal(Cpu c, int width, long change) {
        long ip = Stack.peek(c, width, 0);
        int cs = (int) Stack.peek(c, width, 1) & 0xFFFF;
        long flags = Stack.peek(c, width, 2);
        if (ip > c.seg[Cpu.CS].limit) {
            throw CpuFault.gp();
        }
        if (width == 32) {
            change |= Cpu.AC | Cpu.ID | Cpu.RF;
        }
        c.setSp(c.gpr[Cpu.RSP] + 3 * (width >> 3));
        DescriptorTables.loadReal(c, c.seg[Cpu.CS], cs);
        c.rip = ip;
        c.setRflags(c.rflags() & ~change | flags & change);
        c.stateChanged();
    }

    private static void iretVirtual(Cpu c, int width) {
        if (c.iopl() == 3) {
            iretReal(c, width, IRET_FLAGS | Cpu.IF);
            return;
        }
        if ((c.cr4 & 1) == 0 || width != 16) {
            throw CpuFault.gp();
        }
        long ip = Stack.peek(c, 16, 0);
        int cs = (int) Stack.peek(c, 16, 1);
        long flags = Stack.peek(c, 16, 2);
        if ((flags & Cpu.TF) != 0 || (flags & Cpu.IF) != 0 && c.flag(Cpu.VIP)) {
            throw CpuFault.gp();
        }
        c.setSp(c.gpr[Cpu.RSP] + 6);
        DescriptorTables.loadReal(c, c.seg[Cpu.CS], cs);
        c.rip = ip;
        c.setRflags(c.rflags() & ~(IRET_FLAGS | Cpu.VIF) | flags & IRET_FLAGS | ((flags & Cpu.IF) != 0 ? Cpu.VIF : 0));
        c.stateChanged();
    }

    private static void iretProtected(Cpu c, Insn i, int width) {
        if (c.flag(Cpu.NT)) {
            int link = (int) c.mmu.readSystem(c.seg[Cpu.TR].base, 2);
            TaskSwitch.run(c, link, TaskSwitch.IRET, i.length);
            return;
        }
        long ip = Stack.peek(c, width, 0);
        int cs = (int) Stack.peek(c, width, 1) & 0xFFFF;
        long flags = Stack.peek(c, width, 2);
        if (width == 32 && (flags & Cpu.VM) != 0 && c.cpl == 0) {
            toVirtual8086(c, ip, cs, flags);
            return;
        }
        long d = FarTransfers.returnCode(c, cs);
        FarTransfers.checkTarget(c, d, ip);
        long newFlags = mergedFlags(c, flags, width);
        if ((cs & 3) == c.cpl) {
            c.setSp(c.gpr[Cpu.RSP] + 3 * (width >> 3));
            FarTransfers.enter(c, cs, d, ip, c.cpl);
        } else {
            long sp = Stack.peek(c, width, 3);
            int ss = (int) Stack.peek(c, width, 4) & 0xFFFF;
            FarTransfers.outer(c, cs, d, ip, ss, sp, 0);
        }
        c.setRflags(newFlags);
    }

    private static void toVirtual8086(Cpu c, long ip, int cs, long flags) {
        long sp = Stack.peek(c, 32, 3);
        int[] selectors = new int[5];
        for (int n = 0; n < 5; n++) {
            selectors[n] = (int) Stack.peek(c, 32, 4 + n) & 0xFFFF;
        }
        int[] order = {Cpu.SS, Cpu.ES, Cpu.DS, Cpu.FS, Cpu.GS};
        c.setRflags(flags & (Cpu.STATUS_FLAGS | Cpu.SYSTEM_FLAGS) | Cpu.VM);
        for (int n = 0; n < 5; n++) {
            DescriptorTables.loadReal(c, c.seg[order[n]], selectors[n]);
        }
        DescriptorTables.loadReal(c, c.seg[Cpu.CS], cs);
        c.rip = ip & 0xFFFF;
        c.gpr[Cpu.RSP] = sp;
        c.stateChanged();
    }

    private static long mergedFlags(Cpu c, long popped, int width) {
        long change = IRET_FLAGS;
        if (width > 16) {
            change |= Cpu.RF | Cpu.AC | Cpu.ID;
        }
        if (c.cpl == 0) {
            change |= Cpu.IOPL;
            if (width > 16) {
                change |= Cpu.VIF | Cpu.VIP;
            }
        }
        if (c.cpl <= c.iopl()) {
            change |= Cpu.IF;
        }
        return c.rflags() & ~change | popped & change;
    }

    private static void iretLong(Cpu c, Insn i, int width) {
        if (c.flag(Cpu.NT)) {
            throw CpuFault.gp();
        }
        boolean from64 = c.mode == CpuMode.LONG_64;
        long ip = Stack.peek(c, width, 0);
        int cs = (int) Stack.peek(c, width, 1) & 0xFFFF;
        long flags = Stack.peek(c, width, 2);
        long d = FarTransfers.returnCode(c, cs);
        FarTransfers.checkTarget(c, d, ip);
        long newFlags = mergedFlags(c, flags, width);
        if (!from64 && (cs & 3) == c.cpl) {
            c.setSp(c.gpr[Cpu.RSP] + 3 * (width >> 3));
            FarTransfers.enter(c, cs, d, ip, c.cpl);
            c.setRflags(newFlags);
            return;
        }
        long sp = Stack.peek(c, width, 3);
        int ss = (int) Stack.peek(c, width, 4) & 0xFFFF;
        int cpl = cs & 3;
        boolean to64 = DescriptorTables.isLongCode(d);
        boolean outer = cpl != c.cpl;
        FarTransfers.loadReturnStack(c, ss, cpl, to64);
        long code = DescriptorTables.accessed(c, cs, d);
        c.seg[Cpu.CS].load(cs, code);
        c.rip = to64 ? ip : ip & 0xFFFFFFFFL;
        c.stateChanged();
        c.setSp(sp);
        if (outer) {
            DescriptorTables.dropInaccessible(c, cpl);
        }
        c.setRflags(newFlags);
        c.stateChanged();
    }

    /** The rights of a flat ring-3 or ring-0 segment as SYSCALL, SYSRET, SYSENTER and SYSEXIT load it. */
    static void flat(SegmentRegister s, int selector, boolean code, boolean longMode, int dpl) {
        int rights = SegmentRegister.G | 0x80 | dpl << 5 | (code ? 0x1B : 0x13)
            | (longMode && code ? SegmentRegister.L : SegmentRegister.DB);
        s.set(selector, 0, 0xFFFFFFFFL, rights);
    }
}
