// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa.oracle;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.x86.insn.InstructionForm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One instruction and the state it starts from: random by a seed, but for what the instruction needs to be meaningful, such as the
 * address of its memory operand.
 */
final class Case {
    /** A register number, or {@link #MEMORY} plus an offset, and its value. */
    record Override(int where, long value) {
    }

    static final int MEMORY = 0x1000;
    private static final long[] CORNERS = {0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFFL, 0x80000000L, 0xFFFFFFFFL,
        Long.MAX_VALUE, Long.MIN_VALUE, -1, -2, 0x0F, 0x10, 0x99, 0x9A, 31, 32, 33, 63, 64};

    final InstructionForm form;
    final int bits;
    final boolean floats;
    final byte[] code;
    final long seed;
    final List<Override> overrides = new ArrayList<>();

    Case(InstructionForm form, int bits, boolean floats, byte[] code, long seed) {
        this.form = form;
        this.bits = bits;
        this.floats = floats;
        this.code = code;
        this.seed = seed;
    }

    void set(int register, long value) {
        overrides.add(new Override(register, value));
    }

    void setMemory(long address, long value) {
        overrides.add(new Override(MEMORY + (int) (address - ProcessorState.DATA), value));
    }

    ProcessorState start() {
        Randomness random = new Randomness(seed);
        ProcessorState s = new ProcessorState();
        for (int n = 0; n < 16; n++) {
            long v = integer(random);
            s.gpr[n] = bits == 32 ? n < 8 ? v & 0xFFFFFFFFL : 0 : v;
        }
        s.gpr[Cpu.RSP] = ProcessorState.DATA + 160;
        s.rflags = random.nextLong() & (Cpu.STATUS_FLAGS | Cpu.DF) | 0x202;
        s.rip = ProcessorState.CODE;
        ByteBuffer memory = ByteBuffer.wrap(s.memory).order(ByteOrder.LITTLE_ENDIAN);
        boolean doubles = random.nextBoolean();
        for (int n = 0; n < ProcessorState.MEMORY; n += 8) {
            memory.putLong(floats ? FloatOperands.lanes(random, doubles) : integer(random));
        }
        if (floats) {
            FloatOperands.fill(s.fx, random, doubles);
        }
        for (Override o : overrides) {
            if (o.where < MEMORY) {
                s.gpr[o.where] = o.value;
            } else {
                memory.putLong(o.where - MEMORY, o.value);
            }
        }
        return s;
    }

    static long integer(Randomness random) {
        return switch (random.nextInt(4)) {
            case 0 -> CORNERS[random.nextInt(CORNERS.length)];
            case 1 -> random.nextInt(256);
            case 2 -> random.nextInt();
            default -> random.nextLong();
        };
    }
}
