// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.vmx.ept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.vmx.CpuProfiles;
import dev.vmcsmith.vmx.VmxCapabilities;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EptEntryTest {
    private static final VmxCapabilities SKYLAKE = CpuProfiles.named("skylake").capabilities();

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0x0000000000005037 | 1 | rwx WB 4-KByte page 0x5000",
        "0x00000000002000B7 | 2 | rwx WB 2-MByte page 0x200000",
        "0x0000000000006007 | 3 | rwx table 0x6000",
        "0x8000000000005331 | 1 | r-- WB 4-KByte page 0x5000, accessed, dirty, suppress #VE",
        "0x0000000000005000 | 1 | not present"})
    void entriesAreSaidInWords(String entry, int level, String words) {
        assertEquals(words, EptEntry.describe(Long.parseUnsignedLong(entry.substring(2), 16), level, false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0x5032 | 1 | writable but not readable",
        "0x5036 | 1 | writable but not readable",
        "0x5017 | 1 | memory type 2 is reserved",
        "0x503F | 1 | memory type 7 is reserved",
        "0x2010B7 | 2 | reserved address bits 20:12 of a large page are not 0",
        "0x600F | 3 | reserved bits 6:3 are not 0",
        "0x6087 | 4 | reserved bits 7:3 are not 0",
        "0x8000005037 | 1 | address bits beyond the processor's 39-bit physical addresses"})
    void misconfigurationsAreNamed(String entry, int level, String words) {
        assertEquals(words, EptEntry.misconfiguration(Long.decode(entry), level, false, SKYLAKE));
    }

    @Test
    void wellFormedEntriesAreNoMisconfiguration() {
        assertNull(EptEntry.misconfiguration(0x5037, 1, false, SKYLAKE));
        assertNull(EptEntry.misconfiguration(0x5034, 1, false, SKYLAKE), "execute-only is supported");
        assertNull(EptEntry.misconfiguration(0x5010, 1, false, SKYLAKE), "not present");
        assertNull(EptEntry.misconfiguration(EptEntry.table(0x7000), 4, false, SKYLAKE));
        assertNull(EptEntry.misconfiguration(EptEntry.leaf(0x4000_0000, 3, EptEntry.RIGHTS, EptEntry.WB), 3, false, SKYLAKE));
    }

    @Test
    void userExecuteCountsOnlyWithModeBasedExecuteControl() {
        assertFalse(EptEntry.present(EptEntry.USER_EXECUTE, false));
        assertTrue(EptEntry.present(EptEntry.USER_EXECUTE, true));
    }

    @Test
    void whatIsEncodedDecodesToTheSame() {
        Random random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            int level = 1 + random.nextInt(3);
            long address = random.nextLong() & EptEntry.ADDRESS & -EptEntry.pageSize(level);
            long entry = EptEntry.leaf(address, level, EptEntry.READ | EptEntry.EXECUTE, EptEntry.WT);
            assertTrue(EptEntry.isLeaf(entry, level));
            assertEquals(address, EptEntry.address(entry, level));
            assertEquals(EptEntry.WT, EptEntry.memoryType(entry));
            assertEquals("r-x", EptEntry.rights(entry, false));
        }
    }

    @Test
    void indicesSplitAGuestPhysicalAddressByLevel() {
        long address = 1L << 48 | 2L << 39 | 3L << 30 | 4L << 21 | 5L << 12 | 0x123;
        for (int level = 1; level <= 5; level++) {
            assertEquals(6 - level, EptEntry.index(address, level));
        }
    }

    @Test
    void aPointerIsEncodedDecodedAndChecked() {
        long eptp = Eptp.encode(0x3000, Eptp.WRITE_BACK, 4, true);
        assertEquals(0x305E, eptp);
        assertEquals("root 0x3000, WB, 4 levels, accessed/dirty", Eptp.describe(eptp));
        assertNull(Eptp.problem(eptp, SKYLAKE));
        assertNotNull(Eptp.problem(Eptp.encode(0x3000, 1, 4, false), SKYLAKE));
        assertNotNull(Eptp.problem(Eptp.encode(0x3000, Eptp.WRITE_BACK, 5, false), SKYLAKE));
        assertNotNull(Eptp.problem(eptp | 0x100, SKYLAKE));
        assertNotNull(Eptp.problem(eptp | 1L << 40, SKYLAKE));
        assertNotNull(Eptp.problem(eptp | Eptp.SUPERVISOR_SHADOW_STACK, SKYLAKE));
    }
}
