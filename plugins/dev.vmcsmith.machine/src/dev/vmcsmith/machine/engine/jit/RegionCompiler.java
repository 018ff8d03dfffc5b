// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine.jit;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_SUPER;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.INVOKESPECIAL;
import static org.objectweb.asm.Opcodes.RETURN;
import static org.objectweb.asm.Opcodes.V21;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.engine.CompiledCode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/** Makes a hidden class of a region. */
final class RegionCompiler {
    private static final String BASE = Type.getInternalName(CompiledCode.class);
    private static final String NAME = Type.getInternalName(RegionCompiler.class).replace("RegionCompiler", "CompiledRegion");
    private static final String RUN = MethodType.methodType(void.class, Cpu.class, long.class, long.class, long.class)
        .toMethodDescriptorString();

    /** HotSpot compiles no larger method. */
    private static final int MAX_BYTES = 8000;

    CompiledCode compile(Region region) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
        writer.visit(V21, ACC_FINAL | ACC_SUPER, NAME, null, BASE, null);
        MethodVisitor m = writer.visitMethod(0, "<init>", "()V", null, null);
        m.visitCode();
        m.visitVarInsn(ALOAD, 0);
        m.visitMethodInsn(INVOKESPECIAL, BASE, "<init>", "()V", false);
        m.visitInsn(RETURN);
        end(m);
        m = writer.visitMethod(ACC_PUBLIC, "run", RUN, null, null);
        m.visitCode();
        RegionCode code = new RegionCode(m, region);
        List<Object> constants = code.write();
        end(m);
        writer.visitEnd();
        if (code.size() > MAX_BYTES && region.size() > 1) {
            return compile(region.alone());
        }
        return instance(writer.toByteArray(), constants);
    }

    private static void end(MethodVisitor m) {
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
