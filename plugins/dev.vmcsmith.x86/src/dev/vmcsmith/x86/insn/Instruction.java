// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import dev.vmcsmith.x86.Gpr;

/**
 * One decoded instruction. Mutable and reusable: {@link Decoder#decode} overwrites every field and allocates nothing.
 * Fields are public for speed; only the decoder writes them. A cache keeps instances and never shares one that is being decoded into.
 */
public final class Instruction {
    /** Value of {@link #base} and {@link #index} when there is none, and of {@link #segmentOverride} without a prefix. */
    public static final int NONE = -1;
    /** Value of {@link #base} for RIP-relative addresses: the next instruction's address plus {@link #disp}. */
    public static final int RIP = 16;

    /** The table row; null when decoding failed. */
    public InstructionForm form;
    /** Bytes of the whole instruction, prefixes included, 1-15. */
    public int length;
    /** Code size of the decode: 16, 32 or 64. */
    public int bits;
    /** Effective operand size, 16, 32 or 64 bits; byte forms ignore it. */
    public int operandSize;
    /** Effective address size, 16, 32 or 64 bits. */
    public int addressSize;
    /** Segment of the ModRM, moffs or rSI memory operand, override applied ({@link dev.vmcsmith.x86.Seg} number). */
    public int segment;
    /** Segment of the override prefix that is in effect, or {@link #NONE}. */
    public int segmentOverride;
    /** The opcode's last byte (condition, register and such are in it). */
    public int opcode;
    /** The ModRM byte; left over from another instruction when there is none. */
    public int modrm;
    /** ModRM.mod (3 = register form), or -1 when there is no ModRM byte. */
    public int mod;
    /** ModRM.reg with its REX/VEX extension, 0-15. */
    public int reg;
    /** ModRM.rm with its extension when mod is 3; the opcode's register with its extension for {@code +r} forms. */
    public int rm;
    /** Base register, {@link #NONE} or {@link #RIP}. */
    public int base;
    /** Index register or {@link #NONE}. */
    public int index;
    /** Index factor 1, 2, 4 or 8. */
    public int scale;
    /** Sign-extended displacement, or the whole offset of a moffs operand. */
    public long disp;
    /** Immediate: sign-extended for imm8s, immz and rel kinds, zero-extended otherwise; the offset of a far pointer. */
    public long imm;
    /** Second immediate: nesting level of ENTER, selector of a far pointer. */
    public long imm2;
    /** Condition code 0-15 of Jcc, SETcc and CMOVcc rows (see {@link Condition}); meaningless for others. */
    public int condition;
    /** REX byte 40h-4Fh, or 0. */
    public int rex;
    /** VEX.vvvv as a register number, 0 without VEX. */
    public int vvvv;
    /** VEX.L (1 = 256 bits). */
    public boolean vexL;
    /** LOCK prefix present (and legal). */
    public boolean lock;
    /** F3 prefix present as REP/REPE and not part of the opcode. */
    public boolean rep;
    /** F2 prefix present as REPNE and not part of the opcode. */
    public boolean repne;

    /** Whether there is a ModRM memory operand. */
    public boolean hasModrmMemory() {
        return mod >= 0 && mod < 3;
    }

    /** The symbolic operation. */
    public Op op() {
        return form.op;
    }

    /** Number of explicit operands. */
    public int operandCount() {
        return form.operands.length;
    }

    /** Kind of an explicit operand. */
    public OperandKind kind(int operand) {
        return form.operands[operand].kind();
    }

    /** Width in bits of an explicit operand in this instruction; 0 when memory has no width (LEA, INVLPG). */
    public int width(int operand) {
        return form.operands[operand].kind().width(this);
    }

    /** Whether an explicit operand is in memory here. */
    public boolean isMemory(int operand) {
        OperandKind kind = form.operands[operand].kind();
        return switch (kind.place) {
            case MEMORY, MOFFS, STRING_SOURCE, STRING_DESTINATION -> true;
            case RM -> mod != 3;
            default -> false;
        };
    }

    /**
     * Register number of an explicit operand that is a register here: 0-15, for byte registers also {@link Gpr#AH} to {@link Gpr#BH};
     * for CR, DR, segment, MMX, XMM and x87 kinds the number in that file. -1 when the operand is not a register.
     */
    public int register(int operand) {
        OperandKind kind = form.operands[operand].kind();
        int number = switch (kind.place) {
            case REG -> reg;
            case RM -> mod == 3 ? rm : -1;
            case OPCODE, RM_REGISTER -> rm;
            case VVVV -> vvvv;
            case FIXED -> kind.fixed;
            default -> -1;
        };
        return kind.file == OperandKind.File.GPR && kind.place != OperandKind.Place.FIXED && number >= 4 && width(operand) == 8
            ? byteRegister(number) : number;
    }

    /** Maps an encoded byte-register number: without REX, 4-7 are AH, CH, DH, BH. */
    public int byteRegister(int encoded) {
        return rex == 0 && (encoded & ~3) == 4 ? encoded - 4 + Gpr.AH : encoded;
    }

    /**
     * Target of a relative branch.
     *
     * @param address linear address of this instruction relative to CS base (its RIP)
     * @return the target truncated to the operand size
     */
    public long target(long address) {
        long target = address + length + imm;
        return operandSize == 64 ? target : operandSize == 32 ? target & 0xFFFF_FFFFL : target & 0xFFFF;
    }

    /** Copies every field. */
    public void copyFrom(Instruction other) {
        form = other.form;
        length = other.length;
        bits = other.bits;
        operandSize = other.operandSize;
        addressSize = other.addressSize;
        segment = other.segment;
        segmentOverride = other.segmentOverride;
        opcode = other.opcode;
        modrm = other.modrm;
        mod = other.mod;
        reg = other.reg;
        rm = other.rm;
        base = other.base;
        index = other.index;
        scale = other.scale;
        disp = other.disp;
        imm = other.imm;
        imm2 = other.imm2;
        condition = other.condition;
        rex = other.rex;
        vvvv = other.vvvv;
        vexL = other.vexL;
        lock = other.lock;
        rep = other.rep;
        repne = other.repne;
    }
}
