// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86;

/** Bits of RFLAGS (SDM "EFLAGS Register"). */
public final class Rflags {
    /** Carry. */
    public static final int CF = 1 << 0;
    /** Bit 1, always 1. */
    public static final int FIXED = 1 << 1;
    /** Parity of the low result byte. */
    public static final int PF = 1 << 2;
    /** Auxiliary carry out of bit 3. */
    public static final int AF = 1 << 4;
    /** Zero. */
    public static final int ZF = 1 << 6;
    /** Sign. */
    public static final int SF = 1 << 7;
    /** Trap: single step. */
    public static final int TF = 1 << 8;
    /** Interrupt enable. */
    public static final int IF = 1 << 9;
    /** Direction. */
    public static final int DF = 1 << 10;
    /** Overflow. */
    public static final int OF = 1 << 11;
    /** I/O privilege level, two bits. */
    public static final int IOPL = 3<<12;
    /** Lowest bit of IOPL. */
    public static final int IOPL_SHIFT = 12;
    /** Nested task. */
    public static final int NT = 1 << 14;
    /** Resume. */
    public static final int RF = 1 << 16;
    /** Virtual-8086 mode. */
    public static final int VM = 1 << 17;
    /** Alignment check, or SMAP override. */
    public static final int AC = 1 << 18;
    /** Virtual interrupt flag. */
    public static final int VIF = 1 << 19;
    /** Virtual interrupt pending. */
    public static final int VIP = 1 << 20;
    /** CPUID available. */
    public static final int ID = 1 << 21;
    /** The six arithmetic status flags. */
    public static final int STATUS = CF|PF|AF|ZF|SF|OF;
    /** All defined bits. */
    public static final int DEFINED = STATUS|FIXED|TF|IF|DF|IOPL|NT|RF|VM|AC|VIF|VIP|ID;

    private Rflags() {
    }
}
