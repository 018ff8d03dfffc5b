// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.fuzz;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.TestProgram;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.snapshot.Snapshot;
import java.util.SplittableRandom;

/** Random instructions in supervisor mode, with random registers and flags; ports, MSRs and control registers are all within reach. */
final class RandomCode extends Fuzzer {
    private static final long CODE = 0x200000, REAL_CODE = 0x20000;

    private final int bits;
    private Snapshot start;

    RandomCode(int bits) {
        this.bits = bits;
    }

    @Override
    Machine prepare() {
        Machine m = (bits == 64 ? TestProgram.long64("here: jmp here\n") : TestProgram.of("here: jmp here\n")).machine();
        run(m, 5000);
        start = m.snapshot();
        return m;
    }

    @Override
    Machine fresh(Machine m) {
        m.restore(start);
        return m;
    }

    @Override
    void attack(Machine m, SplittableRandom random) {
        Cpu c = m.cpu(0);
        for (int round = 0; round < 10; round++) {
            byte[] code = code(random, bits);
            m.memory().write(CODE, code, 0, code.length);
            registers(m, random, CODE);
            c.rip = CODE;
            if (bits == 16) {
                enterRealMode(c);
                m.memory().write(REAL_CODE, code, 0, code.length);
                vectors(m, random, code.length);
            }
            c.setRflags(random.nextLong() & 0x3FFFFF & ~Cpu.VM);
            if (!(run(m, 300) instanceof StopReason.InstructionLimit)) {
                return;
            }
        }
    }

    /** Interrupts and exceptions go on somewhere in the code. */
    private static void vectors(Machine m, SplittableRandom random, int length) {
        for (int vector = 0; vector < 256; vector++) {
            m.memory().write32(4L * vector, (int) (REAL_CODE >> 4) << 16 | random.nextInt(length));
        }
    }

    private static void enterRealMode(Cpu c) {
        c.cr0 = 0x10;
        for (int n = 0; n < 6; n++) {
            c.seg[n].set((int) (REAL_CODE >> 4), REAL_CODE, 0xFFFF, n == Cpu.CS ? 0x9B : 0x93);
        }
        c.rip = 0;
        c.idtLimit = 0x3FF;
        c.idtBase = 0;
        c.stateChanged();
    }
}
