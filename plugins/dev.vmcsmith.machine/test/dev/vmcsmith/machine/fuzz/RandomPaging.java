// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.fuzz;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.TestProgram;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.snapshot.Snapshot;
import java.util.SplittableRandom;

/** Page tables of every mode with random entries: looping into themselves, into the code, into devices, beyond memory. */
final class RandomPaging extends Fuzzer {
    private static final long CODE = 0x200000, TABLES = 0x300000;
    private static final int TABLE_PAGES = 16;
    private static final long[] DEVICES = {0xFEE00000L, 0xFEC00000L, 0xFF000000L, 0xC0000000L, 1L << 40};

    private Snapshot start;

    @Override
    Machine prepare() {
        Machine m = TestProgram.long64("here: jmp here\n").machine();
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
        for (int n = random.nextInt(2000); n > 0; n--) {
            m.memory().write64(TABLES + 8L * random.nextInt(TABLE_PAGES * 512), entry(random));
        }
        for (int n = random.nextInt(6); n > 0; n--) {
            m.memory().write64(0x70000 + 8L * random.nextInt(0x600), entry(random));
        }
        int mode = random.nextInt(4);
        byte[] code = code(random, mode == 3 ? 64 : 32);
        m.memory().write(CODE, code, 0, code.length);
        if (mode != 3) {
            c.efer = random.nextInt(2) * 0x800L;
            c.cr4 = mode == 0 ? random.nextInt(2) * 0x10L : 0x20;
            c.seg[Cpu.CS].set(8, 0, 0xFFFFFFFFL, 0xC09B);
        }
        c.cr4 |= random.nextLong() & c.model.cr4Mask() & ~0x3020L;
        c.cr0 |= random.nextInt(2) << 16;
        if (random.nextInt(3) != 0 || mode != 3) {
            c.cr3 = TABLES;
            for (int n = 0; n < 4; n++) {
                m.memory().write64(TABLES + 8 * n, TABLES + 0x1000 | (mode == 1 ? 1 : 7));
                c.pdpte[n] = TABLES + 0x1000 | 1;
            }
            m.memory().write64(TABLES + 0x1000 + 8, 0x200083 | random.nextInt(0x1000));
        }
        registers(m, random, CODE);
        c.rip = CODE;
        c.setRflags(random.nextLong() & 0x3FFFFF & ~Cpu.VM);
        c.stateChanged();
        c.mmu.flush();
        run(m, 500);
    }

    private static long entry(SplittableRandom random) {
        long flags = random.nextInt(4) == 0 ? random.nextLong() & 0x8000_0000_0000_0FFFL : random.nextInt(0x1000) | 7;
        long address = switch (random.nextInt(6)) {
            case 0 -> random.nextLong() & 0x000F_FFFF_FFFF_F000L;
            case 1 -> DEVICES[random.nextInt(DEVICES.length)];
            case 2 -> CODE;
            default -> TABLES + 0x1000L * random.nextInt(TABLE_PAGES);
        };
        return address | flags;
    }
}
