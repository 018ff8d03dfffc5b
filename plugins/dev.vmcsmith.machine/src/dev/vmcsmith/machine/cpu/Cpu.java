// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

import dev.vmcsmith.machine.mmu.Mmu;

/**
 * The state of one logical processor. Fields are public because the semantics work on them directly; whoever changes a control
 * register, a segment or a mode bit from outside calls {@link #stateChanged()} afterwards.
 *
 * <p>Arithmetic flags are lazy. {@link #flagResult} is the last result, sign-extended to 64 bits: ZF, SF and PF come from it.
 * {@link #flagAux} holds the carries: bit 63 carry out of the top bit (CF), bit 62 carry into it (OF is their difference), bit 3
 * AF, and two corrections for flags that were set one by one: bit 0 inverts SF, bits 15:8 are XORed into the parity byte.
 */
public final class Cpu {
    public static final int RAX = 0, RCX = 1, RDX = 2, RBX = 3, RSP = 4, RBP = 5, RSI = 6, RDI = 7;
    public static final int ES = 0, CS = 1, SS = 2, DS = 3, FS = 4, GS = 5, LDTR = 6, TR = 7;
    public static final long CF = 1, PF = 4, AF = 0x10, ZF = 0x40, SF = 0x80, TF = 0x100, IF = 0x200, DF = 0x400, OF = 0x800,
        IOPL = 0x3000, NT = 0x4000, RF = 0x10000, VM = 0x20000, AC = 0x40000, VIF = 0x80000, VIP = 0x100000, ID = 0x200000;
    public static final long STATUS_FLAGS = CF | PF | AF | ZF | SF | OF;
    /** Bits of RFLAGS that exist and are not status flags. */
    public static final long SYSTEM_FLAGS = TF | IF | DF | IOPL | NT | RF | VM | AC | VIF | VIP | ID;

    /** R/W field of DR7 that an access can match: see {@link #noteBreakpoints}. */
    public static final int BREAK_EXECUTE = 1 << 0, BREAK_WRITE = 1 << 1 | 1 << 3, BREAK_IO = 1 << 2, BREAK_READ = 1 << 3;

    /** Marks the payload of a #DB of the fault class (instruction breakpoint). */
    public static final long DB_FAULT = 1L << 40;

    private static final long AUX_CF = 1L << 63, AUX_PO = 1L << 62, AUX_AF = 8;

    /** Number of this processor in the machine, and its initial APIC id. */
    public final int id;
    /** General registers; slot {@link Insn#ZERO} is always 0. */
    public final long[] gpr = new long[17];
    /** While an instruction executes: the address of the next one. */
    public long rip;
    public long flagResult;
    public long flagAux;
    /** RFLAGS without the status flags; bit 1 is not kept here. */
    public long systemFlags;

    /** ES CS SS DS FS GS LDTR TR. */
    public final SegmentRegister[] seg = new SegmentRegister[8];
    public long gdtBase;
    public int gdtLimit;
    public long idtBase;
    public int idtLimit;

    public long cr0, cr2, cr3, cr4, xcr0 = 1;
    /** The PDPTE registers of PAE paging. */
    public final long[] pdpte = new long[4];
    public long efer;
    public final long[] dr = new long[8];
    public final ModelRegisters msr = new ModelRegisters();
    public final VectorState vector = new VectorState();
    public final FpuState fpu = new FpuState();

    /** Derived by {@link #stateChanged()}. */
    public CpuMode mode = CpuMode.REAL;
    /** 16, 32 or 64. */
    public int codeBits = 16;
    public int cpl;
    /** Mask of the stack pointer: 0xFFFF, 0xFFFFFFFF or -1. */
    public long stackMask = 0xFFFF;
    /** Mask of a linear address: 32 bits outside 64-bit mode. */
    public long linearMask = 0xFFFFFFFFL;
    /** Largest RIP that a near branch may go to, unsigned: the CS limit, or everything in 64-bit mode. */
    public long codeLimit = 0xFFFFL;

    public Activity activity = Activity.ACTIVE;
    /** Interrupt shadow over the next instruction: 0 none, 1 STI, 2 MOV SS / POP SS (as in the VMCS interruptibility state). */
    public int shadow;
    /** The shadow ends with the next instruction. */
    public boolean shadowExpiring;
    public boolean nmiBlocked;
    /** MONITOR has been executed and no MWAIT since. */
    public boolean monitorArmed;
    public boolean nmiPending;
    public boolean initPending;
    /** Start-up vector of a pending SIPI, or -1. */
    public int sipiVector = -1;
    /** Debug exceptions not yet delivered, as DR6 bits (B0..B3, BS) plus the VMCS's bit 12 for an enabled breakpoint. */
    public long pendingDebug;
    /** See {@link Attention}. Written by this processor's thread only, except through {@code Machine.requestPause}. */
    public int attention;
    /** Instructions completed by this processor. */
    public long instructions;
    /** Set when an event was delivered through the IDT: the instruction that led to it has no single-step trap. */
    public boolean eventDelivered;
    /** Address of the instruction that raised the last fault or VM exit. */
    public long insnStart;
    /** Length of the instruction that is executing or was when the last fault was raised; 0 between instructions. */
    public int faultLength;
    /** The fault whose delivery failed, for the text of a triple fault. */
    public CpuFault lastFault;
    /** The event being delivered right now, for IDT-vectoring information. */
    public final EventInFlight delivering = new EventInFlight();

    /** Room for what the delivery of an event or a far call is going to push; means nothing outside of these. */
    public final long[] frame = new long[36];

    public Mmu mmu;
    public InterceptPolicy intercepts = InterceptPolicy.NONE;
    public Platform platform;
    public CpuModel model;

    public Cpu(int id) {
        this.id = id;
        for (int i = 0; i < seg.length; i++) {
            seg[i] = new SegmentRegister(i);
        }
    }

    // --- registers ---------------------------------------------------------------------------------------------------

    /** A general register in a width of 8 (low byte), 16, 32 or 64 bits, zero-extended. */
    public long gpr(int number, int width) {
        return gpr[number] & -1L >>> 64 - width;
    }

    /** Writes a general register as an instruction of that operand width does: 32 clears the upper half, 8 and 16 keep it. */
    public void setGpr(int number, int width, long value) {
        gpr[number] = switch (width) {
            case 64 -> value;
            case 32 -> value & 0xFFFFFFFFL;
            case 16 -> gpr[number] & ~0xFFFFL | value & 0xFFFF;
            default -> gpr[number] & ~0xFFL | value & 0xFF;
        };
    }

    /** The register of the r/m operand, shifted down; bits above the operand width are not cleared. */
    public long rm(Insn i) {
        return gpr[i.rm] >>> i.rmShift;
    }

    public long reg(Insn i) {
        return gpr[i.reg] >>> i.regShift;
    }

    public void setRm(Insn i, long value) {
        gpr[i.rm] = gpr[i.rm] & i.rmKeep | (value & i.mask) << i.rmShift;
    }

    public void setReg(Insn i, long value) {
        gpr[i.reg] = gpr[i.reg] & i.regKeep | (value & i.mask) << i.regShift;
    }

    /** Offset of the memory operand within its segment. */
    public long ea(Insn i) {
        long a = gpr[i.base] + (gpr[i.index] << i.scale) + i.disp;
        if (i.ripRelative) {
            a += rip;
        }
        return a & i.addressMask;
    }

    // --- flags -------------------------------------------------------------------------------------------------------

    public boolean cf() {
        return flagAux < 0;
    }

    public int carry() {
        return (int) (flagAux >>> 63);
    }

    public boolean zf() {
        return flagResult == 0;
    }

    public boolean sf() {
        return (flagResult ^ flagAux << 63) < 0;
    }

    public boolean of() {
        return (flagAux ^ flagAux << 1) < 0;
    }

    public boolean af() {
        return (flagAux & AUX_AF) != 0;
    }

    public boolean pf() {
        return (Integer.bitCount((int) (flagResult ^ flagAux >>> 8) & 0xFF) & 1) == 0;
    }

    /** Records the flags of a logic operation: CF = OF = AF = 0. */
    public void logicFlags(long signExtendedResult) {
        flagResult = signExtendedResult;
        flagAux = 0;
    }

    /** Records result flags with CF, OF and AF given. */
    public void flags(long signExtendedResult, boolean cf, boolean of, boolean af) {
        flagResult = signExtendedResult;
        flagAux = (cf ? AUX_CF : 0) | (cf != of ? AUX_PO : 0) | (af ? AUX_AF : 0);
    }

    /** Changes CF and no other flag. */
    public void setCf(boolean cf) {
        if (cf != cf()) {
            flagAux ^= AUX_CF | AUX_PO;
        }
    }

    public void setZf(boolean zf) {
        if (zf != zf()) {
            setStatusFlags(statusFlags() ^ ZF);
        }
    }

    public void setOf(boolean of) {
        if (of != of()) {
            flagAux ^= AUX_PO;
        }
    }

    /** The status flags as RFLAGS bits. */
    public long statusFlags() {
        return (cf() ? CF : 0) | (pf() ? PF : 0) | (af() ? AF : 0) | (zf() ? ZF : 0) | (sf() ? SF : 0) | (of() ? OF : 0);
    }

    public void setStatusFlags(long f) {
        boolean zero = (f & ZF) != 0;
        flagResult = zero ? 0 : 1;
        long aux = (f & CF) != 0 ? AUX_CF : 0;
        if ((f & OF) != 0 != ((f & CF) != 0)) {
            aux |= AUX_PO;
        }
        if ((f & AF) != 0) {
            aux |= AUX_AF;
        }
        if ((f & SF) != 0) {
            aux |= 1;
        }
        boolean parity = zero;
        if ((f & PF) != 0 != parity) {
            aux |= 0x100;
        }
        flagAux = aux;
    }

    public long rflags() {
        return statusFlags() | systemFlags | 2;
    }

    /** Sets all of RFLAGS without any privilege check, and derives what depends on it. */
    public void setRflags(long value) {
        setStatusFlags(value);
        long changed = systemFlags ^ value;
        systemFlags = value & SYSTEM_FLAGS;
        if ((changed & (VM | AC)) != 0) {
            stateChanged();
        }
        if ((systemFlags & (TF | RF)) != 0) {
            attention |= Attention.DEBUG;
        }
        if ((systemFlags & IF) != 0) {
            attention |= Attention.INTERRUPT;
        }
    }

    public boolean flag(long systemFlag) {
        return (systemFlags & systemFlag) != 0;
    }

    public int iopl() {
        return (int) (systemFlags >>> 12) & 3;
    }

    // --- mode --------------------------------------------------------------------------------------------------------

    public boolean pagingEnabled() {
        return cr0 < 0 || (cr0 & 0x80000000L) != 0;
    }

    public boolean longModeActive() {
        return (efer & 0x400) != 0;
    }

    public boolean protectedMode() {
        return (cr0 & 1) != 0;
    }

    /** Derives mode, code size, CPL, masks and the segments' fast-path fields, and tells the MMU. */
    public void stateChanged() {
        SegmentRegister cs = seg[CS];
        if ((cr0 & 1) == 0) {
            mode = CpuMode.REAL;
            cpl = 0;
        } else if ((systemFlags & VM) != 0 && !longModeActive()) {
            mode = CpuMode.VIRTUAL_8086;
            cpl = 3;
        } else {
            mode = !longModeActive() ? CpuMode.PROTECTED : cs.longCode() ? CpuMode.LONG_64 : CpuMode.COMPATIBILITY;
            cpl = seg[SS].dpl();
        }
        codeBits = mode == CpuMode.LONG_64 ? 64 : cs.big() ? 32 : 16;
        linearMask = mode == CpuMode.LONG_64 ? -1L : 0xFFFFFFFFL;
        codeLimit = mode == CpuMode.LONG_64 ? -1L : cs.limit;
        stackMask = mode == CpuMode.LONG_64 ? -1L : seg[SS].big() ? 0xFFFFFFFFL : 0xFFFFL;
        boolean careful = alignmentChecked() || (dr[7] & 0xFF) != 0;
        for (int i = 0; i < 6; i++) {
            seg[i].derive(mode);
            if (careful) {
                seg[i].readMax = seg[i].writeMax = -1;
            }
        }
        attention |= Attention.BLOCK | Attention.INTERRUPT | (nmiPending ? Attention.NMI : 0);
        if (mmu != null) {
            mmu.stateChanged();
        }
    }

    /** #AC is armed: CR0.AM, RFLAGS.AC and CPL 3. */
    public boolean alignmentChecked() {
        return (cr0 & 0x40000) != 0 && (systemFlags & AC) != 0 && cpl == 3;
    }

    /** Mask of the linear address of a system structure: 64 bits in IA-32e mode, compatibility mode included. */
    public long linearMaskForSystem() {
        return longModeActive() ? -1L : 0xFFFFFFFFL;
    }

    /**
     * Compares an access with the breakpoints of DR7 and notes the hits in {@link #pendingDebug}.
     *
     * @param kinds set of R/W values that match, one of the {@code BREAK_} constants
     * @return DR6 bits B3:B0 of the enabled hits
     */
    public int noteBreakpoints(long address, int bytes, int kinds) {
        int hits = 0;
        for (int n = 0; n < 4; n++) {
            int control = (int) (dr[7] >>> 16 + 4 * n) & 15;
            if ((dr[7] >>> 2 * n & 3) == 0 || (kinds >>> (control & 3) & 1) == 0) {
                continue;
            }
            int length = switch (control >> 2) {
                case 0 -> 1;
                case 1 -> 2;
                case 3 -> 4;
                default -> 8;
            };
            long start = dr[n] & -length;
            if (address < start + length && start < address + bytes) {
                hits |= 1 << n;
            }
        }
        if (hits != 0 && kinds != BREAK_EXECUTE) {
            pendingDebug |= hits | 1 << 12;
            attention |= Attention.DEBUG;
        }
        return hits;
    }

    // --- stack pointer -----------------------------------------------------------------------------------------------

    public long sp() {
        return gpr[RSP] & stackMask;
    }

    public void setSp(long value) {
        gpr[RSP] = gpr[RSP] & (stackMask == 0xFFFFL ? ~0xFFFFL : 0) | value & stackMask;
    }
}
