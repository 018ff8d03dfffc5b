// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.InterceptPolicy;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.machine.engine.ProfileModel;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.EptVpidCapability;
import dev.vmcsmith.vmx.ept.Eptp;
import dev.vmcsmith.x86.Cr4;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The walk that is explained is the walk that the processor makes, on random tables under random control registers. */
class PageWalkerAgreementTest {
    private static final int ROUNDS = 20_000;
    private static final int TABLES = 0x10_0000, HLAT_TABLES = 0x18_0000, EPT_TABLES = 0x20_0000;

    private final Random random = new Random(20);
    private final PhysicalMemory memory = new PhysicalMemory(8 << 20);
    private final Cpu cpu = new Cpu(0);
    private final Mmu mmu = new Mmu(cpu, memory);
    private boolean accessedDirty;
    private long eptp;
    private long hlat;
    private int verifications;
    private int hlatFaults;
    private int eptControls;

    @Test
    void theExplainedWalkEndsAsTheProcessorsOwn() {
        agreeOn("skylake");
    }

    @Test
    void soItDoesWithoutHugeEptPagesAndAccessedAndDirtyFlags() {
        agreeOn("bochs-sandy-bridge");
    }

    @Test
    void soItDoesWithoutGigabytePages() {
        agreeOn("sandy-bridge");
    }

    @Test
    void soItDoesWithNarrowPhysicalAddresses() {
        agreeOn("penryn");
    }

    private void agreeOn(String profile) {
        ProfileModel model = new ProfileModel(CpuProfiles.named(profile));
        PageWalker walker = new PageWalker(memory, model.capabilities());
        accessedDirty = model.capabilities().eptVpid(EptVpidCapability.ACCESSED_DIRTY);
        cpu.model = model;
        cpu.mmu = mmu;
        cpu.intercepts = new InterceptPolicy() {
            @Override
            public long eptPointer(Cpu c) {
                return eptp;
            }

            @Override
            public long hlat(Cpu c) {
                return hlat;
            }

            @Override
            public boolean nonRoot() {
                return true;
            }

            @Override
            public int eptControls(Cpu c) {
                return eptControls;
            }
        };
        TreeMap<String, Integer> seen = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            long linear = randomState();
            int access = random.nextInt(3);
            PageWalk walk = walker.linear(PagingState.live(cpu, null), linear, access);
            String expected = processor(linear, access);
            assertEquals(expected, explained(walk), () -> walk + " cr4 " + Long.toHexString(cpu.cr4) + " access " + access);
            String kind = walk.mode() + (eptp == 0 ? "" : "+EPT") + " " + (walk.succeeded() ? "ok" : walk.failure().kind());
            seen.merge(kind, 1, Integer::sum);
            if (kind.endsWith("EPT_VIOLATION") && (walk.failure().code() & 1 << 15) != 0) {
                verifications++;
            }
            if (kind.endsWith("PAGE_FAULT") && (walk.failure().code() & 1 << 7) != 0) {
                hlatFaults++;
            }
        }
        assertTrue(verifications > 100, () -> "guest-paging verifications that fail: " + verifications);
        assertTrue(hlatFaults > 100, () -> "page faults of HLAT paging: " + hlatFaults);
        for (String mode : new String[] {"none", "32-bit", "PAE", "4-level", "5-level"}) {
            assertTrue(seen.getOrDefault(mode + "+EPT ok", 0) > 50, seen::toString);
            assertTrue(seen.getOrDefault(mode + "+EPT EPT_VIOLATION", 0) > 30, seen::toString);
            assertTrue(seen.getOrDefault(mode + "+EPT EPT_MISCONFIGURATION", 0) > 20, seen::toString);
            assertTrue(seen.getOrDefault(mode + " ok", 0) > 50, seen::toString);
            assertTrue(mode.equals("none") || seen.getOrDefault(mode + " PAGE_FAULT", 0) > 50, seen::toString);
        }
    }

    private String explained(PageWalk walk) {
        if (walk.succeeded()) {
            return Long.toHexString(walk.guestPhysical()) + " " + Long.toHexString(walk.physical());
        }
        return walk.failure().kind() + " " + Long.toHexString(walk.failure().code());
    }

    private String processor(long linear, int access) {
        try {
            long physical = mmu.walker.translate(linear, access, cpu.cpl == 3, false);
            return Long.toHexString(mmu.walker.guestPhysical) + " " + Long.toHexString(physical);
        } catch (CpuFault fault) {
            assertEquals(CpuFault.PF, fault.vector);
            return "PAGE_FAULT " + Long.toHexString(fault.errorCode);
        } catch (VmExitSignal exit) {
            return (exit.reason == EptWalker.VIOLATION ? "EPT_VIOLATION " : "EPT_MISCONFIGURATION ") + Long.toHexString(exit.qualification);
        }
    }

    // --- random tables ---------------------------------------------------------------------------------------------------

    /** Fills in registers and the entries that one linear address needs; returns the address. */
    private long randomState() {
        int mode = random.nextInt(5);
        cpu.cr0 = 0x31 | (mode > 0 ? 1L << 31 : 0) | (random.nextBoolean() ? 1 << 16 : 0);
        cpu.cr3 = TABLES;
        cpu.cr4 = (mode > 1 ? Cr4.PAE : 0) | (mode == 4 ? Cr4.LA57 : 0) | random(Cr4.SMEP) | random(Cr4.SMAP) | random(Cr4.PKE)
            | random(Cr4.PSE) | random(Cr4.PKS);
        cpu.efer = (mode > 2 ? 0x500 : 0) | (mode > 1 ? random(0x800) : 0);
        cpu.cpl = random.nextBoolean() ? 3 : 0;
        cpu.systemFlags = (int) (cpu.systemFlags & ~Cpu.AC | random(Cpu.AC));
        cpu.msr.pkru = random.nextInt() & random.nextInt();
        cpu.msr.pkrs = random.nextInt() & random.nextInt();
        eptp = random.nextInt(3) == 0 ? 0
            : Eptp.encode(EPT_TABLES, Eptp.WRITE_BACK, 4, accessedDirty && random.nextBoolean());
        eptControls = random.nextInt(8) & (random.nextInt(8) | 6);
        hlat = mode < 3 || one(2) ? 0 : HLAT_TABLES | InterceptPolicy.HLAT_ON | (one(3) ? InterceptPolicy.HLAT_UPPER_HALF : 0);
        mmu.flush();
        int unused = mode == 4 ? 7 : 16;
        long linear = mode > 2 ? random.nextLong() << unused >> unused : random.nextLong() & 0xFFFF_FFFFL;
        boolean rare = random.nextBoolean();
        guestTables(TABLES, mode, linear, rare);
        if (hlat != 0) {
            guestTables(HLAT_TABLES, mode, linear, rare);
            if (one(2)) {
                int level = 1 + random.nextInt(mode == 3 ? 4 : 5);
                long entry = HLAT_TABLES + ((mode == 3 ? 4 : 5) - level) * 0x1000L + ((linear >>> 12 + 9 * (level - 1) & 0x1FF) << 3);
                memory.write64(entry, memory.read64(entry) | 1 << 11);
            }
        }
        if (eptp != 0) {
            eptTables(rare);
        }
        return linear;
    }

    private long random(long bit) {
        return random.nextBoolean() ? bit : 0;
    }

    private boolean one(int in) {
        return random.nextInt(in) == 0;
    }

    /** Table n lies at guest-physical TABLES + n pages; the EPT maps all of them to themselves. */
    private void guestTables(long base, int mode, long linear, boolean rare) {
        int top = mode == 1 || mode == 2 ? 2 : mode == 3 ? 4 : 5;
        if (mode == 2) {
            cpu.pdpte[(int) (linear >>> 30) & 3] = TABLES | (rare && one(20) ? 0 : 1);
        }
        for (int level = top; level >= 1; level--) {
            long table = base + (top - level) * 0x1000L;
            long entry = table + 0x1000 | 0x27 | random(0x40);
            if (one(3)) {
                entry ^= one(2) ? 2 : 4;
            }
            entry ^= one(4) ? 0x20 : 0;
            entry ^= one(6) ? 0x80 : 0;
            entry ^= rare && one(15) ? 1 : 0;
            if (mode == 1) {
                int shift = level == 2 ? 22 : 12;
                memory.write(0, table + ((linear >>> shift & 0x3FF) << 2), 4, entry & ~(one(4) ? 0 : 0x20_0000L));
            } else {
                entry |= one(8) ? 1L << 63 : 0;
                entry |= level == 1 ? random.nextLong() & 0x7800_0000_0000_0000L & (mode == 2 ? 0 : -1) : 0;
                entry |= rare && one(12) ? 1L << random.nextInt(64) : 0;
                if ((entry & 0x80) != 0 && level > 1 && one(2)) {
                    entry &= ~0x3FFF_E000L;
                }
                memory.write64(table + ((linear >>> 12 + 9 * (level - 1) & 0x1FF) << 3), entry);
            }
        }
    }

    /** The whole guest-physical space through four tables: every entry of a table is alike but for a few. */
    private void eptTables(boolean rare) {
        for (int level = 4; level >= 1; level--) {
            long table = EPT_TABLES + (4 - level) * 0x1000L;
            for (int index = 0; index < 512; index++) {
                long entry = level == 1 ? (index * 0x1000L) | 0x437 : table + 0x1000 | 0x407;
                if (rare && one(level == 1 ? 6 : 12)) {
                    entry ^= 1L << random.nextInt(11);
                }
                if (level == 1) {
                    entry |= one(8) ? 0 : 1L << 58;
                    entry |= one(2) ? 1L << 57 : 0;
                }
                if (rare && one(level == 1 ? 4 : 20)) {
                    entry &= ~(one(2) ? 2L : 0x404L);
                }
                if (rare && one(60)) {
                    entry ^= 1L << random.nextInt(52);
                }
                memory.write64(table + 8L * index, entry);
            }
        }
    }
}
