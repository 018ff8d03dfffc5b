// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import dev.vmcsmith.x86.Gpr;
import dev.vmcsmith.x86.Seg;

/**
 * Decodes ModRM memory forms (SDM "Addressing-Mode Encoding of ModR/M and SIB Bytes"). Returns the next position; past the end = too
 * short.
 */
final class ModrmAddress {
    private static final int[] BASE_16 = {Gpr.RBX, Gpr.RBX, Gpr.RBP, Gpr.RBP, Gpr.RSI, Gpr.RDI, Gpr.RBP, Gpr.RBX};
    private static final int[] INDEX_16 = {Gpr.RSI, Gpr.RDI, Gpr.RSI, Gpr.RDI, -1, -1, -1, -1};

    private ModrmAddress() {
    }

    /**
     * ModRM.rm of a 16-bit address with registers, or -1 when there is no such combination. Base and index may be given in either
     * order.
     */
    static int rm16(int base, int index, int scale) {
        if (scale != 1) {
            return -1;
        }
        for (int rm = 0; rm < BASE_16.length; rm++) {
            if (BASE_16[rm] == base && INDEX_16[rm] == index || BASE_16[rm] == index && INDEX_16[rm] == base) {
                return rm;
            }
        }
        return -1;
    }

    static int decode(byte[] code, int start, int end, int modrm, Instruction out) {
        int pos = start;
        int mod = modrm >> 6;
        int base = modrm & 7;
        int index = Instruction.NONE;
        int scale = 1;
        if (base == 4) {
            if (pos >= end) {
                return end + 1;
            }
            int sib = code[pos++];
            base = sib & 7;
            index = sib >> 3 & 7 | (out.rex & 2) << 2;
            scale = 1 << (sib >> 6 & 3);
            if (index == Gpr.RSP) {
                index = Instruction.NONE;
                scale = 1;
            }
            if (base == 5 && mod == 0) {
                base = Instruction.NONE;
            } else {
                base |= (out.rex & 1) << 3;
            }
        } else if (base == 5 && mod == 0) {
            base = out.bits == 64 ? Instruction.RIP : Instruction.NONE;
        } else {
            base |= (out.rex & 1) << 3;
        }
        long disp = 0;
        if (mod == 1) {
            if (pos >= end) {
                return end + 1;
            }
            disp = code[pos++];
        } else if (mod == 2 || base == Instruction.NONE || base == Instruction.RIP) {
            if (pos + 4 > end) {
                return end + 1;
            }
            disp = LittleEndian.s32(code, pos);
            pos += 4;
        }
        out.base = base;
        out.index = index;
        out.scale = scale;
        out.disp = disp;
        out.segment = out.segmentOverride >= 0 ? out.segmentOverride : base == Gpr.RSP || base == Gpr.RBP ? Seg.SS : Seg.DS;
        return pos;
    }

    static int decode16(byte[] code, int start, int end, int modrm, Instruction out) {
        int pos = start;
        int mod = modrm >> 6;
        int rm = modrm & 7;
        int base = BASE_16[rm];
        long disp = 0;
        if (mod == 1) {
            if (pos >= end) {
                return end + 1;
            }
            disp = code[pos++];
        } else if (mod == 2 || rm == 6) {
            if (pos + 2 > end) {
                return end + 1;
            }
            disp = (short) LittleEndian.u16(code, pos);
            pos += 2;
            base = mod == 0 ? Instruction.NONE : base;
        }
        out.base = base;
        out.index = INDEX_16[rm];
        out.scale = 1;
        out.disp = disp;
        out.segment = out.segmentOverride >= 0 ? out.segmentOverride : base == Gpr.RBP ? Seg.SS : Seg.DS;
        return pos;
    }
}
