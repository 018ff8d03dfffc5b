// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import dev.vmcsmith.x86.Gpr;
import dev.vmcsmith.x86.insn.Encoder;
import dev.vmcsmith.x86.insn.Encoding;
import dev.vmcsmith.x86.insn.Instruction;
import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.Op;
import dev.vmcsmith.x86.insn.OperandKind;
import dev.vmcsmith.x86.insn.OperandKind.File;
import dev.vmcsmith.x86.insn.OperandKind.Place;
import java.util.Arrays;

/** Fits written operands to one row of the table and fills an {@link Instruction} for the encoder. */
final class FormMatcher {
    /** Results in the order in which they are worth telling: a later one came closer. */
    static final int COUNT = 0;
    static final int TYPE = 1;
    static final int SIZE = 2;
    static final int MODE = 3;
    static final int REGISTERS = 4;
    static final int ADDRESS = 5;
    static final int RANGE = 6;
    static final int DISTANCE = 7;
    static final int UNCLEAR_SIZE = 8;
    static final int MATCH = 9;

    private final Instruction insn = new Instruction();
    private final byte[] bytes = new byte[Encoder.MAX_BYTES];
    private final Encoder encoder = new Encoder(bytes);
    private int bits;
    private int operandSize;
    private int wide;
    private boolean highByte;
    private boolean rexByte;
    /** Length of the last match. */
    int length;
    /** Width of an unsized memory operand in the last match, or 0. */
    int assumedWidth;
    /** Address size that a register operand of the address size has, or 0. */
    private int addressWidth;
    /** Operand that did not fit in the last failure, or -1. */
    int culprit;
    /** For RANGE: the bits there are; for DISTANCE: how far the target is. */
    long detail;

    /** Whether the last match depends on its own address. */
    boolean isRelative() {
        return insn.base == Instruction.RIP;
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** Tries a row; operands hold the values of this pass. */
    int match(InstructionForm form, int condition, InstructionStatement statement, Operand[] operands, long address) {
        bits = statement.bits;
        culprit = -1;
        if (form.isString() ? operands.length != 0 : operands.length != form.operands.length) {
            return COUNT;
        }
        operandSize = statement.forcedOperandSize;
        wide = 0;
        highByte = false;
        rexByte = false;
        assumedWidth = 0;
        addressWidth = 0;
        reset(form, condition, statement);
        boolean needsSize = false;
        for (int i = 0; i < operands.length; i++) {
            OperandKind kind = form.operands[i].kind();
            int result = fit(form, kind, operands[i]);
            if (result != MATCH) {
                culprit = i;
                return result;
            }
            needsSize |= operands[i].type != Operand.Type.REGISTER && kind.followsOperandSize(operands[i].type == Operand.Type.MEMORY);
        }
        int sizes = sizes(form, needsSize);
        culprit = operands.length == 0 ? -1 : 0;
        if (sizes != MATCH && sizes != UNCLEAR_SIZE) {
            return sizes;
        }
        if (!form.validIn(bits) || !AddressMatcher.exists(insn.addressSize, bits)) {
            return MODE;
        }
        int values = values(form, operands, address);
        if (values == MATCH && addressWidth != 0 && insn.addressSize != addressWidth) {
            return SIZE;
        }
        return values != MATCH ? values : sizes;
    }

    private void reset(InstructionForm form, int condition, InstructionStatement statement) {
        insn.form = form;
        insn.bits = bits;
        insn.condition = Math.max(condition, 0);
        insn.lock = statement.lock;
        insn.rep = statement.rep;
        insn.repne = statement.repne;
        insn.segmentOverride = statement.segment;
        insn.addressSize = form.encoding.addressSize != 0 ? form.encoding.addressSize
            : statement.forcedAddressSize != 0 ? statement.forcedAddressSize : bits;
        insn.mod = 3;
        insn.reg = 0;
        insn.rm = 0;
        insn.vvvv = 0;
        insn.base = Instruction.NONE;
        insn.index = Instruction.NONE;
        insn.scale = 1;
        insn.disp = 0;
        insn.imm = 0;
        insn.imm2 = 0;
        insn.rex = 0;
        insn.vexL = false;
    }

    private int fit(InstructionForm form, OperandKind kind, Operand operand) {
        return switch (operand.type) {
            case REGISTER -> register(form, kind, operand.register);
            case MEMORY -> memory(form, kind, operand);
            case FAR -> kind.place == Place.FAR_POINTER ? hint(operand.size) : TYPE;
            case IMMEDIATE -> immediateKind(kind, operand);
        };
    }

    private int register(InstructionForm form, OperandKind kind, Register register) {
        boolean place = switch (kind.place) {
            case REG, RM, RM_REGISTER, OPCODE, VVVV, FIXED -> true;
            default -> false;
        };
        if (!place || kind.file != register.file() || register.isInstructionPointer()) {
            return TYPE;
        }
        int number = register.number();
        if (kind.place == Place.FIXED && number != kind.fixed) {
            return TYPE;
        }
        if (kind.file == File.GPR) {
            int result = width(form, kind, register.width());
            if (result != MATCH) {
                return result;
            }
            highByte |= number >= Gpr.AH;
            rexByte |= register.isByteNeedingRex();
            number = number >= Gpr.AH ? number - Gpr.AH + 4 : number;
        }
        switch (kind.place) {
            case REG -> insn.reg = number;
            case VVVV -> insn.vvvv = number;
            case FIXED -> {
            }
            default -> insn.rm = number;
        }
        return MATCH;
    }

    private int width(InstructionForm form, OperandKind kind, int width) {
        if (kind.followsOperandSize(false)) {
            return width == 8 || kind == OperandKind.ACC_Z && width == 64 ? SIZE : hint(width);
        }
        if (kind.followsW(false)) {
            return width < 32 ? SIZE : widen(width);
        }
        if (kind == OperandKind.RA || kind == OperandKind.RA_RM) {
            addressWidth = insn.addressSize = width;
            return AddressMatcher.exists(width, bits) ? MATCH : SIZE;
        }
        boolean anyWidth = form.op == Op.MOV_TO_SREG && width != 8;
        return anyWidth || kind.width(bits, bits, bits) == width ? MATCH : SIZE;
    }

    private int hint(int size) {
        if (size == 0 || size == operandSize) {
            return MATCH;
        }
        if (operandSize != 0 || size != 16 && size != 32 && size != 64) {
            return SIZE;
        }
        operandSize = size;
        return MATCH;
    }

    private int widen(int width) {
        if (wide != 0 && wide != width) {
            return SIZE;
        }
        wide = width;
        return MATCH;
    }

    private int memory(InstructionForm form, OperandKind kind, Operand operand) {
        if (kind.place != Place.RM && kind.place != Place.MEMORY && kind.place != Place.MOFFS) {
            return TYPE;
        }
        if (kind.place == Place.MOFFS && (operand.base != null || operand.index != null || operand.relative)) {
            return TYPE;
        }
        boolean farKind = kind == OperandKind.M_FAR && form.has(InstructionForm.A_BRANCH);
        if (farKind != (operand.distance == Operand.Distance.FAR)) {
            return TYPE;
        }
        if (kind.followsOperandSize(true)) {
            int size = kind == OperandKind.M_FAR && operand.size == 48 ? 32 : operand.size;
            return hint(size);
        }
        if (kind.followsW(true)) {
            return operand.size == 0 ? MATCH : operand.size == 32 || operand.size == 64 ? widen(operand.size) : SIZE;
        }
        int width = kind.memoryWidth(bits, bits, bits);
        if (operand.size == 0) {
            assumedWidth = width;
        }
        return operand.size == 0 || width == 0 || width == operand.size ? MATCH : SIZE;
    }

    private int immediateKind(OperandKind kind, Operand operand) {
        int size = operand.size;
        switch (kind.place) {
            case RELATIVE -> {
                Operand.Distance other = kind == OperandKind.REL8 ? Operand.Distance.NEAR : Operand.Distance.SHORT;
                return operand.distance == other ? DISTANCE : hint(size);
            }
            case CONSTANT -> {
                return operand.number == 1 && !operand.unknown && !operand.unstable && (size == 0 || size == 8) ? MATCH : TYPE;
            }
            case IMMEDIATE, IMMEDIATE_2 -> {
                if (size == 0) {
                    return MATCH;
                }
                return switch (kind) {
                    case IMM8S -> size == 8 ? MATCH : hint(size);
                    case IMMZ, IMMV -> hint(size);
                    default -> size == kind.width(bits, bits, bits) ? MATCH : SIZE;
                };
            }
            default -> {
                return TYPE;
            }
        }
    }

    /** Settles the operand size. */
    private int sizes(InstructionForm form, boolean needsSize) {
        Encoding encoding = form.encoding;
        int natural = Encoder.naturalSize(form, bits);
        int result = MATCH;
        if (encoding.operandSize > 0) {
            if (hint(encoding.operandSize) != MATCH) {
                return SIZE;
            }
        } else if (encoding.operandSize == Encoding.SIZE_NOT_16 && operandSize == 0) {
            operandSize = Math.max(32, natural);
        }
        if (wide != 0) {
            if (operandSize != 0 && (operandSize == 64) != (wide == 64)) {
                return SIZE;
            }
            operandSize = wide == 64 ? 64 : operandSize != 0 ? operandSize : natural == 64 ? 32 : natural;
        }
        if (operandSize == 0) {
            boolean byDefault = form.has(InstructionForm.A_STACK) || form.has(InstructionForm.A_BRANCH) || form.op == Op.NOP;
            if (needsSize && !byDefault) {
                result = UNCLEAR_SIZE;
            }
            operandSize = natural;
        }
        if (operandSize == 64 && bits != 64) {
            return MODE;
        }
        if (bits == 64 && natural == 64 && (operandSize == 32 || operandSize == 16 && form.has(InstructionForm.A_FORCE_64))) {
            return MODE;
        }
        insn.operandSize = operandSize;
        return result;
    }

    private int values(InstructionForm form, Operand[] operands, long address) {
        Operand relative = null;
        for (int i = 0; i < operands.length; i++) {
            Operand operand = operands[i];
            OperandKind kind = form.operands[i].kind();
            culprit = i;
            switch (operand.type) {
                case MEMORY -> {
                    int result = kind.place == Place.MOFFS ? offset(operand) : AddressMatcher.fill(operand, bits, insn);
                    if (result != MATCH) {
                        detail = operand.number;
                        return result;
                    }
                    relative = operand.relative && bits == 64 ? operand : relative;
                    assumedWidth = operand.size == 0 ? kind.memoryWidth(operandSize, insn.addressSize, bits) : assumedWidth;
                }
                case FAR -> {
                    insn.imm = operand.number;
                    insn.imm2 = operand.extraNumber;
                    if (!fits(operand.number, operandSize == 16 ? 16 : 32) || !fits(operand.extraNumber, 16)) {
                        detail = fits(operand.extraNumber, 16) ? operandSize == 16 ? 16 : 32 : 16;
                        return RANGE;
                    }
                }
                case IMMEDIATE -> {
                    if (kind.place == Place.RELATIVE) {
                        relative = operand;
                    } else if (kind.place != Place.CONSTANT && !immediate(kind, operand.number)) {
                        return RANGE;
                    }
                }
                case REGISTER -> {
                }
            }
        }
        culprit = -1;
        return encode(form, relative, address);
    }

    private int encode(InstructionForm form, Operand relative, long address) {
        insn.rex = rexByte ? 0x40 : 0;
        if (form.op == Op.XCHG && form.encoding.span == Encoding.SPAN_REGISTER && insn.rm == 0) {
            return TYPE;
        }
        length = encoder.encode(insn);
        if (length == 0 || rexByte && bits != 64) {
            return REGISTERS;
        }
        if (highByte && (rexByte || hasRex())) {
            return REGISTERS;
        }
        if (relative == null) {
            return MATCH;
        }
        long distance = relative.unknown ? 0 : relative.number - (address + length);
        if (relative.type == Operand.Type.MEMORY) {
            insn.disp = distance;
            detail = distance;
            encoder.encode(insn);
            return distance == (int) distance ? MATCH : DISTANCE;
        }
        boolean isShort = form.operands[form.operands.length - 1].kind() == OperandKind.REL8;
        distance = operandSize == 16 ? (short) distance : operandSize == 32 ? (int) distance : distance;
        detail = distance;
        insn.imm = distance;
        encoder.encode(insn);
        return isShort ? distance == (byte) distance ? MATCH : DISTANCE : distance == (int) distance ? MATCH : DISTANCE;
    }

    private boolean hasRex() {
        return bits == 64 && (insn.reg >= Gpr.R8 || insn.rm >= Gpr.R8 || insn.base >= Gpr.R8 && insn.base != Instruction.RIP
            || insn.index >= Gpr.R8 || insn.operandSize == 64 && Encoder.naturalSize(insn.form, bits) != 64);
    }

    private int offset(Operand operand) {
        if (operand.addressHint != 0) {
            insn.addressSize = operand.addressHint;
            if (!AddressMatcher.exists(insn.addressSize, bits)) {
                return ADDRESS;
            }
        } else if (insn.addressSize == 64 && operand.number == (int) operand.number) {
            return ADDRESS;
        }
        insn.segmentOverride = operand.segment >= 0 ? operand.segment : insn.segmentOverride;
        insn.disp = operand.number;
        return insn.addressSize == 64 || fits(operand.number, insn.addressSize) ? MATCH : ADDRESS;
    }

    private boolean immediate(OperandKind kind, long value) {
        int width = kind.width(operandSize, operandSize, bits);
        detail = width;
        if (kind == OperandKind.IMM8_2) {
            insn.imm2 = value;
            return fits(value, 8);
        }
        insn.imm = value;
        return switch (kind) {
            case IMM8S -> {
                long signed = operandSize == 64 ? value : operandSize == 32 ? (int) value : (short) value;
                yield signed == (byte) signed && (operandSize == 64 || fits(value, operandSize));
            }
            case IMMZ -> operandSize == 64 ? value == (int) value : fits(value, width);
            default -> width == 64 || fits(value, width);
        };
    }

    /** Whether a value fits as a signed or unsigned number. */
    static boolean fits(long value, int width) {
        return width >= 64 || value >= -(1L << width - 1) && value < 1L << width;
    }
}
