// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine.jit;

import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.isa.Alu;
import dev.vmcsmith.machine.isa.Conditions;
import dev.vmcsmith.machine.isa.ControlFlow;
import dev.vmcsmith.machine.isa.MultiplyDivide;
import dev.vmcsmith.machine.isa.Shifts;
import dev.vmcsmith.x86.insn.Op;
import java.util.Locale;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Code of the commonest instructions with their operands as constants: it fetches the operands, calls the operation that the handlers of
 * {@code isa} call too, and stores the result. All others are calls of their handlers.
 */
final class InsnCode {
    private final OperandCode operands;
    private final MethodVisitor m;

    InsnCode(MethodVisitor m) {
        this.m = m;
        this.operands = new OperandCode(m);
    }

    /** Writes the code of one instruction; false when it is none of them and nothing has been written. */
    boolean write(Insn i) {
        if (!i.plain) {
            return false;
        }
        Op op = i.decoded.op();
        switch (op) {
            case ADD, ADC, SUB, SBB, AND, OR, XOR -> binary(i, operation(op));
            case CMP -> compare(i, "sub");
            case TEST -> compare(i, "and");
            case INC, DEC, NEG -> unary(i, operation(op));
            case SHL, SHR, SAR -> {
                if (i.memory || Shifts.fixedCount(i) == 0) {
                    return false;
                }
                shift(i, operation(op));
            }
            case IMUL_REG -> multiply(i);
            case MOV -> move(i);
            case MOVZX -> extend(i);
            case LEA -> {
                operands.address(i);
                operands.storeReg(i);
            }
            case JCC -> jcc(i);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The method that does it. */
    private static String operation(Op op) {
        return op.name().toLowerCase(Locale.ROOT);
    }

    private static boolean modifiesMemory(Insn i) {
        return i.memory && (i.immediateOperand || i.memoryIsDestination);
    }

    private void binary(Insn i, String operation) {
        if (modifiesMemory(i)) {
            operands.startModify(i);
            source(i);
            operate(i, operation);
            operands.finishModify();
        } else {
            first(i);
            source(i);
            operate(i, operation);
            store(i);
        }
    }

    private void compare(Insn i, String operation) {
        if (modifiesMemory(i)) {
            operands.processor();
            operands.memory(i, i.width);
        } else {
            first(i);
        }
        source(i);
        operate(i, operation);
        m.visitInsn(Opcodes.POP2);
    }

    /** The processor and the operand that is a register and the destination. */
    private void first(Insn i) {
        operands.processor();
        if (i.memory) {
            operands.reg(i);
        } else {
            operands.rm(i);
        }
    }

    /** The second operand. */
    private void source(Insn i) {
        if (i.immediateOperand) {
            m.visitLdcInsn(i.imm);
        } else if (i.memory && !i.memoryIsDestination) {
            operands.memory(i, i.width);
        } else {
            operands.reg(i);
        }
    }

    private void operate(Insn i, String operation) {
        m.visitLdcInsn(i.shift);
        operands.call(Alu.class, operation, long.class, OperandCode.PROCESSOR_TYPE, long.class, long.class, int.class);
    }

    private void store(Insn i) {
        if (i.memory) {
            operands.storeReg(i);
        } else {
            operands.storeRm(i);
        }
    }

    private void unary(Insn i, String operation) {
        if (i.memory) {
            operands.startModify(i);
        } else {
            operands.processor();
            operands.rm(i);
        }
        m.visitLdcInsn(i.shift);
        operands.call(Alu.class, operation, long.class, OperandCode.PROCESSOR_TYPE, long.class, int.class);
        if (i.memory) {
            operands.finishModify();
        } else {
            operands.storeRm(i);
        }
    }

    private void shift(Insn i, String operation) {
        operands.processor();
        operands.rm(i);
        operands.mask(i.mask);
        m.visitLdcInsn(Shifts.fixedCount(i));
        m.visitLdcInsn(i.shift);
        operands.call(Shifts.class, operation, long.class, OperandCode.PROCESSOR_TYPE, long.class, int.class, int.class);
        operands.storeRm(i);
    }

    private void multiply(Insn i) {
        operands.processor();
        if (i.immediateOperand) {
            m.visitLdcInsn(i.imm);
        } else {
            operands.reg(i);
        }
        if (i.memory) {
            operands.memory(i, i.width);
        } else {
            operands.rm(i);
        }
        m.visitLdcInsn(i.shift);
        operands.call(MultiplyDivide.class, "multiply", long.class, OperandCode.PROCESSOR_TYPE, long.class, long.class, int.class);
        operands.storeReg(i);
    }

    private void move(Insn i) {
        if (modifiesMemory(i)) {
            operands.startStore(i);
            source(i);
            operands.finishStore(i);
        } else {
            source(i);
            store(i);
        }
    }

    private void extend(Insn i) {
        if (i.memory) {
            operands.memory(i, i.sourceWidth);
        } else {
            operands.rm(i);
            operands.mask(-1L >>> 64 - i.sourceWidth);
        }
        operands.storeReg(i);
    }

    /** Goes to a label when a conditional jump is not taken. */
    void branchUnless(Insn i, Label on) {
        operands.processor();
        m.visitLdcInsn(i.condition);
        operands.call(Conditions.class, "test", boolean.class, OperandCode.PROCESSOR_TYPE, int.class);
        m.visitJumpInsn(Opcodes.IFEQ, on);
    }

    private void jcc(Insn i) {
        Label on = new Label();
        branchUnless(i, on);
        operands.processor();
        m.visitLdcInsn(i.imm);
        m.visitLdcInsn(i.mask);
        operands.call(ControlFlow.class, "taken", void.class, OperandCode.PROCESSOR_TYPE, long.class, long.class);
        m.visitLabel(on);
    }
}
