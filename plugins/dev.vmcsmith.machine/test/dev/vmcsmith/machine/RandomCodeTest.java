// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.x86.insn.DecodeStatus;
import dev.vmcsmith.x86.insn.Decoder;
import dev.vmcsmith.x86.insn.Instruction;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random code with random registers never ends in an error of this program. */
class RandomCodeTest {
    private static final int SECONDS = Integer.getInteger("vmcsmith.fuzzSeconds", 2);
    private static final long CODE = 0x200000;

    @Test
    void randomCodeIn32BitModeAlwaysStopsWithAName() {
        fuzz(32, 7);
    }

    @Test
    void randomCodeIn64BitModeAlwaysStopsWithAName() {
        fuzz(64, 8);
    }

    @Test
    void randomCodeIn16BitRealModeAlwaysStopsWithAName() {
        fuzz(16, 9);
    }

    /** Random page tables under 64-bit code: some of the entries in use get random values. */
    private static void damagePaging(SplittableRandom random, Machine machine) {
        for (int n = random.nextInt(4); n > 0; n--) {
            long entry = random.nextInt(4) == 0 ? random.nextLong() : (random.nextInt(0x1000) << 12 | random.nextInt(0x1000)) & 0xFFFFFFFFL;
            machine.memory().write64(0x70000 + 8L * random.nextInt(0x600), entry);
        }
    }

    private static void enterRealMode(Cpu c) {
        c.cr0 = 0x10;
        for (int n = 0; n < 6; n++) {
            c.seg[n].set(0x2000, 0x20000, 0xFFFF, n == 1 ? 0x9B : 0x93);
        }
        c.idtLimit = 0x3FF;
        c.idtBase = 0;
        c.stateChanged();
    }

    private static void fuzz(int bits, long seed) {
        SplittableRandom random = new SplittableRandom(Long.getLong("vmcsmith.fuzzSeed", seed));
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        while (System.nanoTime() < end) {
            TestProgram p = bits == 64 ? TestProgram.long64("here: jmp here\n") : TestProgram.of("here: jmp here\n");
            Machine machine = p.machine();
            machine.run(StopCondition.NONE.withMaxInstructions(5000));
            for (int round = 0; round < 40; round++) {
                machine.memory().write(CODE, code(random, bits), 0, 512);
                Cpu c = machine.cpu(0);
                for (int r = 0; r < 16; r++) {
                    c.gpr[r] = random.nextInt(3) == 0 ? random.nextLong() : CODE + random.nextInt(0x200000);
                }
                c.rip = CODE;
                if (bits == 16) {
                    enterRealMode(c);
                    machine.memory().write(0x20000, code(random, bits), 0, 512);
                    c.rip = 0;
                } else if (bits == 64) {
                    damagePaging(random, machine);
                }
                c.setRflags(random.nextLong() & 0x3FFFFF & ~Cpu.VM);
                StopReason reason = machine.run(StopCondition.NONE.withMaxInstructions(300));
                assertTrue(!(reason instanceof StopReason.Unsupported u && u.text().contains("internal")), reason.text() + "\n" + StateDump.of(machine));
                if (!(reason instanceof StopReason.InstructionLimit)) {
                    break;
                }
            }
        }
    }

    /** Mostly instructions of the table, so that execution gets somewhere. */
    private static byte[] code(SplittableRandom random, int bits) {
        Decoder decoder = new Decoder();
        Instruction d = new Instruction();
        byte[] out = new byte[512];
        byte[] one = new byte[16];
        int at = 0;
        while (at < out.length - 16) {
            random.nextBytes(one);
            if (random.nextInt(3) == 0) {
                one[0] = 0x0F;
            }
            if (decoder.decode(one, 0, 16, bits, d) == DecodeStatus.OK || random.nextInt(50) == 0) {
                System.arraycopy(one, 0, out, at, Math.max(1, d.length));
                at += Math.max(1, d.length);
            }
        }
        return out;
    }
}
