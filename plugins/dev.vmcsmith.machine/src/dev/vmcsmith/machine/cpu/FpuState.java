// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/** The x87 state: eight physical registers as 64-bit significand plus 16-bit sign and exponent, control, status and tag words. */
public final class FpuState {
    public final long[] significand = new long[8];
    public final int[] signExponent = new int[8];
    public int control = 0x37F;
    public int status;
    /** One bit per physical register: 1 in use. */
    public int inUse;
    /** Of the last instruction with an unmasked exception: bits 10:8 of it and its ModRM byte. */
    public int opcode;
    public long instructionPointer;
    public int instructionSelector;
    public long dataPointer;
    public int dataSelector;

    public int top() {
        return status >> 11 & 7;
    }

    public void setTop(int top) {
        status = status & ~0x3800 | (top & 7) << 11;
    }

    /** FNINIT. */
    public void init() {
        control = 0x37F;
        status = 0;
        inUse = 0;
        opcode = 0;
        instructionPointer = 0;
        instructionSelector = 0;
        dataPointer = 0;
        dataSelector = 0;
    }

    public void copyFrom(FpuState o) {
        System.arraycopy(o.significand, 0, significand, 0, 8);
        System.arraycopy(o.signExponent, 0, signExponent, 0, 8);
        control = o.control;
        status = o.status;
        inUse = o.inUse;
        opcode = o.opcode;
        instructionPointer = o.instructionPointer;
        instructionSelector = o.instructionSelector;
        dataPointer = o.dataPointer;
        dataSelector = o.dataSelector;
    }
}
