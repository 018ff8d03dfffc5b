// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

/** How an instruction uses an operand. */
public enum Access {
    /** The value is read. */
    READ(true, false),
    /** The value is written without being read. */
    WRITE(false, true),
    /** The value is read and written. */
    READ_WRITE(true, true),
    /** Only the address or the encoding is used (LEA, INVLPG, NOP). */
    NONE(false, false);

    private final boolean reads;
    private final boolean writes;

    Access(boolean reads, boolean writes) {
        this.reads = reads;
        this.writes = writes;
    }

    public boolean reads() {
        return reads;
    }

    public boolean writes() {
        return writes;
    }
}
