// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine.jit;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_SUPER;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.H_INVOKESTATIC;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFGT;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.INVOKEINTERFACE;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.LADD;
import static org.objectweb.asm.Opcodes.LCMP;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LSTORE;
import static org.objectweb.asm.Opcodes.PUTFIELD;
import static org.objectweb.asm.Opcodes.RETURN;
import static org.objectweb.asm.Opcodes.V21;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.machine.engine.CompiledCode;
import dev.vmcsmith.x86.insn.Op;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * Makes a hidden class of a block: the calls of its instructions' semantics one after the other, each a constant, so that HotSpot puts
 * them all into one piece. The processor's RIP and instruction count are stored where somebody may look at them.
 */
final class BlockCompiler {
    private static final String CPU = Type.getInternalName(Cpu.class), SEMANTICS = Type.getInternalName(Semantics.class);
    private static final String BASE = Type.getInternalName(CompiledCode.class);
    private static final String NAME = Type.getInternalName(BlockCompiler.class).replace("BlockCompiler", "CompiledBlock");
    private static final Handle CLASS_DATA = new Handle(H_INVOKESTATIC, Type.getInternalName(MethodHandles.class), "classDataAt",
        MethodType.methodType(Object.class, MethodHandles.Lookup.class, String.class, Class.class, int.class).toMethodDescriptorString(),
        false);
    private static final String RUN = MethodType.methodType(void.class, Cpu.class, long.class, long.class, long.class)
        .toMethodDescriptorString();
    private static final String EXECUTE = MethodType.methodType(void.class, Cpu.class, Insn.class).toMethodDescriptorString();
    /** Local variables of {@link CompiledCode#run}. */
    private static final int PROCESSOR = OperandCode.PROCESSOR, START = 2, BEFORE = 4, END = 6;

    CompiledCode compile(Insn[] code) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
        writer.visit(V21, ACC_FINAL | ACC_SUPER, NAME, null, BASE, null);
        MethodVisitor m = writer.visitMethod(0, "<init>", "()V", null, null);
        m.visitCode();
        m.visitVarInsn(ALOAD, 0);
        m.visitMethodInsn(INVOKESPECIAL, BASE, "<init>", "()V", false);
        end(m);
        List<Object> constants = new ArrayList<>();
        m = writer.visitMethod(ACC_PUBLIC, "run", RUN, null, null);
        m.visitCode();
        InsnCode insns = new InsnCode(m);
        Label top = new Label();
        m.visitLabel(top);
        for (int k = 0; k < code.length; k++) {
            if (jumpsBack(code[k])) {
                Label on = new Label();
                insns.jumpUnless(code[k], on);
                again(m, code, k + 1, top);
                m.visitLabel(on);
                set(m, "rip", START, code[k].end);
            } else {
                instruction(m, insns, code, k, constants);
            }
        }
        set(m, "instructions", BEFORE, code.length);
        end(m);
        writer.visitEnd();
        return instance(writer.toByteArray(), constants);
    }

    /** A near jump to the start of the block, wherever that is in the code segment. */
    private static boolean jumpsBack(Insn i) {
        Op op = i.decoded.op();
        boolean near = op == Op.JCC || op == Op.JMP && i.immediateOperand;
        return i.plain && near && i.end + i.imm == 0 && i.codeBits != 16 && i.width == i.codeBits;
    }

    /** The end of a pass over the block: on to the next one, unless that might have to stop on its way or somebody wants attention. */
    private static void again(MethodVisitor m, Insn[] code, int count, Label top) {
        m.visitVarInsn(LLOAD, BEFORE);
        m.visitLdcInsn((long) count);
        m.visitInsn(LADD);
        m.visitVarInsn(LSTORE, BEFORE);
        Label leave = new Label();
        m.visitVarInsn(LLOAD, BEFORE);
        m.visitLdcInsn((long) code.length);
        m.visitInsn(LADD);
        m.visitVarInsn(LLOAD, END);
        m.visitInsn(LCMP);
        m.visitJumpInsn(IFGT, leave);
        m.visitVarInsn(ALOAD, PROCESSOR);
        m.visitFieldInsn(GETFIELD, CPU, "attention", "I");
        m.visitJumpInsn(IFNE, leave);
        set(m, "passStart", BEFORE, 0);
        m.visitJumpInsn(GOTO, top);
        m.visitLabel(leave);
        set(m, "rip", START, 0);
        set(m, "instructions", BEFORE, 0);
        m.visitInsn(RETURN);
    }

    private void instruction(MethodVisitor m, InsnCode insns, Insn[] code, int k, List<Object> constants) {
        Insn i = code[k];
        boolean last = k == code.length - 1;
        if (!i.pure || last) {
            set(m, "rip", START, i.end);
            set(m, "instructions", BEFORE, k);
        }
        if (!insns.write(i)) {
            constant(m, constants, Semantics.class, i.semantics);
            m.visitVarInsn(ALOAD, PROCESSOR);
            constant(m, constants, Insn.class, i);
            m.visitMethodInsn(INVOKEINTERFACE, SEMANTICS, "execute", EXECUTE, true);
        }
        if (!i.pure && !last) {
            Label on = new Label();
            m.visitVarInsn(ALOAD, PROCESSOR);
            m.visitFieldInsn(GETFIELD, CPU, "attention", "I");
            m.visitJumpInsn(IFEQ, on);
            set(m, "instructions", BEFORE, k + 1);
            m.visitInsn(RETURN);
            m.visitLabel(on);
        }
    }

    private static void constant(MethodVisitor m, List<Object> constants, Class<?> type, Object value) {
        m.visitLdcInsn(new ConstantDynamic("_", type.descriptorString(), CLASS_DATA, constants.size()));
        constants.add(value);
    }

    private static void set(MethodVisitor m, String field, int variable, int plus) {
        m.visitVarInsn(ALOAD, PROCESSOR);
        m.visitVarInsn(LLOAD, variable);
        if (plus != 0) {
            m.visitLdcInsn((long) plus);
            m.visitInsn(LADD);
        }
        m.visitFieldInsn(PUTFIELD, CPU, field, "J");
    }

    private static void end(MethodVisitor m) {
        m.visitInsn(RETURN);
        m.visitMaxs(0, 0);
        m.visitEnd();
    }

    private static CompiledCode instance(byte[] bytes, List<Object> constants) {
        try {
            MethodHandles.Lookup made = MethodHandles.lookup().defineHiddenClassWithClassData(bytes, List.copyOf(constants), true);
            return (CompiledCode) made.findConstructor(made.lookupClass(), MethodType.methodType(void.class)).invoke();
        } catch (Throwable e) {
            throw new IllegalStateException("the JVM refuses the code of a block", e);
        }
    }
}
