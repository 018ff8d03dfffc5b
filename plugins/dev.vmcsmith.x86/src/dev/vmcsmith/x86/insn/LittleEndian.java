// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Unaligned little-endian reads of instruction bytes. */
final class LittleEndian {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {
    }

    static int u16(byte[] code, int pos) {
        return code[pos] & 0xFF | (code[pos + 1] & 0xFF) << 8;
    }

    static int s32(byte[] code, int pos) {
        return (int) INT.get(code, pos);
    }

    static long s64(byte[] code, int pos) {
        return (long) LONG.get(code, pos);
    }
}
