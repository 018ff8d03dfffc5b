// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/** The event that is being delivered through the IDT, in the terms of the VMCS's IDT-vectoring information. */
public final class EventInFlight {
    public static final int EXTERNAL_INTERRUPT = 0, NMI = 2, HARDWARE_EXCEPTION = 3, SOFTWARE_INTERRUPT = 4,
        PRIVILEGED_SOFTWARE_EXCEPTION = 5, SOFTWARE_EXCEPTION = 6;

    public boolean valid;
    /** Interruption type, one of the constants. */
    public int type;
    public int vector;
    public boolean hasErrorCode;
    public int errorCode;
    /** Length of the instruction that caused a software event. */
    public int instructionLength;

    public void set(int type, int vector, boolean hasErrorCode, int errorCode, int instructionLength) {
        this.valid = true;
        this.type = type;
        this.vector = vector;
        this.hasErrorCode = hasErrorCode;
        this.errorCode = errorCode;
        this.instructionLength = instructionLength;
    }

    public void clear() {
        valid = false;
    }

    /** The 32-bit information field: vector 7:0, type 10:8, error code valid 11, valid 31; 0 when nothing is in flight. */
    public int information() {
        return valid ? vector | type << 8 | (hasErrorCode ? 1 << 11 : 0) | 1 << 31 : 0;
    }
}
