// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What an instruction of an application program can read and write, as {@code native.c} exchanges it. */
final class ProcessorState {
    /** Where the instruction lies, in a page of INT3. */
    static final long CODE = 0x200800;
    /** Where {@link #memory} lies. */
    static final long DATA = 0x210000;
    static final int MEMORY = 320;
    /** Bytes of the FXSAVE image that are state. */
    static final int FX = 416;
    static final int RECORD = 1024;
    /** {@link #vector} of an instruction that completed. */
    static final int NONE = -1;
    private static final int INT3 = 3;
    private static final int FX_VALID = 0x100;
    private static final int MEMORY_AT = 192;
    private static final int FX_AT = 512;

    final long[] gpr = new long[16];
    long rflags;
    /** Of the next instruction, or of this one when it faults. */
    long rip;
    /** Of the exception, or {@link #NONE}. */
    int vector = NONE;
    final byte[] memory = new byte[MEMORY];
    /** The image that FXSAVE64 writes. */
    final byte[] fx = new byte[FX];

    void copyFrom(ProcessorState o) {
        System.arraycopy(o.gpr, 0, gpr, 0, 16);
        rflags = o.rflags;
        rip = o.rip;
        vector = o.vector;
        System.arraycopy(o.memory, 0, memory, 0, MEMORY);
        System.arraycopy(o.fx, 0, fx, 0, FX);
    }

    /** Appends the record for the native side. */
    void write(ByteBuffer b, int bits, boolean floats, byte[] code) {
        int start = b.position();
        b.order(ByteOrder.LITTLE_ENDIAN);
        for (long v : gpr) {
            b.putLong(v);
        }
        b.putLong(rflags).putLong(rip).putLong(bits | (floats ? FX_VALID : 0)).putLong(0).putLong(code.length).put(Arrays.copyOf(code, 16));
        b.position(start + MEMORY_AT).put(memory);
        b.position(start + FX_AT).put(fx);
        b.position(start + RECORD);
    }

    /** Reads the native side's answer. */
    void read(ByteBuffer b) {
        int start = b.position();
        b.order(ByteOrder.LITTLE_ENDIAN);
        for (int n = 0; n < 16; n++) {
            gpr[n] = b.getLong();
        }
        rflags = b.getLong();
        rip = b.getLong();
        b.getLong();
        vector = (int) b.getLong();
        if (vector == INT3) {
            vector = NONE;
            rip--;
        }
        b.get(start + MEMORY_AT, memory);
        b.get(start + FX_AT, fx);
        b.position(start + RECORD);
    }
}
