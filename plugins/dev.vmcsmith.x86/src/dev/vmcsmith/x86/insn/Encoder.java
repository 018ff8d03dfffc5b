// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import dev.vmcsmith.x86.Gpr;

/**
 * Turns an {@link Instruction} back into bytes: the inverse of {@link Decoder}. The caller fills form, bits, operandSize, addressSize,
 * segmentOverride, lock/rep/repne, condition, reg, rm, vvvv, base/index/scale/disp, imm and imm2. {@code mod} says 3 for a register
 * operand, 0 for memory with the shortest displacement that fits, 2 for memory with a full displacement. A non-zero {@code rex} asks
 * for a REX prefix (SPL, BPL, SIL, DIL). Not thread-safe.
 */
public final class Encoder {
    /** Room that the output array must have. */
    public static final int MAX_BYTES = 24;

    private static final int[] SEGMENT_PREFIX = {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65};

    private final byte[] out;
    private int pos;

    /** An encoder that writes into an array of at least {@link #MAX_BYTES} bytes. */
    public Encoder(byte[] out) {
        this.out = out;
    }

    /** The operand size that a row has in code of a given size without any prefix. */
    public static int naturalSize(InstructionForm form, int bits) {
        return bits != 64 ? bits : (form.attributes & (InstructionForm.A_FORCE_64 | InstructionForm.A_DEFAULT_64)) != 0 ? 64 : 32;
    }

    /** Encodes at index 0; returns the length, or 0 when the combination has no encoding. */
    public int encode(Instruction insn) {
        pos = 0;
        InstructionForm form = insn.form;
        Encoding encoding = form.encoding;
        int natural = naturalSize(form, insn.bits);
        boolean w = encoding.w == 1 || encoding.w < 0 && insn.operandSize == 64 && natural != 64;
        boolean operandPrefix = encoding.prefix == Encoding.PREFIX_66;
        if (insn.operandSize == 16 && natural != 16 || insn.operandSize == 32 && natural == 16) {
            operandPrefix = true;
        } else if (insn.operandSize == 32 && natural == 64 || insn.operandSize == 64 && insn.bits != 64) {
            return 0;
        }
        int x = insn.index >= Gpr.R8 ? 2 : 0;
        int b = insn.mod == 3 || !encoding.modrm ? insn.rm >= Gpr.R8 ? 1 : 0 : insn.base >= Gpr.R8 && insn.base != Instruction.RIP ? 1 : 0;
        int r = encoding.modrm && encoding.digit < 0 && insn.reg >= Gpr.R8 ? 4 : 0;
        int extension = r | x | b | (w ? 8 : 0);
        if (insn.bits != 64 && ((extension & 7) != 0 || w && !encoding.vex)) {
            return 0;
        }
        if (insn.lock) {
            put(0xF0);
        }
        if (insn.segmentOverride >= 0) {
            put(SEGMENT_PREFIX[insn.segmentOverride]);
        }
        if (insn.addressSize != insn.bits) {
            put(0x67);
        }
        if (encoding.vex) {
            vex(insn, extension);
        } else {
            legacy(insn, operandPrefix, extension);
        }
        if (encoding.modrm && !modrm(insn)) {
            return 0;
        }
        immediate(insn);
        return pos <= 15 ? pos : 0;
    }

    private void legacy(Instruction insn, boolean operandPrefix, int extension) {
        Encoding encoding = insn.form.encoding;
        if (operandPrefix) {
            put(0x66);
        }
        if (insn.rep || encoding.prefix == Encoding.PREFIX_F3) {
            put(0xF3);
        }
        if (insn.repne || encoding.prefix == Encoding.PREFIX_F2) {
            put(0xF2);
        }
        if (extension != 0 || insn.rex != 0) {
            put(0x40 | extension);
        }
        if (encoding.map != Encoding.MAP_ONE_BYTE) {
            put(0x0F);
            if (encoding.map != Encoding.MAP_0F) {
                put(encoding.map == Encoding.MAP_0F38 ? 0x38 : 0x3A);
            }
        }
        put(encoding.opcode + (encoding.span == Encoding.SPAN_CONDITION ? insn.condition
            : encoding.span == Encoding.SPAN_REGISTER ? insn.rm & 7 : 0));
    }

    private void vex(Instruction insn, int extension) {
        Encoding encoding = insn.form.encoding;
        int pp = encoding.prefix == Encoding.PREFIX_66 ? 1 : encoding.prefix == Encoding.PREFIX_F3 ? 2
            : encoding.prefix == Encoding.PREFIX_F2 ? 3 : 0;
        int last = (~insn.vvvv & 15) << 3 | (encoding.l == 1 || insn.vexL ? 4 : 0) | pp;
        if (encoding.map == Encoding.MAP_0F && (extension & 0xB) == 0) {
            put(0xC5);
            put(last | ((extension & 4) == 0 ? 0x80 : 0));
        } else {
            put(0xC4);
            put(encoding.map | (~extension & 7) << 5);
            put(last | (extension & 8) << 4);
        }
        put(encoding.opcode);
    }

    private boolean modrm(Instruction insn) {
        Encoding encoding = insn.form.encoding;
        int reg = (encoding.digit >= 0 ? encoding.digit : insn.reg & 7) << 3;
        if (encoding.mod == Encoding.MOD_REGISTER || encoding.mod == Encoding.MOD_IGNORED || insn.mod == 3) {
            put(0xC0 | reg | (encoding.rm >= 0 ? encoding.rm : Math.max(insn.rm, 0) & 7));
            return true;
        }
        return insn.addressSize == 16 ? address16(insn, reg) : address(insn, reg);
    }

    private boolean address(Instruction insn, int reg) {
        int base = insn.base;
        int index = insn.index;
        boolean wide = insn.mod == 2;
        if (base == Instruction.RIP) {
            put(reg | 5);
            put(insn.disp, 4);
            return insn.bits == 64 && index < 0;
        }
        if (index == Gpr.RSP || insn.disp != (int) insn.disp && (insn.addressSize != 32 || insn.disp >>> 32 != 0)) {
            return false;
        }
        if (base < 0) {
            if (index < 0 && insn.bits != 64) {
                put(reg | 5);
            } else {
                put(reg | 4);
                put(scaleBits(insn.scale) | (index < 0 ? 4 : index & 7) << 3 | 5);
            }
            put(insn.disp, 4);
            return true;
        }
        int mod = wide ? 2 : insn.disp == 0 && (base & 7) != Gpr.RBP ? 0 : (int) insn.disp == (byte) insn.disp ? 1 : 2;
        if (index >= 0 || (base & 7) == Gpr.RSP) {
            put(mod << 6 | reg | 4);
            put(scaleBits(insn.scale) | (index < 0 ? 4 : index & 7) << 3 | base & 7);
        } else {
            put(mod << 6 | reg | base & 7);
        }
        if (mod != 0) {
            put(insn.disp, mod == 1 ? 1 : 4);
        }
        return true;
    }

    private static int scaleBits(int scale) {
        return Integer.numberOfTrailingZeros(scale) << 6;
    }

    private boolean address16(Instruction insn, int reg) {
        int base = insn.base;
        int index = insn.index;
        if (insn.disp > 0xFFFF || insn.disp < -0x8000) {
            return false;
        }
        if (base < 0 && index < 0) {
            put(reg | 6);
            put(insn.disp, 2);
            return true;
        }
        int rm = ModrmAddress.rm16(base, index, insn.scale);
        if (rm < 0) {
            return false;
        }
        int mod = insn.mod == 2 ? 2 : insn.disp == 0 && rm != 6 ? 0 : (short) insn.disp == (byte) insn.disp ? 1 : 2;
        put(mod << 6 | reg | rm);
        if (mod != 0) {
            put(insn.disp, mod);
        }
        return true;
    }

    private void immediate(Instruction insn) {
        int layout = insn.form.immediate;
        switch (layout) {
            case ImmediateLayout.NONE -> {
            }
            case ImmediateLayout.MOFFS -> put(insn.disp, insn.addressSize >> 3);
            case ImmediateLayout.FAR -> {
                put(insn.imm, insn.operandSize == 16 ? 2 : 4);
                put(insn.imm2, 2);
            }
            case ImmediateLayout.IMM16_IMM8 -> {
                put(insn.imm, 2);
                put(insn.imm2, 1);
            }
            default -> put(insn.imm, ImmediateLayout.bytes(layout, insn.operandSize, insn.addressSize));
        }
    }

    private void put(int value) {
        out[pos++] = (byte) value;
    }

    private void put(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out[pos++] = (byte) (value >> 8 * i);
        }
    }
}
