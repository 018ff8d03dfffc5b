// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.StateDump;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.TestProgram;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.snapshot.Snapshot;
import dev.vmcsmith.x86.insn.DecodeStatus;
import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Instruction;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The engine that compiles and the one that interprets do the same, to the last bit. Random programs; each is decided by its number. */
class EngineAgreementTest {
    private static final double SECONDS = Double.parseDouble(System.getProperty("vmcsmith.agreementSeconds", "3"));
    private static final long CODE = 0x200000, DATA = 0x400000;
    private static final int BYTES = 96, CASES_PER_LOOK = 20;
    private static final int PIECES = 12, PIECE = 80, LONGEST_EXIT = 26;
    /** First opcode bytes of what {@code InsnCode} knows, and a few others between them. */
    private static final int[] OPCODES = {
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x08, 0x09, 0x0B, 0x11, 0x13, 0x15, 0x19, 0x1B, 0x21, 0x23, 0x25, 0x28, 0x29, 0x2B,
        0x30, 0x31, 0x33, 0x38, 0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x69, 0x6B, 0x70, 0x72, 0x73, 0x74, 0x75, 0x78, 0x7A, 0x7C, 0x7F,
        0x80, 0x81, 0x83, 0x84, 0x85, 0x87, 0x88, 0x89, 0x8A, 0x8B, 0x8D, 0x98, 0x99, 0xA8, 0xA9, 0xB0, 0xB4, 0xB8, 0xBF, 0xC0,
        0xC1, 0xC6, 0xC7, 0xD0, 0xD1, 0xD3, 0xF6, 0xF7, 0xFE, 0xFF, 0x0FAF, 0x0FB6, 0x0FB7, 0x0FBE, 0x0FC8, 0x0FA3, 0x0F44,
        0x0F92};

    private final Machine interpreted = prepared(Integer.MAX_VALUE);
    private final Snapshot interpretedStart = interpreted.snapshot();
    private final Decoder decoder = new Decoder();
    private final Instruction instruction = new Instruction();

    private static Machine prepared(int compileAfter) {
        Machine machine = TestProgram.compiled(compileAfter, "here: jmp here\n").machine();
        machine.run(StopCondition.NONE.withMaxInstructions(5000));
        return machine;
    }

    @Test
    void commonInstructionsDoTheSameInCompiledCode() {
        long count = compare(1, this::common);
        assertTrue(count > CASES_PER_LOOK, count + " programs");
    }

    @Test
    void anyInstructionsDoTheSameInCompiledCode() {
        long count = compare(1, this::any);
        assertTrue(count > CASES_PER_LOOK, count + " programs");
    }

    @Test
    void jumpsBetweenBlocksDoTheSameInCompiledCode() {
        // Blocks are compiled together with others that are known already.
        long count = compare(4, this::jumps);
        assertTrue(count > CASES_PER_LOOK, count + " programs");
    }

    private interface Generator {
        byte[] code(SplittableRandom random);
    }

    private long compare(int compileAfter, Generator generator) {
        Machine compiled = prepared(compileAfter);
        Snapshot compiledStart = compiled.snapshot();
        long end = System.nanoTime() + (long) (SECONDS / 2 * 1e9);
        long number = 0;
        do {
            if (number % CASES_PER_LOOK == 0) {
                compiled.restore(compiledStart);
                interpreted.restore(interpretedStart);
            }
            SplittableRandom random = new SplittableRandom(number);
            byte[] code = generator.code(random);
            long seed = random.nextLong();
            StopReason expected = attack(interpreted, code, new SplittableRandom(seed));
            StopReason actual = attack(compiled, code, new SplittableRandom(seed));
            String name = "program " + number;
            assertEquals(expected.text(), actual.text(), name);
            assertEquals(StateDump.of(interpreted), StateDump.of(compiled), name);
            number++;
            boolean over = !(expected instanceof StopReason.InstructionLimit);
            if (over || number % CASES_PER_LOOK == 0) {
                assertEquals(memory(interpreted), memory(compiled), name);
                number += over ? CASES_PER_LOOK - number % CASES_PER_LOOK : 0;
            }
        } while (System.nanoTime() < end);
        return number;
    }

    private static StopReason attack(Machine m, byte[] code, SplittableRandom random) {
        Cpu c = m.cpu(0);
        m.memory().write(CODE, code, 0, code.length);
        for (int r = 0; r < 16; r++) {
            c.gpr[r] = random.nextInt(8) == 0 ? random.nextLong() : DATA + random.nextInt(0x10000);
        }
        if (random.nextInt(8) == 0) {
            c.gpr[Cpu.RSP] = CODE + random.nextInt(code.length);
        }
        c.rip = CODE;
        c.setRflags(random.nextLong() & Cpu.STATUS_FLAGS | 2);
        return m.run(StopCondition.NONE.withMaxInstructions(20 + random.nextInt(random.nextInt(8) == 0 ? 4000 : 200)));
    }

    private static long memory(Machine m) {
        byte[] bytes = new byte[16 << 20];
        m.memory().read(0, bytes, 0, bytes.length);
        return Arrays.hashCode(bytes);
    }

    /** A loop of what compilers emit most, with a conditional jump to its start and one that is always taken. */
    private byte[] common(SplittableRandom random) {
        byte[] out = new byte[BYTES];
        int at = commonCode(random, out, 0, BYTES - 4);
        out[at] = (byte) (0x70 | random.nextInt(16));
        out[at + 1] = (byte) -(at + 2);
        out[at + 2] = (byte) 0xEB;
        out[at + 3] = (byte) -(at + 4);
        return out;
    }

    /** Pieces of the same code that jump to one another, call one another and return; a few change the code. */
    private byte[] jumps(SplittableRandom random) {
        byte[] out = new byte[PIECES * PIECE];
        Arrays.fill(out, (byte) 0x90);
        for (int piece = 0; piece < PIECES; piece++) {
            int at = commonCode(random, out, piece * PIECE, piece * PIECE + random.nextInt(PIECE - LONGEST_EXIT));
            if (random.nextInt(16) == 0) {
                // mov byte [rip + disp32], 0x90 onto another piece's start
                at = put(out, at, 0xC6, 0x05);
                at = put32(out, at, random.nextInt(PIECES) * PIECE - (at + 5));
                at = put(out, at, 0x90);
            }
            for (int exit = random.nextInt(3); exit >= 0; exit--) {
                int target = random.nextInt(PIECES) * PIECE;
                at = switch (random.nextInt(exit == 0 ? 4 : 2)) {
                    case 0 -> put32(out, put(out, at, 0x0F, 0x80 | random.nextInt(16)), target - (at + 6));
                    case 1 -> put32(out, put(out, at, 0xE8), target - (at + 5));
                    case 2 -> put32(out, put(out, at, 0xE9), target - (at + 5));
                    default -> put(out, at, 0xC3);
                };
            }
        }
        return out;
    }

    private static int put(byte[] out, int at, int... bytes) {
        for (int b : bytes) {
            out[at++] = (byte) b;
        }
        return at;
    }

    private static int put32(byte[] out, int at, int value) {
        return put(out, at, value, value >> 8, value >> 16, value >> 24);
    }

    /** Fills a part of a program with what compilers emit most; returns where it ends. */
    private int commonCode(SplittableRandom random, byte[] out, int from, int to) {
        byte[] one = new byte[20];
        int at = from;
        while (at < to - one.length) {
            random.nextBytes(one);
            int n = 0;
            if (random.nextInt(5) == 0) {
                one[n++] = 0x66;
            }
            if (random.nextInt(2) == 0) {
                one[n++] = (byte) (0x40 | random.nextInt(16));
            }
            int opcode = OPCODES[random.nextInt(OPCODES.length)];
            if (opcode > 0xFF) {
                one[n++] = 0x0F;
            }
            one[n] = (byte) opcode;
            if (opcode >= 0x70 && opcode < 0x80) {
                one[n + 1] = (byte) random.nextInt(6);
            }
            at = append(out, at, one);
        }
        return at;
    }

    private byte[] any(SplittableRandom random) {
        byte[] out = new byte[BYTES];
        byte[] one = new byte[20];
        int at = 0;
        while (at < BYTES - one.length - 2) {
            random.nextBytes(one);
            if (random.nextInt(3) == 0) {
                one[0] = 0x0F;
            }
            at = append(out, at, one);
        }
        out[at] = (byte) 0xEB;
        out[at + 1] = (byte) -(at + 2);
        return out;
    }

    private int append(byte[] out, int at, byte[] one) {
        if (decoder.decode(one, 0, one.length, 64, instruction) != DecodeStatus.OK) {
            return at;
        }
        System.arraycopy(one, 0, out, at, instruction.length);
        return at + instruction.length;
    }
}
