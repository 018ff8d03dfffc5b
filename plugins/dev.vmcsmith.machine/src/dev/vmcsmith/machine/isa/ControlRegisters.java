// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.CpuMode;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.LocalApicPort;
import dev.vmcsmith.machine.cpu.Semantics;

/** MOV to and from CR and DR, CLTS, LMSW, SMSW, XGETBV, XSETBV. */
public final class ControlRegisters {
    static final long PE = 1, MP = 2, EM = 4, TS = 8, ET = 0x10, NE = 0x20, WP = 1 << 16, AM = 1 << 18, NW = 1 << 29, CD = 1 << 30,
        PG = 1L << 31;
    private static final long CR0_DEFINED = PE | MP | EM | TS | ET | NE | WP | AM | NW | CD | PG;
    private static final long PAE = 1 << 5, LA57 = 1 << 12, PCIDE = 1 << 17, OSXSAVE = 1 << 18;
    private static final long LME = 0x100, LMA = 0x400;

    private ControlRegisters() {
    }

    public static Semantics bind(Insn insn) {
        return switch (insn.decoded.op()) {
            case MOV_FROM_CR -> ControlRegisters::fromCr;
            case MOV_TO_CR -> ControlRegisters::toCr;
            case MOV_FROM_DR -> ControlRegisters::fromDr;
            case MOV_TO_DR -> ControlRegisters::toDr;
            case CLTS -> (c, i) -> {
                Privilege.ring0(c);
                if (!c.intercepts.clts(c, i)) {
                    setCr0(c, c.intercepts.effectiveCr0(c, c.cr0 & ~TS));
                }
            };
            case LMSW -> ControlRegisters::lmsw;
            case SMSW -> (c, i) -> {
                Privilege.umip(c);
                long v = c.intercepts.visibleCr0(c);
                if (i.memory) {
                    c.mmu.write16(i.segment, c.ea(i), v);
                } else {
                    c.setRm(i, v);
                }
            };
            case XGETBV -> ControlRegisters::xgetbv;
            case XSETBV -> ControlRegisters::xsetbv;
            default -> null;
        };
    }

    // --- control registers -----------------------------------------------------------------------------------------------------

    private static void fromCr(Cpu c, Insn i) {
        int cr = i.reg;
        if (cr != 0 && cr != 2 && cr != 3 && cr != 4 && cr != 8) {
            throw CpuFault.ud();
        }
        Privilege.ring0(c);
        if ((cr == 3 || cr == 8) && c.intercepts.movFromCr(c, cr, i.rm, i)) {
            return;
        }
        long v = switch (cr) {
            case 0 -> c.intercepts.visibleCr0(c);
            case 2 -> c.cr2;
            case 3 -> c.cr3;
            case 4 -> c.intercepts.visibleCr4(c);
            default -> cr8(c);
        };
        c.setRm(i, v);
    }

    private static long cr8(Cpu c) {
        int shadow = c.intercepts.readTprShadow(c);
        LocalApicPort apic = c.platform.apic(c);
        return shadow >= 0 ? shadow : apic == null ? 0 : apic.cr8();
    }

    private static void toCr(Cpu c, Insn i) {
        int cr = i.reg;
        if (cr != 0 && cr != 2 && cr != 3 && cr != 4 && cr != 8) {
            throw CpuFault.ud();
        }
        Privilege.ring0(c);
        long v = c.rm(i) & i.mask;
        if (cr != 2 && c.intercepts.movToCr(c, cr, i.rm, v, i)) {
            return;
        }
        switch (cr) {
            case 0 -> moveCr0(c, v);
            case 2 -> c.cr2 = v;
            case 3 -> moveCr3(c, v);
            case 4 -> moveCr4(c, v);
            default -> moveCr8(c, v);
        }
    }

    private static void moveCr0(Cpu c, long value) {
        if ((value & 0xFFFFFFFF_00000000L) != 0) {
            throw CpuFault.gp();
        }
        long v = c.intercepts.effectiveCr0(c, value & CR0_DEFINED | ET);
        checkCr0(c, v);
        boolean pagingOn = (v & PG) != 0 && !c.pagingEnabled();
        boolean pagingOff = (v & PG) == 0 && c.pagingEnabled();
        long changedForPdptes = (v ^ c.cr0) & (PG | CD | NW);
        if (pagingOn && (c.efer & LME) != 0) {
            if ((c.cr4 & PAE) == 0 || c.seg[Cpu.CS].longCode() || (c.seg[Cpu.TR].type() & 8) == 0) {
                throw CpuFault.gp();
            }
        } else if ((v & PG) != 0 && (c.cr4 & PAE) != 0 && !c.longModeActive() && changedForPdptes != 0) {
            if (!c.mmu.loadPdptes(c.cr3)) {
                throw CpuFault.gp();
            }
        }
        if (pagingOff && (c.mode == CpuMode.LONG_64 || (c.cr4 & PCIDE) != 0)) {
            throw CpuFault.gp();
        }
        if (pagingOn && (c.efer & LME) != 0) {
            c.efer |= LMA;
        } else if (pagingOff) {
            c.efer &= ~LMA;
        }
        setCr0(c, v);
        if (changedForPdptes != 0) {
            c.mmu.flush();
        }
    }

    private static void checkCr0(Cpu c, long v) {
        if ((v & PG) != 0 && (v & PE) == 0 || (v & NW) != 0 && (v & CD) == 0 || !c.intercepts.cr0Allowed(c, v)) {
            throw CpuFault.gp();
        }
    }

    /** Stores CR0 and derives; the value has been checked. */
    static void setCr0(Cpu c, long v) {
        c.cr0 = v & CR0_DEFINED | ET;
        c.stateChanged();
    }

    private static void moveCr3(Cpu c, long value) {
        long v = value;
        boolean keep = false;
        if ((c.cr4 & PCIDE) != 0) {
            keep = v < 0;
            v &= Long.MAX_VALUE;
        }
        if (c.longModeActive()) {
            if ((v & -1L << c.model.physicalAddressBits()) != 0) {
                throw CpuFault.gp();
            }
        } else {
            v &= 0xFFFFFFFFL;
            if ((c.cr4 & PAE) != 0 && c.pagingEnabled() && !c.mmu.loadPdptes(v)) {
                throw CpuFault.gp();
            }
        }
        c.cr3 = v;
        if (keep) {
            c.stateChanged();
        } else {
            c.mmu.stateChanged();
            c.mmu.flushCurrent();
        }
    }

    private static void moveCr4(Cpu c, long value) {
        long v = c.intercepts.effectiveCr4(c, value);
        if ((value & ~c.model.cr4Mask()) != 0 || (v & ~c.model.cr4Mask()) != 0 || !c.intercepts.cr4Allowed(c, v)) {
            throw CpuFault.gp();
        }
        long changed = v ^ c.cr4;
        if (c.longModeActive() && ((v & PAE) == 0 || (changed & LA57) != 0)) {
            throw CpuFault.gp();
        }
        if ((changed & v & PCIDE) != 0 && (!c.longModeActive() || (c.cr3 & 0xFFF) != 0)) {
            throw CpuFault.gp();
        }
        long paging = 1 << 4 | PAE | 1 << 7 | 1 << 20;
        if ((changed & paging) != 0 && (v & PAE) != 0 && c.pagingEnabled() && !c.longModeActive() && !c.mmu.loadPdptes(c.cr3)) {
            throw CpuFault.gp();
        }
        c.cr4 = v;
        c.stateChanged();
        if ((changed & (paging | PCIDE | LA57 | 1 << 21 | 1 << 22)) != 0) {
            c.mmu.flush();
        }
    }

    private static void moveCr8(Cpu c, long v) {
        if ((v & ~15L) != 0) {
            throw CpuFault.gp();
        }
        LocalApicPort apic = c.platform.apic(c);
        if (!c.intercepts.writeTprShadow(c, (int) v) && apic != null) {
            apic.setCr8((int) v);
            c.attention |= Attention.INTERRUPT;
        }
    }

    private static void lmsw(Cpu c, Insn i) {
        Privilege.ring0(c);
        int source = (int) (i.memory ? c.mmu.read16(i.segment, c.ea(i)) : c.rm(i)) & 0xFFFF;
        long linear = i.memory ? c.ea(i) + c.seg[i.segment].effectiveBase & c.linearMask : 0;
        if (c.intercepts.lmsw(c, source, i.memory, linear, i)) {
            return;
        }
        long v = c.cr0 & ~(MP | EM | TS) | source & (PE | MP | EM | TS);
        v = c.intercepts.effectiveCr0(c, v);
        if (!c.intercepts.cr0Allowed(c, v)) {
            throw CpuFault.gp();
        }
        setCr0(c, v);
    }

    // --- debug registers ---------------------------------------------------------------------------------------------------------

    private static int debugRegister(Cpu c, Insn i) {
        int n = i.reg;
        if (n > 7) {
            throw CpuFault.ud();
        }
        if (n == 4 || n == 5) {
            if ((c.cr4 & 8) != 0) {
                throw CpuFault.ud();
            }
            n += 2;
        }
        return n;
    }

    private static void generalDetect(Cpu c) {
        if ((c.dr[7] & 0x2000) != 0) {
            throw CpuFault.debug(0x2000 | Cpu.DB_FAULT);
        }
    }

    /** The VM exits of MOV DR come before the faults of privilege and of CR4.DE: the SDM makes an exception of them. */
    private static void fromDr(Cpu c, Insn i) {
        if (i.reg < 8 && c.intercepts.movDr(c, i.reg, false, i.rm, i)) {
            return;
        }
        Privilege.ring0(c);
        int n = debugRegister(c, i);
        generalDetect(c);
        c.setRm(i, n == 6 ? c.dr[6] & 0xE00F | 0xFFFF0FF0L : n == 7 ? c.dr[7] & 0xFFFFFFFFL | 0x400 : c.dr[n]);
    }

    private static void toDr(Cpu c, Insn i) {
        if (i.reg < 8 && c.intercepts.movDr(c, i.reg, true, i.rm, i)) {
            return;
        }
        Privilege.ring0(c);
        int n = debugRegister(c, i);
        generalDetect(c);
        long v = c.rm(i) & i.mask;
        if (n >= 6 && v >>> 32 != 0) {
            throw CpuFault.gp();
        }
        c.dr[n] = n == 7 ? v & 0xFFFF2FFFL | 0x400 : n == 6 ? v & 0xE00F : v;
        c.stateChanged();
        if ((c.dr[7] & 0xFF) != 0) {
            c.attention |= Attention.DEBUG;
        }
    }

    // --- XCR0 ----------------------------------------------------------------------------------------------------------------------

    private static void xgetbv(Cpu c, Insn i) {
        if ((c.cr4 & OSXSAVE) == 0) {
            throw CpuFault.ud();
        }
        long index = c.gpr(Cpu.RCX, 32);
        if (index > 1 || index == 1 && !c.model.has(0xD, 1, 0, 2)) {
            throw CpuFault.gp();
        }
        long v = index == 0 ? c.xcr0 : c.xcr0 & Xsave.inUse(c);
        c.setGpr(Cpu.RAX, 32, v);
        c.setGpr(Cpu.RDX, 32, v >>> 32);
    }

    private static void xsetbv(Cpu c, Insn i) {
        if ((c.cr4 & OSXSAVE) == 0) {
            throw CpuFault.ud();
        }
        Privilege.ring0(c);
        if (c.intercepts.instruction(c, dev.vmcsmith.machine.cpu.InterceptPolicy.Kind.XSETBV, i, 0)) {
            return;
        }
        long v = c.gpr(Cpu.RDX, 32) << 32 | c.gpr(Cpu.RAX, 32);
        if (c.gpr(Cpu.RCX, 32) != 0 || (v & 1) == 0 || (v & ~c.model.xcr0Mask()) != 0 || (v & 6) == 4) {
            throw CpuFault.gp();
        }
        c.xcr0 = v;
    }
}
