// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/** XMM registers and MXCSR. */
public final class VectorState {
    /** Low and high quadword of XMM0..XMM15, at 2n and 2n + 1. */
    public final long[] xmm = new long[32];
    public int mxcsr = 0x1F80;
    /** The source operand of the instruction that executes. */
    public long low;
    public long high;

    public void copyFrom(VectorState other) {
        System.arraycopy(other.xmm, 0, xmm, 0, xmm.length);
        mxcsr = other.mxcsr;
    }
}
