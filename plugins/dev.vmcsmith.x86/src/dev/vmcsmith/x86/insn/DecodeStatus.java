// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

/** Results of {@link Decoder#decode}. Plain integers so that a hot loop compares without a call. */
public final class DecodeStatus {
    /** Decoded; {@link Instruction#length} bytes long. */
    public static final int OK = 0;
    /** The bytes up to the limit are a prefix of an instruction; more are needed. */
    public static final int NEED_MORE_BYTES = 1;
    /** No such instruction in this mode, or an illegal LOCK: #UD. */
    public static final int INVALID = 2;
    /** Longer than 15 bytes: #GP(0). */
    public static final int TOO_LONG = 3;

    private DecodeStatus() {
    }
}
