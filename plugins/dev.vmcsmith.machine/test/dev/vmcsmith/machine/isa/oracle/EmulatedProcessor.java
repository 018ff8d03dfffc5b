// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.TestProgram;
import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.FpuState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The machine's processor, set up as a Linux process finds its own: privilege level 3, flat segments, selectors as Linux has them. */
final class EmulatedProcessor {
    private static final long IDT = 0x30000, HANDLERS = 0x40000, TSS = 0x50000, STACK = 0x60000;
    private static final int MAX_STEPS = 64;
    /** Vectors whose delivery pushes an error code: 8, 10 to 14, 17. */
    private static final int WITH_ERROR_CODE = 1 << 8 | 0x1F << 10 | 1 << 17;

    private final Machine machine;
    private final Cpu c;

    EmulatedProcessor() {
        machine = TestProgram.long64On("sapphire-rapids", "here: jmp here\n").machine();
        machine.run(StopCondition.NONE.withMaxInstructions(5000));
        c = machine.cpu(0);
        for (int v = 0; v < 32; v++) {
            long handler = HANDLERS + 16 * v;
            machine.memory().write64(IDT + 16 * v, handler & 0xFFFF | 8L << 16 | (v == 3 || v == 4 ? 0xEE00L : 0x8E00L) << 32 | handler >>> 16 << 48);
            machine.memory().write64(IDT + 16 * v + 8, 0);
        }
        machine.memory().write64(TSS + 4, STACK);
        machine.memory().write64(TSS + 0x60, 0xFFFFL << 48);
        c.idtBase = IDT;
        c.idtLimit = 32 * 16 - 1;
        c.cr0 = c.cr0 & ~0xCL | 0x22;
        c.cr4 |= 0x600;
    }

    private void segments(int bits) {
        c.seg[Cpu.CS].set(bits == 64 ? 0x33 : 0x23, 0, 0xFFFFFFFFL, bits == 64 ? 0xA0FB : 0xC0FB);
        for (int n : new int[] {Cpu.SS, Cpu.DS, Cpu.ES}) {
            c.seg[n].set(0x2B, 0, 0xFFFFFFFFL, 0xC0F3);
        }
        for (int n : new int[] {Cpu.FS, Cpu.GS}) {
            c.seg[n].set(0, 0, 0xFFFFFFFFL, 0xC0F3);
        }
        c.seg[Cpu.TR].set(0x30, TSS, 0x67, 0x8B);
    }

    /** Executes the case; afterwards {@code s} is the state it leaves. */
    void run(Case test, ProcessorState s) {
        segments(test.bits);
        System.arraycopy(s.gpr, 0, c.gpr, 0, 16);
        c.setRflags(s.rflags);
        c.rip = ProcessorState.CODE;
        c.activity = Activity.ACTIVE;
        c.pendingDebug = 0;
        c.stateChanged();
        if (test.floats) {
            loadFloats(s.fx);
        }
        machine.memory().write(ProcessorState.DATA, s.memory, 0, s.memory.length);
        machine.memory().write(ProcessorState.CODE, test.code, 0, test.code.length);
        for (int n = 0; n < MAX_STEPS; n++) {
            machine.step();
            if (c.rip != ProcessorState.CODE) {
                break;
            }
        }
        System.arraycopy(c.gpr, 0, s.gpr, 0, 16);
        s.rflags = c.rflags();
        s.rip = c.rip;
        s.vector = ProcessorState.NONE;
        if (c.rip >= HANDLERS && c.rip < HANDLERS + 16 * 32 && c.cpl == 0) {
            s.vector = (int) (c.rip - HANDLERS) / 16;
            long frame = c.gpr[Cpu.RSP] + ((WITH_ERROR_CODE >> s.vector & 1) != 0 ? 8 : 0);
            s.rip = machine.memory().read64(frame);
            s.rflags = machine.memory().read64(frame + 16);
            s.gpr[Cpu.RSP] = machine.memory().read64(frame + 24);
        }
        machine.memory().read(ProcessorState.DATA, s.memory, 0, s.memory.length);
        if (test.floats) {
            saveFloats(s.fx);
        }
    }

    private void loadFloats(byte[] image) {
        ByteBuffer b = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        FpuState f = c.fpu;
        f.control = b.getShort(0) & 0xFFFF;
        f.status = b.getShort(2) & 0xFFFF;
        f.inUse = b.get(4) & 0xFF;
        for (int n = 0; n < 8; n++) {
            int r = f.top() + n & 7;
            f.significand[r] = b.getLong(32 + 16 * n);
            f.signExponent[r] = b.getShort(40 + 16 * n) & 0xFFFF;
        }
        c.vector.mxcsr = b.getInt(24);
        for (int n = 0; n < 32; n++) {
            c.vector.xmm[n] = b.getLong(160 + 8 * n);
        }
    }

    private void saveFloats(byte[] image) {
        ByteBuffer b = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        FpuState f = c.fpu;
        b.putShort(0, (short) f.control).putShort(2, (short) f.status).put(4, (byte) f.inUse).putInt(24, c.vector.mxcsr);
        for (int n = 0; n < 8; n++) {
            int r = f.top() + n & 7;
            b.putLong(32 + 16 * n, f.significand[r]).putShort(40 + 16 * n, (short) f.signExponent[r]);
        }
        for (int n = 0; n < 32; n++) {
            b.putLong(160 + 8 * n, c.vector.xmm[n]);
        }
    }
}
