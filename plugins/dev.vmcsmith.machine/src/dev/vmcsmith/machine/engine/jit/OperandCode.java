// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine.jit;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.mmu.Mmu;
import java.lang.invoke.MethodType;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Code that fetches and stores operands: the counterpart of the accessors of {@link Cpu} that take an instruction. */
final class OperandCode {
    static final Class<?> PROCESSOR_TYPE = Cpu.class;
    private static final String CPU = Type.getInternalName(Cpu.class), MMU = Type.getInternalName(Mmu.class);
    /** The local variable that holds the processor. */
    static final int PROCESSOR = 1;
    /** A local variable that is free. */
    static final int TEMPORARY = 8;

    private final MethodVisitor m;

    OperandCode(MethodVisitor m) {
        this.m = m;
    }

    void processor() {
        m.visitVarInsn(Opcodes.ALOAD, PROCESSOR);
    }

    void call(Class<?> type, String name, Class<?> result, Class<?>... parameters) {
        m.visitMethodInsn(Opcodes.INVOKESTATIC, Type.getInternalName(type), name,
            MethodType.methodType(result, parameters).toMethodDescriptorString(), false);
    }

    private void mmu() {
        processor();
        m.visitFieldInsn(Opcodes.GETFIELD, CPU, "mmu", Type.getDescriptor(Mmu.class));
    }

    private void callMmu(String name, Class<?> result, Class<?>... parameters) {
        m.visitMethodInsn(Opcodes.INVOKEVIRTUAL, MMU, name, MethodType.methodType(result, parameters).toMethodDescriptorString(), false);
    }

    /** The value on the stack with the bits outside of the mask cleared. */
    void mask(long mask) {
        if (mask != -1) {
            m.visitLdcInsn(mask);
            m.visitInsn(Opcodes.LAND);
        }
    }

    // --- registers -------------------------------------------------------------------------------------------------------

    /** The r/m register, with anything above its width. */
    void rm(Insn i) {
        register(i.rm);
        shiftRight(i.rmShift);
    }

    void reg(Insn i) {
        register(i.reg);
        shiftRight(i.regShift);
    }

    private void register(int slot) {
        processor();
        m.visitFieldInsn(Opcodes.GETFIELD, CPU, "gpr", "[J");
        m.visitLdcInsn(slot);
        m.visitInsn(Opcodes.LALOAD);
    }

    private void shiftRight(int count) {
        if (count != 0) {
            m.visitLdcInsn(count);
            m.visitInsn(Opcodes.LUSHR);
        }
    }

    /** Stores the value on the stack in the r/m register. */
    void storeRm(Insn i) {
        store(i, i.rm, i.rmShift, i.rmKeep);
    }

    void storeReg(Insn i) {
        store(i, i.reg, i.regShift, i.regKeep);
    }

    private void store(Insn i, int slot, int shift, long keep) {
        mask(i.mask);
        if (shift != 0) {
            m.visitLdcInsn(shift);
            m.visitInsn(Opcodes.LSHL);
        }
        if (keep != 0) {
            register(slot);
            mask(keep);
            m.visitInsn(Opcodes.LOR);
        }
        m.visitVarInsn(Opcodes.LSTORE, TEMPORARY);
        processor();
        m.visitFieldInsn(Opcodes.GETFIELD, CPU, "gpr", "[J");
        m.visitLdcInsn(slot);
        m.visitVarInsn(Opcodes.LLOAD, TEMPORARY);
        m.visitInsn(Opcodes.LASTORE);
    }

    // --- memory ----------------------------------------------------------------------------------------------------------

    /** Offset of the memory operand within its segment, as {@link Cpu#ea}. */
    void address(Insn i) {
        m.visitLdcInsn(i.disp);
        if (i.base != Insn.ZERO) {
            register(i.base);
            m.visitInsn(Opcodes.LADD);
        }
        if (i.index != Insn.ZERO) {
            register(i.index);
            if (i.scale != 0) {
                m.visitLdcInsn(i.scale);
                m.visitInsn(Opcodes.LSHL);
            }
            m.visitInsn(Opcodes.LADD);
        }
        if (i.ripRelative) {
            processor();
            m.visitFieldInsn(Opcodes.GETFIELD, CPU, "rip", "J");
            m.visitInsn(Opcodes.LADD);
        }
        mask(i.addressMask);
    }

    /** The memory operand in a width of 8, 16, 32 or 64 bits, zero-extended. */
    void memory(Insn i, int width) {
        mmu();
        m.visitLdcInsn(i.segment);
        address(i);
        callMmu("read" + width, long.class, int.class, long.class);
    }

    /** What a store needs under the value. */
    void startStore(Insn i) {
        mmu();
        m.visitLdcInsn(i.segment);
        address(i);
    }

    /** Stores the value on the stack in memory. */
    void finishStore(Insn i) {
        callMmu("write" + i.width, void.class, int.class, long.class, long.class);
    }

    /** What changing the memory operand needs, then the processor and the operand. */
    void startModify(Insn i) {
        mmu();
        m.visitLdcInsn(i.width);
        processor();
        mmu();
        m.visitLdcInsn(i.segment);
        address(i);
        m.visitLdcInsn(i.width);
        callMmu("readForWrite", long.class, int.class, long.class, int.class);
    }

    /** Stores the value on the stack where {@link #startModify} has read. */
    void finishModify() {
        callMmu("finishWrite", void.class, int.class, long.class);
    }
}
