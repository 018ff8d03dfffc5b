// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/**
 * An exception of the fault class raised while an instruction executes. The engine catches it, puts RIP back to the start of
 * the instruction and has {@code event} deliver it. Stackless: it is a jump, not an error of this program.
 */
public final class CpuFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public static final int DE = 0, DB = 1, NMI = 2, BP = 3, OF = 4, BR = 5, UD = 6, NM = 7, DF = 8, TS = 10, NP = 11, SS = 12,
        GP = 13, PF = 14, MF = 16, AC = 17, MC = 18, XM = 19, VE = 20, CP = 21;

    /** Vector 0..31. */
    public final int vector;
    /** Error code; meaningful when {@link #hasErrorCode}. */
    public final int errorCode;
    public final boolean hasErrorCode;
    /** #PF: the linear address that goes to CR2. #DB: the bits that are added to DR6. */
    public final long payload;

    private CpuFault(int vector, boolean hasErrorCode, int errorCode, long payload) {
        super(null, null, false, false);
        this.vector = vector;
        this.hasErrorCode = hasErrorCode;
        this.errorCode = errorCode;
        this.payload = payload;
    }

    public static CpuFault of(int vector) {
        return new CpuFault(vector, false, 0, 0);
    }

    public static CpuFault of(int vector, int errorCode) {
        return new CpuFault(vector, true, errorCode, 0);
    }

    public static CpuFault ud() {
        return new CpuFault(UD, false, 0, 0);
    }

    /** #GP with error code 0. */
    public static CpuFault gp() {
        return new CpuFault(GP, true, 0, 0);
    }

    /** #GP with a selector as error code (its RPL bits are dropped). */
    public static CpuFault gp(int selector) {
        return new CpuFault(GP, true, selector & 0xFFFC, 0);
    }

    public static CpuFault pageFault(long linear, int errorCode) {
        return new CpuFault(PF, true, errorCode, linear);
    }

    public static CpuFault debug(long dr6Bits) {
        return new CpuFault(DB, false, 0, dr6Bits);
    }

    /** The mnemonic of a vector, such as "#GP". */
    public static String name(int vector) {
        String[] names = {"#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "#9", "#TS", "#NP", "#SS", "#GP", "#PF", "#15",
            "#MF", "#AC", "#MC", "#XM", "#VE", "#CP"};
        return vector >= 0 && vector < names.length ? names[vector] : "vector " + vector;
    }

    @Override
    public String getMessage() {
        return name(vector) + (hasErrorCode ? "(0x" + Integer.toHexString(errorCode) + ")" : "");
    }
}
