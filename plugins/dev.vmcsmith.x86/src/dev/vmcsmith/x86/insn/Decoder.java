// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import dev.vmcsmith.x86.Seg;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes machine code into an {@link Instruction} without allocating. Look-up arrays are made from the instruction table, per opcode, when
 * the opcode is first met. Stateless apart from those; one instance may serve many threads.
 * Decoding follows the SDM's "Instruction Format": legacy prefixes in any order, REX only directly before the opcode, LOCK only where a row
 * allows it, at most 15 bytes.
 */
public final class Decoder {
    private static final int MAX_LENGTH = 15;
    private static final int P_66 = 1;
    private static final int P_67 = 2;
    private static final int P_LOCK = 4;
    private static final int P_F3 = 8;
    private static final int P_F2 = 16;
    /** Index of VEX maps after the four legacy ones. */
    private static final int VEX_MAPS = 4;
    private static final int MAPS = 8;

    /** 0 not a prefix; 1-5 a prefix bit's position + 1; 8 + n segment n. */
    private static final byte[] PREFIX_CLASS = prefixClasses();

    private final OpcodeNode[][] nodes = new OpcodeNode[MAPS][256];
    private final List<InstructionForm>[][] candidates;

    /** A decoder for the whole instruction table. */
    @SuppressWarnings("unchecked")
    public Decoder() {
        candidates = new List[MAPS][256];
        for (InstructionForm form : InstructionTable.get().forms()) {
            if (form.has(InstructionForm.A_ASSEMBLE_ONLY)) {
                continue;
            }
            Encoding encoding = form.encoding;
            int map = encoding.map + (encoding.vex ? VEX_MAPS : 0);
            for (int i = 0; i < encoding.span; i++) {
                List<InstructionForm> list = candidates[map][encoding.opcode + i];
                if (list == null) {
                    list = new ArrayList<>(4);
                    candidates[map][encoding.opcode + i] = list;
                }
                list.add(form);
            }
        }
    }

    private static byte[] prefixClasses() {
        byte[] classes = new byte[256];
        classes[0x66] = 1;
        classes[0x67] = 2;
        classes[0xF0] = 3;
        classes[0xF3] = 4;
        classes[0xF2] = 5;
        classes[0x26] = 8 + Seg.ES;
        classes[0x2E] = 8 + Seg.CS;
        classes[0x36] = 8 + Seg.SS;
        classes[0x3E] = 8 + Seg.DS;
        classes[0x64] = 8 + Seg.FS;
        classes[0x65] = 8 + Seg.GS;
        return classes;
    }

    /**
     * Decodes the instruction at an offset.
     *
     * @param code machine code
     * @param offset of the first byte
     * @param limit offset after the last byte that may be read; at most {@code code.length}
     * @param bits code size: 16, 32 or 64
     * @param out overwritten; after anything but OK only its {@code form} (null) and {@code length} (bytes looked at) mean something
     * @return a {@link DecodeStatus}
     */
    public int decode(byte[] code, int offset, int limit, int bits, Instruction out) {
        int end = limit - offset > MAX_LENGTH ? offset + MAX_LENGTH : limit;
        int pos = offset;
        int prefixes = 0;
        int segment = Instruction.NONE;
        int rex = 0;
        boolean is64 = bits == 64;
        int opcode;
        while (true) {
            if (pos >= end) {
                return tooShort(offset, pos, out);
            }
            opcode = code[pos++] & 0xFF;
            int kind = PREFIX_CLASS[opcode];
            if (kind == 0) {
                if (is64 && (opcode & 0xF0) == 0x40) {
                    rex = opcode;
                    continue;
                }
                break;
            }
            rex = 0;
            if (kind >= 8) {
                if (!is64 || kind >= 8 + Seg.FS) {
                    segment = kind - 8;
                }
            } else {
                prefixes = kind < 4 ? prefixes | 1 << kind - 1 : prefixes & ~(P_F2 | P_F3) | 1 << kind - 1;
            }
        }
        out.bits = bits;
        out.rex = rex;
        out.segmentOverride = segment;
        out.vvvv = 0;
        out.vexL = false;
        out.lock = (prefixes & P_LOCK) != 0;
        int operandSize = is64 && (rex & 8) != 0 ? 64 : (prefixes & P_66) != 0 == (bits == 16) ? 32 : 16;
        int addressSize = is64 ? (prefixes & P_67) != 0 ? 32 : 64 : ((prefixes & P_67) != 0) == (bits == 16) ? 32 : 16;
        out.addressSize = addressSize;
        int prefix = (prefixes & (P_F2 | P_F3)) != 0 ? (prefixes & P_F3) != 0 ? Encoding.PREFIX_F3 : Encoding.PREFIX_F2
            : (prefixes & P_66) != 0 ? Encoding.PREFIX_66 : Encoding.PREFIX_NP;
        int map = Encoding.MAP_ONE_BYTE;
        if (opcode == 0x0F) {
            if (pos >= end) {
                return tooShort(offset, pos, out);
            }
            map = Encoding.MAP_0F;
            opcode = code[pos++] & 0xFF;
            if ((opcode & 0xFD) == 0x38) {
                map = opcode == 0x38 ? Encoding.MAP_0F38 : Encoding.MAP_0F3A;
                if (pos >= end) {
                    return tooShort(offset, pos, out);
                }
                opcode = code[pos++] & 0xFF;
            }
        } else if ((opcode & 0xFE) == 0xC4) {
            if (pos >= end) {
                return tooShort(offset, pos, out);
            }
            if (is64 || (code[pos] & 0xC0) == 0xC0) {
                return (prefixes & (P_66 | P_F2 | P_F3 | P_LOCK)) != 0 || rex != 0 ? invalid(offset, pos, out)
                    : decodeVex(code, offset, pos, end, opcode, out);
            }
        } else if (opcode == 0x90 && (rex & 1) != 0) {
            return finish(code, offset, pos, end, node(map, 0x91), 0x90, prefix, operandSize, prefixes, out);
        }
        return finish(code, offset, pos, end, node(map, opcode), opcode, prefix, operandSize, prefixes, out);
    }

    private int decodeVex(byte[] code, int offset, int start, int end, int escape, Instruction out) {
        boolean is64 = out.bits == 64;
        int pos = start;
        int first = code[pos++] & 0xFF;
        int map = Encoding.MAP_0F;
        int rex = (first & 0x80) == 0 ? 0x44 : 0x40;
        int second = first;
        if (escape == 0xC4) {
            if (pos >= end) {
                return tooShort(offset, pos, out);
            }
            second = code[pos++] & 0xFF;
            map = first & 0x1F;
            rex |= ((first & 0x40) == 0 ? 2 : 0) | ((first & 0x20) == 0 ? 1 : 0) | (is64 && (second & 0x80) != 0 ? 8 : 0);
        }
        if (map == 0 || map > Encoding.MAP_0F3A) {
            return invalid(offset, pos, out);
        }
        if (pos >= end) {
            return tooShort(offset, pos, out);
        }
        int opcode = code[pos++] & 0xFF;
        out.rex = is64 ? rex : 0;
        out.vvvv = ~second >> 3 & (is64 ? 15 : 7);
        out.vexL = (second & 4) != 0;
        int prefix = switch (second & 3) {
            case 0 -> Encoding.PREFIX_NP;
            case 1 -> Encoding.PREFIX_66;
            case 2 -> Encoding.PREFIX_F3;
            default -> Encoding.PREFIX_F2;
        };
        return finish(code, offset, pos, end, node(VEX_MAPS + map, opcode), opcode, prefix, (rex & 8) != 0 ? 64 : 32, 0, out);
    }

    private OpcodeNode node(int map, int opcode) {
        OpcodeNode node = nodes[map][opcode];
        return node != null ? node : makeNode(map, opcode);
    }

    private OpcodeNode makeNode(int map, int opcode) {
        List<InstructionForm> list = candidates[map][opcode];
        if (list == null) {
            return null;
        }
        OpcodeNode node = new OpcodeNode(list);
        nodes[map][opcode] = node;
        return node;
    }

    private int finish(byte[] code, int offset, int start, int end, OpcodeNode node, int opcode, int prefix, int size, int prefixes,
            Instruction out) {
        int pos = start;
        if (node == null) {
            return invalid(offset, pos, out);
        }
        boolean is64 = out.bits == 64;
        InstructionForm[] row = node.rows[OpcodeNode.key(prefix, size, out.addressSize, is64)];
        InstructionForm form;
        int rex = out.rex;
        out.opcode = opcode;
        out.condition = opcode & 0xF;
        if (node.modrm) {
            if (pos >= end) {
                return tooShort(offset, pos, out);
            }
            int modrm = code[pos++] & 0xFF;
            form = row[row.length == 1 ? 0 : modrm];
            if (form == null) {
                return invalid(offset, pos, out);
            }
            out.modrm = modrm;
            out.reg = modrm >> 3 & 7 | (rex & 4) << 1;
            if (modrm >= 0xC0 || form.encoding.mod == Encoding.MOD_IGNORED) {
                out.mod = 3;
                out.rm = modrm & 7 | (rex & 1) << 3;
                noAddress(out);
            } else {
                out.mod = modrm >> 6;
                out.rm = Instruction.NONE;
                pos = out.addressSize == 16 ? ModrmAddress.decode16(code, pos, end, modrm, out)
                    : ModrmAddress.decode(code, pos, end, modrm, out);
                if (pos > end) {
                    return tooShort(offset, end, out);
                }
            }
        } else {
            form = row[0];
            if (form == null) {
                return invalid(offset, pos, out);
            }
            out.mod = Instruction.NONE;
            out.reg = 0;
            out.rm = opcode & 7 | (rex & 1) << 3;
            noAddress(out);
        }
        int attributes = form.attributes;
        int operandSize = is64 && (attributes & (InstructionForm.A_FORCE_64 | InstructionForm.A_DEFAULT_64)) != 0
            && (size == 32 || (attributes & InstructionForm.A_FORCE_64) != 0) ? 64 : size;
        out.operandSize = operandSize;
        out.rep = (prefixes & P_F3) != 0 && form.encoding.prefix != Encoding.PREFIX_F3;
        out.repne = (prefixes & P_F2) != 0 && form.encoding.prefix != Encoding.PREFIX_F2;
        out.imm = 0;
        out.imm2 = 0;
        if (form.immediate != ImmediateLayout.NONE) {
            int bytes = ImmediateLayout.bytes(form.immediate, operandSize, out.addressSize);
            if (pos + bytes > end) {
                return tooShort(offset, end, out);
            }
            immediate(code, pos, form.immediate, operandSize, out);
            pos += bytes;
        }
        out.length = pos - offset;
        if (out.lock && ((attributes & InstructionForm.A_LOCK) == 0 || out.mod == 3)
                || form.checks != 0 && !RegisterChecks.apply(form.checks, form, out)) {
            return invalid(offset, pos, out);
        }
        out.form = form;
        return DecodeStatus.OK;
    }

    private static void noAddress(Instruction out) {
        out.base = Instruction.NONE;
        out.index = Instruction.NONE;
        out.scale = 1;
        out.disp = 0;
        out.segment = out.segmentOverride >= 0 ? out.segmentOverride : Seg.DS;
    }

    private static void immediate(byte[] code, int pos, int layout, int operandSize, Instruction out) {
        switch (layout) {
            case ImmediateLayout.IMM8 -> out.imm = code[pos] & 0xFF;
            case ImmediateLayout.IMM8_SIGNED, ImmediateLayout.REL8 -> out.imm = code[pos];
            case ImmediateLayout.IMM16 -> out.imm = LittleEndian.u16(code, pos);
            case ImmediateLayout.IMM_Z, ImmediateLayout.REL_Z -> out.imm = operandSize == 16 ? (short) LittleEndian.u16(code, pos)
                : LittleEndian.s32(code, pos);
            case ImmediateLayout.IMM_V -> out.imm = operandSize == 16 ? LittleEndian.u16(code, pos)
                : operandSize == 32 ? LittleEndian.s32(code, pos) & 0xFFFF_FFFFL : LittleEndian.s64(code, pos);
            case ImmediateLayout.FAR -> {
                int size = operandSize == 16 ? 2 : 4;
                out.imm = size == 2 ? LittleEndian.u16(code, pos) : LittleEndian.s32(code, pos) & 0xFFFF_FFFFL;
                out.imm2 = LittleEndian.u16(code, pos + size);
            }
            case ImmediateLayout.MOFFS -> out.disp = out.addressSize == 16 ? LittleEndian.u16(code, pos)
                : out.addressSize == 32 ? LittleEndian.s32(code, pos) & 0xFFFF_FFFFL : LittleEndian.s64(code, pos);
            default -> {
                out.imm = LittleEndian.u16(code, pos);
                out.imm2 = code[pos + 2] & 0xFF;
            }
        }
    }

    private static int tooShort(int offset, int pos, Instruction out) {
        out.form = null;
        out.length = pos - offset;
        return out.length >= MAX_LENGTH ? DecodeStatus.TOO_LONG : DecodeStatus.NEED_MORE_BYTES;
    }

    private static int invalid(int offset, int pos, Instruction out) {
        out.form = null;
        out.length = pos - offset;
        return DecodeStatus.INVALID;
    }
}
