// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

/** Little-endian reads of instruction bytes. Plain shifts: a VarHandle would cost more at start-up than it saves. */
final class LittleEndian {
    private LittleEndian() {
    }

    static int u16(byte[] code, int pos) {
        return code[pos] & 0xFF | (code[pos + 1] & 0xFF) << 8;
    }

    static int s32(byte[] code, int pos) {
        return code[pos] & 0xFF | (code[pos + 1] & 0xFF) << 8 | (code[pos + 2] & 0xFF) << 16 | code[pos + 3] << 24;
    }

    static long s64(byte[] code, int pos) {
        return s32(code, pos) & 0xFFFF_FFFFL | (long) s32(code, pos + 4) << 32;
    }
}
