// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine.jit;

import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.ATHROW;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.H_INVOKESTATIC;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFGT;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.INVOKEINTERFACE;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.LADD;
import static org.objectweb.asm.Opcodes.LCMP;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LSTORE;
import static org.objectweb.asm.Opcodes.LSUB;
import static org.objectweb.asm.Opcodes.PUTFIELD;
import static org.objectweb.asm.Opcodes.RETURN;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.Semantics;
import dev.vmcsmith.machine.engine.CompiledCode;
import dev.vmcsmith.x86.insn.Op;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * The code of a region: for each block its instructions one after the other, or calls of their semantics, each a constant, so that HotSpot
 * puts them all into one piece. The processor's RIP and instruction count are stored where somebody may look at them.
 */
final class RegionCode {
    private static final String CPU = Type.getInternalName(Cpu.class), SEMANTICS = Type.getInternalName(Semantics.class);
    private static final Handle CLASS_DATA = new Handle(H_INVOKESTATIC, Type.getInternalName(MethodHandles.class), "classDataAt",
        MethodType.methodType(Object.class, MethodHandles.Lookup.class, String.class, Class.class, int.class).toMethodDescriptorString(),
        false);
    private static final String EXECUTE = MethodType.methodType(void.class, Cpu.class, Insn.class).toMethodDescriptorString();
    private static final String THROWN = MethodType
        .methodType(void.class, Throwable.class, Cpu.class, Insn[].class, long.class, long.class).toMethodDescriptorString();
    /** Local variables of {@link CompiledCode#run}; {@code BEFORE} becomes the instruction count before the block that executes. */
    private static final int PROCESSOR = OperandCode.PROCESSOR, START = 2, BEFORE = 4, END = 6;

    private final MethodVisitor m;
    private final InsnCode insns;
    private final Region region;
    private final Label[] entries;
    private final Label end = new Label();
    private final List<Object> constants = new ArrayList<>();

    RegionCode(MethodVisitor m, Region region) {
        this.m = m;
        this.insns = new InsnCode(m);
        this.region = region;
        this.entries = new Label[region.size()];
    }

    /** Writes the code; returns the constants that it refers to. */
    List<Object> write() {
        for (int n = 0; n < entries.length; n++) {
            entries[n] = new Label();
        }
        List<Label> ends = new ArrayList<>();
        for (int n = 0; n < entries.length; n++) {
            m.visitLabel(entries[n]);
            block(n);
            Label end = new Label();
            m.visitLabel(end);
            ends.add(end);
        }
        for (int n = 0; n < entries.length; n++) {
            handler(n, ends.get(n));
        }
        m.visitLabel(end);
        return constants;
    }

    /** Bytes of code, once it has been written. */
    int size() {
        return end.getOffset();
    }

    private void block(int n) {
        Insn[] code = region.code(n);
        for (int k = 0; k < code.length; k++) {
            Insn i = code[k];
            int target = region.branch(n, i);
            if (target >= 0) {
                Label on = new Label();
                insns.branchUnless(i, on);
                jump(k + 1, target);
                m.visitLabel(on);
                if (k == code.length - 1) {
                    set("rip", START, region.distance(n) + i.end);
                }
            } else {
                instruction(n, k);
            }
        }
        leaveBlock(n);
    }

    private void instruction(int n, int k) {
        Insn[] code = region.code(n);
        Insn i = code[k];
        boolean last = k == code.length - 1;
        if (!i.pure || last) {
            set("rip", START, region.distance(n) + i.end);
            set("instructions", BEFORE, k);
        }
        if (!insns.write(i)) {
            constant(Semantics.class, i.semantics);
            m.visitVarInsn(ALOAD, PROCESSOR);
            constant(Insn.class, i);
            m.visitMethodInsn(INVOKEINTERFACE, SEMANTICS, "execute", EXECUTE, true);
        }
        if (!i.pure && !last) {
            Label on = new Label();
            attention();
            m.visitJumpInsn(IFEQ, on);
            set("instructions", BEFORE, k + 1);
            m.visitInsn(RETURN);
            m.visitLabel(on);
        }
    }

    /** What comes after the last instruction of a block: RIP is what it has become. */
    private void leaveBlock(int n) {
        Insn[] code = region.code(n);
        Insn last = code[code.length - 1];
        count(code.length);
        if (last.decoded.op() == Op.RET) {
            for (int t = 0; t < entries.length; t++) {
                if (region.isReturnedTo(t)) {
                    Label other = new Label();
                    m.visitVarInsn(ALOAD, PROCESSOR);
                    m.visitFieldInsn(GETFIELD, CPU, "rip", "J");
                    m.visitVarInsn(LLOAD, START);
                    m.visitInsn(LSUB);
                    m.visitLdcInsn((long) region.distance(t));
                    m.visitInsn(LCMP);
                    m.visitJumpInsn(IFNE, other);
                    enter(t);
                    m.visitLabel(other);
                }
            }
        }
        int next = region.next(n);
        if (next >= 0) {
            enter(next);
        } else {
            leave();
        }
    }

    /** That many instructions of the current block have been executed. */
    private void count(int instructions) {
        m.visitVarInsn(LLOAD, BEFORE);
        m.visitLdcInsn((long) instructions);
        m.visitInsn(LADD);
        m.visitVarInsn(LSTORE, BEFORE);
    }

    /** A jump that is taken, after so many instructions of the block, goes to another one or to its start. */
    private void jump(int instructions, int target) {
        count(instructions);
        Label leave = new Label();
        enterUnless(target, leave);
        m.visitLabel(leave);
        set("rip", START, region.distance(target));
        leave();
    }

    /** On to a block, unless that might have to stop on its way or somebody wants attention; RIP is set already. */
    private void enter(int target) {
        Label leave = new Label();
        enterUnless(target, leave);
        m.visitLabel(leave);
        leave();
    }

    private void enterUnless(int target, Label leave) {
        m.visitVarInsn(LLOAD, BEFORE);
        m.visitLdcInsn((long) region.code(target).length);
        m.visitInsn(LADD);
        m.visitVarInsn(LLOAD, END);
        m.visitInsn(LCMP);
        m.visitJumpInsn(IFGT, leave);
        attention();
        m.visitJumpInsn(IFNE, leave);
        m.visitJumpInsn(GOTO, entries[target]);
    }

    private void leave() {
        set("instructions", BEFORE, 0);
        m.visitInsn(RETURN);
    }

    /** Tells which instruction of a block something that is thrown belongs to. */
    private void handler(int n, Label end) {
        Label handler = new Label();
        m.visitTryCatchBlock(entries[n], end, handler, Type.getInternalName(Throwable.class));
        m.visitLabel(handler);
        m.visitVarInsn(ASTORE, OperandCode.TEMPORARY);
        m.visitVarInsn(ALOAD, OperandCode.TEMPORARY);
        m.visitVarInsn(ALOAD, PROCESSOR);
        constant(Insn[].class, region.code(n));
        m.visitVarInsn(LLOAD, START);
        m.visitLdcInsn((long) region.distance(n));
        m.visitInsn(LADD);
        m.visitVarInsn(LLOAD, BEFORE);
        m.visitMethodInsn(INVOKESTATIC, Type.getInternalName(Jit.class), "thrown", THROWN, false);
        m.visitVarInsn(ALOAD, OperandCode.TEMPORARY);
        m.visitInsn(ATHROW);
    }

    private void attention() {
        m.visitVarInsn(ALOAD, PROCESSOR);
        m.visitFieldInsn(GETFIELD, CPU, "attention", "I");
    }

    private void constant(Class<?> type, Object value) {
        m.visitLdcInsn(new ConstantDynamic("_", type.descriptorString(), CLASS_DATA, constants.size()));
        constants.add(value);
    }

    private void set(String field, int variable, int plus) {
        m.visitVarInsn(ALOAD, PROCESSOR);
        m.visitVarInsn(LLOAD, variable);
        if (plus != 0) {
            m.visitLdcInsn((long) plus);
            m.visitInsn(LADD);
        }
        m.visitFieldInsn(PUTFIELD, CPU, field, "J");
    }
}
