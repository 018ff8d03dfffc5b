// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.event;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.SegmentRegister;

/** Reads descriptors from the GDT and the LDT and loads segment registers from them. */
public final class DescriptorTables {
    /** The segment registers for data, in the order in which they are reloaded. */
    static final int[] DATA_SEGMENTS = {Cpu.ES, Cpu.DS, Cpu.FS, Cpu.GS};

    private DescriptorTables() {
    }

    public static boolean isNull(int selector) {
        return (selector & 0xFFFC) == 0;
    }

    /** Linear address of a descriptor; the fault with the selector when it lies outside its table. */
    public static long address(Cpu c, int selector, int faultVector) {
        int offset = selector & 0xFFF8;
        if ((selector & 4) != 0) {
            SegmentRegister ldt = c.seg[Cpu.LDTR];
            if (ldt.unusable() || isNull(ldt.selector) || offset + 7 > ldt.limit) {
                throw CpuFault.of(faultVector, selector & 0xFFFC);
            }
            return ldt.base + offset;
        }
        if (offset + 7 > c.gdtLimit) {
            throw CpuFault.of(faultVector, selector & 0xFFFC);
        }
        return c.gdtBase + offset;
    }

    /** The low eight bytes of a descriptor. */
    public static long read(Cpu c, int selector, int faultVector) {
        return c.mmu.readSystem(address(c, selector, faultVector), 8);
    }

    /** Bits 63:32 of the base of a 16-byte system descriptor, shifted into place; its type-zero check included. */
    public static long readHighBase(Cpu c, int selector, int faultVector) {
        long at = address(c, selector, faultVector);
        int offset = selector & 0xFFF8;
        long limit = (selector & 4) != 0 ? c.seg[Cpu.LDTR].limit : c.gdtLimit;
        if (offset + 15 > limit) {
            throw CpuFault.of(faultVector, selector & 0xFFFC);
        }
        long high = c.mmu.readSystem(at + 8, 8);
        if ((high >>> 40 & 0x1F) != 0) {
            throw CpuFault.of(faultVector, selector & 0xFFFC);
        }
        return high << 32;
    }

    /** Sets the accessed bit of a code or data descriptor in memory and returns the descriptor with it. */
    public static long accessed(Cpu c, int selector, long descriptor) {
        if ((descriptor & 1L << 40) == 0) {
            descriptor |= 1L << 40;
            c.mmu.writeSystem(address(c, selector, CpuFault.GP) + 5, 1, descriptor >>> 40 & 0xFF);
        }
        return descriptor;
    }

    public static boolean present(long descriptor) {
        return (descriptor & 1L << 47) != 0;
    }

    /** Type with the S bit: 0..31; 16 and up are code and data. */
    public static int type(long descriptor) {
        return (int) (descriptor >>> 40) & 0x1F;
    }

    public static int dpl(long descriptor) {
        return (int) (descriptor >>> 45) & 3;
    }

    public static boolean isCode(long descriptor) {
        return (type(descriptor) & 0x18) == 0x18;
    }

    public static boolean isConforming(long descriptor) {
        return (type(descriptor) & 0x1C) == 0x1C;
    }

    public static boolean isWritableData(long descriptor) {
        return (type(descriptor) & 0x1A) == 0x12;
    }

    public static boolean isLongCode(long descriptor) {
        return (descriptor & 1L << 53) != 0;
    }

    public static boolean isBig(long descriptor) {
        return (descriptor & 1L << 54) != 0;
    }

    // --- loading data segments -------------------------------------------------------------------------------------------

    /** MOV, POP or far-pointer load of ES, SS, DS, FS or GS in any mode. */
    public static void load(Cpu c, int index, int selector) {
        SegmentRegister s = c.seg[index];
        if (c.mode.isRealLike()) {
            loadReal(c, s, selector);
        } else if (index == Cpu.SS) {
            loadStack(c, selector, c.cpl, CpuFault.GP, true);
        } else {
            loadData(c, s, selector);
        }
        c.stateChanged();
    }

    /** Selector times 16 as base; in virtual-8086 mode limit and rights as well. */
    public static void loadReal(Cpu c, SegmentRegister s, int selector) {
        s.selector = selector & 0xFFFF;
        s.base = (long) s.selector << 4;
        if (c.mode == dev.vmcsmith.machine.cpu.CpuMode.VIRTUAL_8086) {
            s.limit = 0xFFFF;
            s.rights = 0xF3;
        }
    }

    private static void loadData(Cpu c, SegmentRegister s, int selector) {
        if (isNull(selector)) {
            s.set(selector, 0, 0, SegmentRegister.UNUSABLE);
            return;
        }
        long d = read(c, selector, CpuFault.GP);
        int type = type(d);
        boolean readable = (type & 0x10) != 0 && (type & 0xA) != 8;
        if (!readable || !isConforming(d) && dpl(d) < Math.max(c.cpl, selector & 3)) {
            throw CpuFault.gp(selector);
        }
        if (!present(d)) {
            throw CpuFault.of(CpuFault.NP, selector & 0xFFFC);
        }
        s.load(selector, accessed(c, selector, d));
    }

    /**
     * Loads SS for a privilege level.
     *
     * @param fault        vector of the fault for a bad selector or type: #GP, or #TS when the selector comes from a TSS
     * @param nullAllowed  in 64-bit mode below CPL 3
     */
    public static void loadStack(Cpu c, int selector, int cpl, int fault, boolean nullAllowed) {
        SegmentRegister ss = c.seg[Cpu.SS];
        if (isNull(selector)) {
            if (!nullAllowed || c.mode != dev.vmcsmith.machine.cpu.CpuMode.LONG_64 || cpl == 3 || (selector & 3) != cpl) {
                throw CpuFault.of(fault, selector & 0xFFFC);
            }
            ss.set(selector, 0, 0, SegmentRegister.UNUSABLE | cpl << 5);
            return;
        }
        long d = stackDescriptor(c, selector, cpl, fault);
        ss.load(selector, accessed(c, selector, d));
    }

    /** Reads and checks a descriptor for SS at a privilege level; changes nothing. */
    public static long stackDescriptor(Cpu c, int selector, int cpl, int fault) {
        long d = read(c, selector, fault);
        if ((selector & 3) != cpl || !isWritableData(d) || dpl(d) != cpl) {
            throw CpuFault.of(fault, selector & 0xFFFC);
        }
        if (!present(d)) {
            throw CpuFault.of(CpuFault.SS, selector & 0xFFFC);
        }
        return d;
    }

    /** On return to an outer level: data segments that the new CPL may not use become null; their bases stay. */
    public static void dropInaccessible(Cpu c, int cpl) {
        for (int index : DATA_SEGMENTS) {
            SegmentRegister s = c.seg[index];
            boolean conforming = (s.rights & 0x1C) == 0x1C;
            if (!s.unusable() && !conforming && s.dpl() < cpl) {
                s.selector = 0;
                s.rights = SegmentRegister.UNUSABLE;
            }
        }
    }
}
