// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.x86.insn.DecodeStatus;
import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Encoder;
import dev.vmcsmith.x86.insn.Encoding;
import dev.vmcsmith.x86.insn.Instruction;
import dev.vmcsmith.x86.insn.InstructionForm;
import dev.vmcsmith.x86.insn.InstructionForm.Operand;
import dev.vmcsmith.x86.insn.Op;
import dev.vmcsmith.x86.insn.OperandKind;
import dev.vmcsmith.x86.insn.OperandKind.File;
import dev.vmcsmith.x86.insn.OperandKind.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes random cases of a table row: registers, addressing forms, immediates, and a start state in which memory operands lie in the
 * test's memory.
 */
final class CaseGenerator {
    private final Randomness random;
    private final byte[] bytes = new byte[Encoder.MAX_BYTES];
    private final Encoder encoder = new Encoder(bytes);
    private final Decoder decoder = new Decoder();
    private final Instruction decoded = new Instruction();

    CaseGenerator(long seed) {
        random = new Randomness(seed);
    }

    /** The operand sizes that the row can have in code of a size. */
    List<Integer> sizes(InstructionForm form, int bits) {
        List<Integer> sizes = new ArrayList<>();
        if (!form.validIn(bits) || form.has(InstructionForm.A_ASSEMBLE_ONLY)) {
            return sizes;
        }
        for (int size : new int[] {16, 32, 64}) {
            boolean branch = form.has(InstructionForm.A_BRANCH) && size == 16;
            boolean undefined = form.op == Op.BSWAP && size == 16;
            if (size > bits || branch || undefined) {
                continue;
            }
            for (int tries = 0; tries < 4; tries++) {
                if (encode(fill(form, bits, size)) != null && decoded.operandSize == size) {
                    sizes.add(size);
                    break;
                }
            }
        }
        return sizes;
    }

    Case next(Shape shape, boolean floats) {
        return next(shape, floats, random.nextLong());
    }

    /** A case whose start state has a certain seed. */
    Case next(Shape shape, boolean floats, long seed) {
        InstructionForm form = shape.form();
        int bits = shape.bits();
        int operandSize = shape.operandSize();
        while (true) {
            Instruction insn = fill(form, bits, operandSize);
            byte[] code = encode(insn);
            if (code == null || decoded.operandSize != operandSize || offsetMovesOperand(insn) || jumpsToStack(insn)) {
                continue;
            }
            Case c = new Case(form, bits, floats, code, seed);
            int scratch = ProcessorState.MEMORY / 2 - 16;
            long target = ProcessorState.DATA + scratch + random.nextInt(64);
            if (form.has(InstructionForm.A_ALIGNED) && random.nextInt(16) != 0) {
                target &= ~15;
            }
            if (insn.hasModrmMemory()) {
                byte[] placed = place(c, insn, code, target);
                if (placed == null) {
                    continue;
                }
            }
            CaseNeeds.prepare(c, decoded, target, random);
            return c;
        }
    }

    /** A bit offset in a register that also is part of the address cannot be kept in the test's memory. */
    private static boolean offsetMovesOperand(Instruction insn) {
        return switch (insn.form.op) {
            case BT, BTS, BTR, BTC -> insn.hasModrmMemory() && insn.form.operands[1].kind().place == Place.REG
                && (insn.reg == insn.base || insn.reg == insn.index);
            default -> false;
        };
    }

    private static boolean jumpsToStack(Instruction insn) {
        return (insn.form.op == Op.JMP || insn.form.op == Op.CALL) && !insn.hasModrmMemory() && insn.form.operands[0].kind().place == Place.RM
            && insn.rm == Cpu.RSP;
    }

    private byte[] encode(Instruction insn) {
        int length = encoder.encode(insn);
        if (length <= 0 || length > 15 || decoder.decode(bytes, 0, length, insn.bits, decoded) != DecodeStatus.OK || decoded.length != length) {
            return null;
        }
        return decoded.form == insn.form || insn.form.has(InstructionForm.A_DECODE_ONLY) && decoded.form.op == insn.form.op
            ? Arrays.copyOf(bytes, length) : null;
    }

    /** Sets base and index so that the operand is at {@code target}; a RIP-relative operand gets its displacement. */
    private byte[] place(Case c, Instruction insn, byte[] code, long target) {
        if (insn.base == Instruction.RIP) {
            insn.disp = target - ProcessorState.CODE - code.length;
            byte[] again = encode(insn);
            if (again == null || again.length != code.length) {
                return null;
            }
            System.arraycopy(again, 0, code, 0, code.length);
            return code;
        }
        if (insn.base < 0) {
            return insn.form.op == Op.LEA || insn.form.op == Op.NOP ? code : null;
        }
        long index = 0;
        if (insn.index >= 0) {
            index = random.nextInt(4) == 0 ? Case.integer(random) : random.nextInt(1000) - 500;
            c.set(insn.index, c.bits == 32 ? index & 0xFFFFFFFFL : index);
        }
        long base = target - index * insn.scale - insn.disp;
        if (insn.addressSize == 32) {
            base = base & 0xFFFFFFFFL | (c.bits == 64 ? random.nextLong() << 32 : 0);
        }
        c.set(insn.base, base);
        return code;
    }

    // --- random instructions -----------------------------------------------------------------------------------------------------------

    private Instruction fill(InstructionForm form, int bits, int operandSize) {
        Instruction insn = new Instruction();
        insn.form = form;
        insn.bits = bits;
        insn.operandSize = operandSize;
        insn.addressSize = form.encoding.addressSize != 0 ? form.encoding.addressSize : bits;
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
        boolean bytes = false;
        for (Operand operand : form.operands) {
            OperandKind kind = operand.kind();
            switch (kind.place) {
                case REG -> insn.reg = register(kind.file, registers);
                case RM -> memory |= form.encoding.mod != 3 && random.nextBoolean();
                case RM_REGISTER -> insn.rm = register(kind.file, registers);
                case OPCODE -> insn.rm = form.op == Op.XCHG ? 1 + random.nextInt(registers - 1) : random.nextInt(registers);
                case VVVV -> insn.vvvv = random.nextInt(registers);
                case MOFFS -> insn.disp = ProcessorState.DATA + random.nextInt(ProcessorState.MEMORY - 8);
                default -> { }
            }
            if (kind.place == Place.RM && kind.file == File.MMX) {
                insn.rm &= 7;
            }
            bytes |= kind.file == File.GPR && kind.width(64, 64, 64) == 8;
        }
        if (memory) {
            address(insn, registers);
        } else if (form.isString() && bits == 64 && random.nextInt(8) == 0) {
            insn.addressSize = 32;
        }
        if (bits == 64 && bytes) {
            insn.rex = random.nextBoolean() ? 0x40 : 0;
        }
        insn.lock = form.has(InstructionForm.A_LOCK) && insn.mod != 3 && random.nextInt(8) == 0;
        if (form.has(InstructionForm.A_REP) || form.has(InstructionForm.A_REPCC)) {
            insn.rep = random.nextBoolean();
            insn.repne = !insn.rep && form.has(InstructionForm.A_REPCC) && random.nextBoolean();
        }
        immediates(insn);
        return insn;
    }

    private int register(File file, int registers) {
        return switch (file) {
            case CONTROL -> new int[] {0, 2, 3, 4}[random.nextInt(4)];
            case SEGMENT -> random.nextInt(6);
            case DEBUG, MMX, X87 -> random.nextInt(8);
            default -> random.nextInt(registers);
        };
    }

    private void address(Instruction insn, int registers) {
        insn.mod = 0;
        insn.rm = 0;
        insn.addressSize = insn.bits == 64 && random.nextInt(8) == 0 && insn.form.encoding.addressSize == 0 ? 32 : insn.bits;
        if (insn.bits == 64 && insn.addressSize == 64 && random.nextInt(8) == 0) {
            insn.base = Instruction.RIP;
            return;
        }
        insn.disp = random.nextInt(3) == 0 ? 0 : random.nextBoolean() ? (byte) random.nextInt() : random.nextInt();
        do {
            insn.base = random.nextInt(registers);
        } while (insn.base == Cpu.RSP);
        if (random.nextBoolean()) {
            insn.index = random.nextInt(registers);
            insn.index = insn.index == Cpu.RSP || insn.index == insn.base ? Instruction.NONE : insn.index;
            insn.scale = insn.index < 0 ? 1 : 1 << random.nextInt(4);
        }
    }

    private void immediates(Instruction insn) {
        insn.imm = random.nextInt(3) == 0 ? (byte) random.nextInt() : Case.integer(random);
        insn.imm2 = random.nextInt(8);
        if (insn.form.op == Op.ENTER) {
            insn.imm = random.nextInt(64);
        }
        for (Operand operand : insn.form.operands) {
            if (operand.kind() == OperandKind.RELZ) {
                insn.imm = distance(900);
            } else if (operand.kind() == OperandKind.REL8) {
                insn.imm = distance(128);
            }
        }
    }

    /** A branch distance that leaves the instruction, but not the page. */
    private int distance(int limit) {
        int d = 16 + random.nextInt(limit - 16);
        return random.nextBoolean() ? d : -d;
    }
}
