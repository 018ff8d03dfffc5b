// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.InterceptPolicy.Kind;
import dev.vmcsmith.machine.cpu.SegmentRegister;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.machine.event.DescriptorTables;

/** Segment registers, descriptor-table registers, LAR, LSL, VERR, VERW, ARPL. */
public final class Segments {
    private Segments() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case MOV_TO_SREG -> Segments::movTo;
            case MOV_FROM_SREG -> (c, i) -> {
                long v = c.seg[i.reg].selector;
                if (i.memory) {
                    c.mmu.write16(i.segment, c.ea(i), v);
                } else {
                    c.setRm(i, v);
                }
            };
            case PUSH_SREG -> (c, i) -> {
                int s = i.decoded.register(0);
                int width = i.decoded.operandSize;
                long sp = c.gpr[Cpu.RSP] - (width >> 3) & c.stackMask;
                c.mmu.probeWrite(Cpu.SS, sp, width >> 3);
                c.mmu.write(Cpu.SS, sp, width == 64 ? 64 : 16, c.seg[s].selector);
                c.setSp(sp);
            };
            case POP_SREG -> (c, i) -> {
                int width = i.decoded.operandSize;
                int selector = (int) c.mmu.read16(Cpu.SS, c.gpr[Cpu.RSP] & c.stackMask);
                loadData(c, i.decoded.register(0), selector);
                Stack.drop(c, width);
            };
            case LES -> (c, i) -> loadPointer(c, i, Cpu.ES);
            case LDS -> (c, i) -> loadPointer(c, i, Cpu.DS);
            case LSS -> (c, i) -> loadPointer(c, i, Cpu.SS);
            case LFS -> (c, i) -> loadPointer(c, i, Cpu.FS);
            case LGS -> (c, i) -> loadPointer(c, i, Cpu.GS);
            case SGDT -> (c, i) -> storeTable(c, i, Kind.SGDT, c.gdtBase, c.gdtLimit);
            case SIDT -> (c, i) -> storeTable(c, i, Kind.SIDT, c.idtBase, c.idtLimit);
            case LGDT -> (c, i) -> loadTable(c, i, Kind.LGDT);
            case LIDT -> (c, i) -> loadTable(c, i, Kind.LIDT);
            case SLDT -> (c, i) -> storeSelector(c, i, Kind.SLDT, Cpu.LDTR);
            case STR -> (c, i) -> storeSelector(c, i, Kind.STR, Cpu.TR);
            case LLDT -> Segments::lldt;
            case LTR -> Segments::ltr;
            case LAR -> Segments::lar;
            case LSL -> Segments::lsl;
            case VERR -> (c, i) -> verify(c, i, false);
            case VERW -> (c, i) -> verify(c, i, true);
            case ARPL -> Segments::arpl;
            default -> null;
        };
    }

    private static void movTo(Cpu c, Insn i) {
        if (i.reg == Cpu.CS || i.reg > Cpu.GS) {
            throw CpuFault.ud();
        }
        loadData(c, i.reg, (int) source16(c, i));
    }

    /** Loads a segment register; SS opens an interrupt shadow. */
    private static void loadData(Cpu c, int index, int selector) {
        DescriptorTables.load(c, index, selector);
        if (index == Cpu.SS) {
            c.shadow = 2;
            c.shadowExpiring = false;
            c.attention |= Attention.SHADOW;
        }
    }

    private static long source16(Cpu c, Insn i) {
        return i.memory ? c.mmu.read16(i.segment, c.ea(i)) : c.rm(i) & 0xFFFF;
    }

    private static void loadPointer(Cpu c, Insn i, int index) {
        long at = c.ea(i);
        long offset = c.mmu.read(i.segment, at, i.width);
        int selector = (int) c.mmu.read16(i.segment, at + (i.width >> 3) & i.addressMask);
        DescriptorTables.load(c, index, selector);
        c.setReg(i, offset);
    }

    // --- descriptor-table registers ------------------------------------------------------------------------------------------

    private static long operandAddress(Cpu c, Insn i) {
        return i.memory ? c.ea(i) + c.seg[i.segment].effectiveBase & c.linearMask : 0;
    }

    private static void storeTable(Cpu c, Insn i, Kind kind, long base, int limit) {
        Privilege.umip(c);
        if (c.intercepts.instruction(c, kind, i, operandAddress(c, i))) {
            return;
        }
        long at = c.ea(i);
        int baseWidth = c.mode == CpuMode.LONG_64 ? 64 : 32;
        c.mmu.probeWrite(i.segment, at, 2 + (baseWidth >> 3));
        c.mmu.write16(i.segment, at, limit);
        c.mmu.write(i.segment, at + 2 & i.addressMask, baseWidth, base);
    }

    private static void loadTable(Cpu c, Insn i, Kind kind) {
        Privilege.ring0(c);
        if (c.intercepts.instruction(c, kind, i, operandAddress(c, i))) {
            return;
        }
        long at = c.ea(i);
        int limit = (int) c.mmu.read16(i.segment, at);
        int width = i.decoded.operandSize;
        long base = c.mmu.read(i.segment, at + 2 & i.addressMask, c.mode == CpuMode.LONG_64 ? 64 : 32);
        if (c.mode == CpuMode.LONG_64) {
            if (!Canonical.isForMsr(c, base)) {
                throw CpuFault.gp();
            }
        } else if (width == 16) {
            base &= 0xFFFFFF;
        }
        if (kind == Kind.LGDT) {
            c.gdtBase = base;
            c.gdtLimit = limit;
        } else {
            c.idtBase = base;
            c.idtLimit = limit;
        }
    }

    private static void storeSelector(Cpu c, Insn i, Kind kind, int index) {
        Privilege.protectedOnly(c);
        Privilege.umip(c);
        if (c.intercepts.instruction(c, kind, i, operandAddress(c, i))) {
            return;
        }
        long v = c.seg[index].selector;
        if (i.memory) {
            c.mmu.write16(i.segment, c.ea(i), v);
        } else {
            c.setRm(i, v);
        }
    }

    private static void lldt(Cpu c, Insn i) {
        Privilege.protectedOnly(c);
        Privilege.ring0(c);
        if (c.intercepts.instruction(c, Kind.LLDT, i, operandAddress(c, i))) {
            return;
        }
        int selector = (int) source16(c, i);
        if (DescriptorTables.isNull(selector)) {
            c.seg[Cpu.LDTR].set(selector, 0, 0, SegmentRegister.UNUSABLE);
            return;
        }
        long d = systemDescriptor(c, selector);
        if (DescriptorTables.type(d) != 2) {
            throw CpuFault.gp(selector);
        }
        long high = highBase(c, selector, d);
        if (!DescriptorTables.present(d)) {
            throw CpuFault.of(CpuFault.NP, selector & 0xFFFC);
        }
        c.seg[Cpu.LDTR].load(selector, d);
        c.seg[Cpu.LDTR].base |= high;
    }

    private static void ltr(Cpu c, Insn i) {
        Privilege.protectedOnly(c);
        Privilege.ring0(c);
        if (c.intercepts.instruction(c, Kind.LTR, i, operandAddress(c, i))) {
            return;
        }
        int selector = (int) source16(c, i);
        if (DescriptorTables.isNull(selector)) {
            throw CpuFault.gp();
        }
        long d = systemDescriptor(c, selector);
        int type = DescriptorTables.type(d);
        if (type != 9 && (type != 1 || c.longModeActive())) {
            throw CpuFault.gp(selector);
        }
        long high = highBase(c, selector, d);
        if (!DescriptorTables.present(d)) {
            throw CpuFault.of(CpuFault.NP, selector & 0xFFFC);
        }
        d |= 2L << 40;
        c.mmu.writeSystem(DescriptorTables.address(c, selector, CpuFault.GP) + 5, 1, d >>> 40 & 0xFF);
        c.seg[Cpu.TR].load(selector, d);
        c.seg[Cpu.TR].base |= high;
    }

    /** Bits 63:32 of the base in IA-32e mode; #GP when the base is not canonical. */
    private static long highBase(Cpu c, int selector, long d) {
        if (!c.longModeActive()) {
            return 0;
        }
        long high = DescriptorTables.readHighBase(c, selector, CpuFault.GP);
        if (!Canonical.isForMsr(c, high | SegmentRegister.descriptorBase(d))) {
            throw CpuFault.gp(selector);
        }
        return high;
    }

    private static long systemDescriptor(Cpu c, int selector) {
        if ((selector & 4) != 0) {
            throw CpuFault.gp(selector);
        }
        return DescriptorTables.read(c, selector, CpuFault.GP);
    }

    // --- looking at descriptors ------------------------------------------------------------------------------------------------

    /** The descriptor if it is within its table, else -1 with ZF to be cleared. */
    private static boolean inTable(Cpu c, int selector) {
        try {
            DescriptorTables.address(c, selector, CpuFault.GP);
            return !DescriptorTables.isNull(selector);
        } catch (CpuFault fault) {
            return false;
        }
    }

    private static boolean visible(Cpu c, int selector, long d) {
        return DescriptorTables.isConforming(d) || DescriptorTables.dpl(d) >= Math.max(c.cpl, selector & 3);
    }

    private static void lar(Cpu c, Insn i) {
        Privilege.protectedOnly(c);
        int selector = (int) source16(c, i);
        boolean ok = inTable(c, selector);
        if (ok) {
            long d = DescriptorTables.read(c, selector, CpuFault.GP);
            int type = DescriptorTables.type(d);
            boolean valid = type >= 16 || type == 2 || type == 9 || type == 11 || type == 12
                || !c.longModeActive() && (type == 1 || type == 3 || type == 4 || type == 5);
            ok = valid && visible(c, selector, d);
            if (ok) {
                c.setReg(i, d >>> 32 & (i.width == 16 ? 0xFF00 : 0xFFFF00));
            }
        }
        c.setZf(ok);
    }

    private static void lsl(Cpu c, Insn i) {
        Privilege.protectedOnly(c);
        int selector = (int) source16(c, i);
        boolean ok = inTable(c, selector);
        if (ok) {
            long d = DescriptorTables.read(c, selector, CpuFault.GP);
            int type = DescriptorTables.type(d);
            boolean valid = type >= 16 || type == 2 || type == 9 || type == 11 || !c.longModeActive() && (type == 1 || type == 3);
            ok = valid && visible(c, selector, d);
            if (ok) {
                c.setReg(i, SegmentRegister.descriptorLimit(d));
            }
        }
        c.setZf(ok);
    }

    private static void verify(Cpu c, Insn i, boolean write) {
        Privilege.protectedOnly(c);
        int selector = (int) source16(c, i);
        boolean ok = inTable(c, selector);
        if (ok) {
            long d = DescriptorTables.read(c, selector, CpuFault.GP);
            int type = DescriptorTables.type(d);
            ok = type >= 16 && (write ? DescriptorTables.isWritableData(d) : (type & 0xA) != 8) && visible(c, selector, d);
        }
        c.setZf(ok);
    }

    private static void arpl(Cpu c, Insn i) {
        Privilege.protectedOnly(c);
        long v = i.memory ? c.mmu.readForWrite(i.segment, c.ea(i), 16) : c.rm(i);
        long rpl = c.reg(i) & 3;
        boolean raise = (v & 3) < rpl;
        long result = raise ? v & ~3L | rpl : v;
        if (i.memory) {
            c.mmu.finishWrite(16, result);
        } else {
            c.setRm(i, result);
        }
        c.setZf(raise);
    }
}
