// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.insn;

import dev.vmcsmith.x86.Gpr;
import dev.vmcsmith.x86.Seg;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Encodes random instances of table rows: every mode and operand size that a row has, with random registers, addresses and immediates. */
public final class Samples {
    /** An encoded instance of a row. */
    public record Sample(InstructionForm form, int bits, byte[] code) {
    }

    private static final int[] CONTROL = {0, 2, 3, 4, 8};
    private static final int[] SEGMENT = {0, 2, 3, 4, 5};

    private final Random random;
    private final byte[] bytes = new byte[Encoder.MAX_BYTES];
    private final Encoder encoder = new Encoder(bytes);

    public Samples(long seed) {
        random = new Random(seed);
    }

    /** Instances of a row in code of a size, {@code count} for each operand size. */
    public List<Sample> of(InstructionForm form, int bits, int count) {
        List<Sample> samples = new ArrayList<>();
        if (!form.validIn(bits) || form.has(InstructionForm.A_ASSEMBLE_ONLY)) {
            return samples;
        }
        for (int operandSize = 16; operandSize <= bits || operandSize == 32 && bits == 16; operandSize *= 2) {
            if (!takes(form, operandSize, bits)) {
                continue;
            }
            for (int i = 0; i < count; i++) {
                Instruction insn = fill(form, bits, operandSize);
                int length = encoder.encode(insn);
                if (length > 0) {
                    samples.add(new Sample(form, bits, Arrays.copyOf(bytes, length)));
                }
            }
        }
        return samples;
    }

    private static boolean takes(InstructionForm form, int operandSize, int bits) {
        Encoding encoding = form.encoding;
        int natural = Encoder.naturalSize(form, bits);
        boolean follows = form.hidesOperandSize();
        boolean y = false;
        for (InstructionForm.Operand operand : form.operands) {
            follows |= operand.kind().followsOperandSize(true) || operand.kind().followsOperandSize(false);
            y |= operand.kind().followsW(true) || operand.kind().followsW(false);
        }
        if (encoding.operandSize > 0) {
            return encoding.operandSize == operandSize;
        }
        if (encoding.operandSize == Encoding.SIZE_NOT_16) {
            return operandSize == Math.max(32, natural);
        }
        if (bits == 64 && natural == 64 && (operandSize == 32 || operandSize == 16 && form.has(InstructionForm.A_FORCE_64))) {
            return false;
        }
        if (operandSize == 64 && form.operands.length > 0 && (form.operands[0].kind() == OperandKind.ACC_Z
                || form.operands.length > 1 && form.operands[1].kind() == OperandKind.ACC_Z)) {
            return false;
        }
        boolean fixed = encoding.prefix == Encoding.PREFIX_NP || encoding.prefix == Encoding.PREFIX_66;
        return operandSize == natural || operandSize == 64 && (follows || y) && encoding.w != 0 || follows && !fixed;
    }

    private Instruction fill(InstructionForm form, int bits, int operandSize) {
        Instruction insn = new Instruction();
        insn.form = form;
        insn.bits = bits;
        insn.operandSize = operandSize;
        insn.addressSize = bits;
        insn.segmentOverride = Instruction.NONE;
        insn.mod = 3;
        insn.condition = random.nextInt(16);
        insn.base = Instruction.NONE;
        insn.index = Instruction.NONE;
        insn.scale = 1;
        int registers = bits == 64 ? 16 : 8;
        if (form.encoding.modrm) {
            insn.reg = random.nextInt(registers);
            insn.rm = random.nextInt(registers);
        }
        boolean memory = form.encoding.mod == Encoding.MOD_MEMORY;
        for (InstructionForm.Operand operand : form.operands) {
            OperandKind kind = operand.kind();
            switch (kind.place) {
                case REG -> insn.reg = register(kind, operand.access(), registers);
                case RM -> memory |= random.nextBoolean();
                case RM_REGISTER -> insn.rm = register(kind, operand.access(), registers);
                case OPCODE -> insn.rm = form.op == Op.XCHG ? 1 + random.nextInt(registers - 1) : random.nextInt(registers);
                case VVVV -> insn.vvvv = random.nextInt(registers);
                case MOFFS -> insn.disp = bits == 64 ? random.nextLong() : bits == 32 ? random.nextInt() & 0xFFFF_FFFFL
                    : random.nextInt(65536);
                default -> {
                }
            }
            if (kind.place == OperandKind.Place.RM && (kind.file == OperandKind.File.MMX)) {
                insn.rm &= 7;
            }
        }
        if (form.encoding.addressSize != 0) {
            insn.addressSize = form.encoding.addressSize;
        }
        if (memory) {
            address(insn, registers);
            int natural = insn.base == Gpr.RSP || insn.base == Gpr.RBP ? Seg.SS : Seg.DS;
            insn.segmentOverride = insn.segmentOverride == natural ? Instruction.NONE : insn.segmentOverride;
        }
        if (bits == 64 && byteOperand(form)) {
            insn.rex = random.nextBoolean() ? 0x40 : 0;
        }
        if (form.has(InstructionForm.A_LOCK) && insn.mod != 3) {
            insn.lock = random.nextInt(4) == 0;
        }
        if (form.has(InstructionForm.A_REP) || form.has(InstructionForm.A_REPCC)) {
            insn.rep = random.nextBoolean();
            insn.repne = !insn.rep && form.has(InstructionForm.A_REPCC) && random.nextBoolean();
        }
        immediates(insn);
        return insn;
    }

    private static boolean byteOperand(InstructionForm form) {
        for (InstructionForm.Operand operand : form.operands) {
            if (operand.kind().file == OperandKind.File.GPR && operand.kind().width(64, 64, 64) == 8) {
                return true;
            }
        }
        return false;
    }

    private int register(OperandKind kind, Access access, int registers) {
        return switch (kind.file) {
            case CONTROL -> CONTROL[random.nextInt(registers == 16 ? 5 : 4)];
            case SEGMENT -> access.writes() ? SEGMENT[random.nextInt(5)] : random.nextInt(6);
            case DEBUG, MMX, X87 -> random.nextInt(8);
            default -> random.nextInt(registers);
        };
    }

    private void address(Instruction insn, int registers) {
        insn.mod = 0;
        insn.rm = 0;
        if (random.nextInt(8) == 0 && insn.form.encoding.addressSize == 0) {
            insn.addressSize = insn.bits == 32 ? 16 : 32;
        }
        if (random.nextInt(5) == 0) {
            insn.segmentOverride = insn.bits == 64 ? 4 + random.nextInt(2) : random.nextInt(6);
        }
        int wide = random.nextInt(3);
        insn.disp = wide == 0 ? 0 : wide == 1 ? (byte) random.nextInt() : insn.addressSize == 16 ? (short) random.nextInt()
            : random.nextInt();
        if (insn.addressSize == 16) {
            address16(insn);
            return;
        }
        int shape = random.nextInt(6);
        if (shape == 0 && insn.bits == 64 && insn.addressSize == 64) {
            insn.base = Instruction.RIP;
            insn.segmentOverride = Instruction.NONE;
        } else if (shape > 1) {
            insn.base = random.nextInt(registers);
        }
        if (shape > 3 || shape == 1 && random.nextBoolean()) {
            insn.index = random.nextInt(registers);
            insn.index = insn.index == Gpr.RSP ? Instruction.NONE : insn.index;
            insn.scale = insn.index < 0 ? 1 : 1 << random.nextInt(4);
            if (insn.base < 0 && insn.scale == 1) {
                insn.index = Instruction.NONE;
            }
        }
    }

    private void address16(Instruction insn) {
        insn.base = new int[] {-1, Gpr.RBX, Gpr.RBP, Gpr.RSI, Gpr.RDI}[random.nextInt(5)];
        if (insn.base == Gpr.RBX || insn.base == Gpr.RBP) {
            insn.index = new int[] {-1, Gpr.RSI, Gpr.RDI}[random.nextInt(3)];
        }
    }

    private void immediates(Instruction insn) {
        insn.imm = random.nextLong();
        if (random.nextInt(3) == 0) {
            insn.imm = (byte) insn.imm;
        }
        insn.imm2 = random.nextInt(65536);
        if (insn.form.immediate == ImmediateLayout.REL_Z && insn.operandSize != 16) {
            insn.imm = insn.imm & 0xFF_FFFF | 0x1_0000;
        } else if (insn.form.immediate == ImmediateLayout.REL_Z) {
            insn.imm = 0x1234;
        }
    }
}
