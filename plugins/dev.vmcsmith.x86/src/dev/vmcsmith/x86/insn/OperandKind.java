// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import dev.vmcsmith.x86.Gpr;

/**
 * What an explicit operand can be and where the encoding keeps it. The text form is that of the table: {@code r} is the ModRM.reg field,
 * {@code r/m} ModRM.rm, {@code r@rm} a ModRM.rm that must be a register, {@code r@op} the opcode's low three bits, {@code r@vvvv} VEX.vvvv.
 * Size {@code v} is the effective operand size (16, 32, 64), {@code y} 64 with REX.W/VEX.W and else 32, {@code z} the operand size but
 * at most 32.
 */
public enum OperandKind {
    R8("r8", File.GPR, Place.REG, 8),
    R16("r16", File.GPR, Place.REG, 16),
    R32("r32", File.GPR, Place.REG, 32),
    R64("r64", File.GPR, Place.REG, 64),
    RV("rv", File.GPR, Place.REG, Size.V),
    RY("ry", File.GPR, Place.REG, Size.Y),
    R8_OP("r8@op", File.GPR, Place.OPCODE, 8),
    RV_OP("rv@op", File.GPR, Place.OPCODE, Size.V),
    R32_RM("r32@rm", File.GPR, Place.RM_REGISTER, 32),
    R64_RM("r64@rm", File.GPR, Place.RM_REGISTER, 64),
    RV_RM("rv@rm", File.GPR, Place.RM_REGISTER, Size.V),
    RY_RM("ry@rm", File.GPR, Place.RM_REGISTER, Size.Y),
    /** A register of the address size (MOVDIR64B). */
    RA("ra", File.GPR, Place.REG, Size.ADDRESS),
    /** A register of the address size (UMONITOR). */
    RA_RM("ra@rm", File.GPR, Place.RM_REGISTER, Size.ADDRESS),
    RY_VVVV("ry@vvvv", File.GPR, Place.VVVV, Size.Y),

    RM8("r/m8", File.GPR, Place.RM, 8),
    RM16("r/m16", File.GPR, Place.RM, 16),
    RM32("r/m32", File.GPR, Place.RM, 32),
    RM64("r/m64", File.GPR, Place.RM, 64),
    RMV("r/mv", File.GPR, Place.RM, Size.V),
    RMY("r/my", File.GPR, Place.RM, Size.Y),
    /** A register of the operand size, or 16 bits of memory (SLDT, SMSW, MOV from a segment register). */
    RV_M16("rv/m16", File.GPR, Place.RM, Size.V, 16),
    R32_M8("r32/m8", File.GPR, Place.RM, 32, 8),
    R32_M16("r32/m16", File.GPR, Place.RM, 32, 16),

    M("m", File.NONE, Place.MEMORY, 0),
    M8("m8", File.NONE, Place.MEMORY, 8),
    M16("m16", File.NONE, Place.MEMORY, 16),
    M32("m32", File.NONE, Place.MEMORY, 32),
    M64("m64", File.NONE, Place.MEMORY, 64),
    M80("m80", File.NONE, Place.MEMORY, 80),
    M128("m128", File.NONE, Place.MEMORY, 128),
    M512("m512", File.NONE, Place.MEMORY, 512),
    MV("mv", File.NONE, Place.MEMORY, Size.V),
    MY("my", File.NONE, Place.MEMORY, Size.Y),
    /** Far pointer in memory: offset of the operand size, then a 16-bit selector. Its width is that of the offset. */
    M_FAR("m16:v", File.NONE, Place.MEMORY, Size.V),
    /** Two consecutive values of the operand size (BOUND). Its width is that of one. */
    M_PAIR("mv&v", File.NONE, Place.MEMORY, Size.V),
    /** Pseudo-descriptor: 16-bit limit, then a base of 32 (64-bit mode: 64) bits. */
    M_TABLE("m16&y", File.NONE, Place.MEMORY, 0),

    IMM8("imm8", File.NONE, Place.IMMEDIATE, 8),
    /** Eight bits, sign-extended to the operand size. */
    IMM8S("imm8s", File.NONE, Place.IMMEDIATE, 8),
    IMM16("imm16", File.NONE, Place.IMMEDIATE, 16),
    IMMZ("immz", File.NONE, Place.IMMEDIATE, Size.Z),
    IMMV("immv", File.NONE, Place.IMMEDIATE, Size.V),
    /** A second 8-bit immediate (ENTER). */
    IMM8_2("imm8#2", File.NONE, Place.IMMEDIATE_2, 8),
    REL8("rel8", File.NONE, Place.RELATIVE, 8),
    RELZ("relz", File.NONE, Place.RELATIVE, Size.Z),
    FAR("ptr16:z", File.NONE, Place.FAR_POINTER, Size.Z),
    MOFFS8("moffs8", File.NONE, Place.MOFFS, 8),
    MOFFSV("moffsv", File.NONE, Place.MOFFS, Size.V),

    SREG("sreg", File.SEGMENT, Place.REG, 16),
    CR("cr", File.CONTROL, Place.REG, Size.MODE),
    DR("dr", File.DEBUG, Place.REG, Size.MODE),
    MM("mm", File.MMX, Place.REG, 64),
    MM_RM("mm@rm", File.MMX, Place.RM_REGISTER, 64),
    MM_M32("mm/m32", File.MMX, Place.RM, 64, 32),
    MM_M64("mm/m64", File.MMX, Place.RM, 64),
    XMM("xmm", File.XMM, Place.REG, 128),
    XMM_RM("xmm@rm", File.XMM, Place.RM_REGISTER, 128),
    XMM_M16("xmm/m16", File.XMM, Place.RM, 128, 16),
    XMM_M32("xmm/m32", File.XMM, Place.RM, 128, 32),
    XMM_M64("xmm/m64", File.XMM, Place.RM, 128, 64),
    XMM_M128("xmm/m128", File.XMM, Place.RM, 128),
    ST_RM("st@rm", File.X87, Place.RM_REGISTER, 80),

    AL("al", File.GPR, 0, 8),
    CL("cl", File.GPR, 1, 8),
    AX("ax", File.GPR, 0, 16),
    DX("dx", File.GPR, 2, 16),
    /** AX, EAX or RAX by operand size. */
    ACC_V("rAX", File.GPR, 0, Size.V),
    /** The accumulator of an IN or OUT: AX or EAX. */
    ACC_Z("eAX", File.GPR, 0, Size.Z),
    ST0("st0", File.X87, 0, 80),
    XMM0("xmm0", File.XMM, 0, 128),
    ES("es", File.SEGMENT, 0, 16),
    CS("cs", File.SEGMENT, 1, 16),
    SS("ss", File.SEGMENT, 2, 16),
    DS("ds", File.SEGMENT, 3, 16),
    FS("fs", File.SEGMENT, 4, 16),
    GS("gs", File.SEGMENT, 5, 16),
    /** The constant 1 of the shift-by-one forms. */
    ONE("1", File.NONE, Place.CONSTANT, 8),

    SI8("[rSI]8", File.NONE, Place.STRING_SOURCE, 8),
    SIV("[rSI]v", File.NONE, Place.STRING_SOURCE, Size.V),
    SIZ("[rSI]z", File.NONE, Place.STRING_SOURCE, Size.Z),
    DI8("[rDI]8", File.NONE, Place.STRING_DESTINATION, 8),
    DIV("[rDI]v", File.NONE, Place.STRING_DESTINATION, Size.V),
    DIZ("[rDI]z", File.NONE, Place.STRING_DESTINATION, Size.Z);

    /** Register file. */
    public enum File { NONE, GPR, SEGMENT, CONTROL, DEBUG, MMX, XMM, X87 }

    /** Where the encoding keeps the operand. */
    public enum Place {
        REG, RM, RM_REGISTER, OPCODE, VVVV, MEMORY, IMMEDIATE, IMMEDIATE_2, RELATIVE, FAR_POINTER, MOFFS, FIXED, CONSTANT,
        /** Memory at DS:rSI, segment override allowed. */
        STRING_SOURCE,
        /** Memory at ES:rDI. */
        STRING_DESTINATION
    }

    /** Widths that depend on the instruction; positive widths are bits. */
    static final class Size {
        static final int V = -1;
        static final int Y = -2;
        static final int Z = -3;
        static final int MODE = -4;
        static final int ADDRESS = -5;

        private Size() {
        }
    }

    /** The name in the table. */
    public final String text;
    public final File file;
    public final Place place;
    /** Register number of {@link Place#FIXED} kinds. */
    public final int fixed;
    final int size;
    final int memorySize;

    OperandKind(String text, File file, Place place, int size) {
        this(text, file, place, 0, size, size);
    }

    OperandKind(String text, File file, Place place, int size, int memorySize) {
        this(text, file, place, 0, size, memorySize);
    }

    OperandKind(String text, File file, int fixed, int size) {
        this(text, file, Place.FIXED, fixed, size, size);
    }

    OperandKind(String text, File file, Place place, int fixed, int size, int memorySize) {
        this.text = text;
        this.file = file;
        this.place = place;
        this.fixed = fixed;
        this.size = size;
        this.memorySize = memorySize;
    }

    /** Width in bits in a decoded instruction; of the memory operand when it is one. */
    public int width(Instruction insn) {
        return resolve(place == Place.RM && insn.mod != 3 ? memorySize : size, insn.operandSize, insn.addressSize, insn.bits);
    }

    /** Width in bits when the operand is a register, immediate or fixed; depends on the sizes in effect. */
    public int width(int operandSize, int addressSize, int bits) {
        return resolve(size, operandSize, addressSize, bits);
    }

    /** Width in bits when the operand is in memory; 0 when memory has no width. */
    public int memoryWidth(int operandSize, int addressSize, int bits) {
        return resolve(memorySize, operandSize, addressSize, bits);
    }

    /** Whether the width, as memory or as register, is the operand size (v). */
    public boolean followsOperandSize(boolean memory) {
        int relevant = memory ? memorySize : size;
        return relevant == Size.V || relevant == Size.Z;
    }

    /** Whether the width is 64 with REX.W and otherwise 32 (y). */
    public boolean followsW(boolean memory) {
        return (memory ? memorySize : size) == Size.Y;
    }

    /** The notation that the SDM's instruction pages use for an operand size: {@code r/m32} for {@link #RMV}. */
    public String describe(int operandSize, int bits) {
        int width = resolve(size, operandSize, bits, bits);
        return switch (this) {
            case ACC_V, ACC_Z -> Gpr.name(Gpr.RAX, width);
            case RV, RV_OP, RV_RM, RY, RY_RM, RY_VVVV, RA_RM, R64_RM, R32_RM, R8_OP -> "r" + width;
            case RMV, RMY -> "r/m" + width;
            case RV_M16 -> "r" + width + "/m16";
            case MV, MY -> "m" + width;
            case M_FAR -> "m16:" + width;
            case M_PAIR -> "m" + width + "&" + width;
            case M_TABLE -> bits == 64 ? "m16&64" : "m16&32";
            case IMM8S, IMM8_2 -> "imm8";
            case IMMZ, IMMV -> "imm" + width;
            case RELZ -> "rel" + width;
            case FAR -> "ptr16:" + width;
            case MOFFSV -> "moffs" + width;
            case ST_RM -> "st(i)";
            default -> text.endsWith("@rm") ? text.substring(0, text.length() - 3) : text;
        };
    }

    /** Resolves a size that may depend on the instruction. */
    static int resolve(int size, int operandSize, int addressSize, int bits) {
        return switch (size) {
            case Size.V -> operandSize;
            case Size.Y -> operandSize == 64 ? 64 : 32;
            case Size.Z -> operandSize == 16 ? 16 : 32;
            case Size.MODE -> bits == 64 ? 64 : 32;
            case Size.ADDRESS -> addressSize;
            default -> size;
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
