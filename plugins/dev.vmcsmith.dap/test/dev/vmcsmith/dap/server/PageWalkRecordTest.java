// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.Instant;
import dev.vmcsmith.dap.protocol.MemoryAccess;
import dev.vmcsmith.dap.protocol.PageWalk;
import dev.vmcsmith.machine.cpu.InterceptPolicy;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.machine.mmu.Access;
import dev.vmcsmith.machine.mmu.PageWalker;
import dev.vmcsmith.machine.mmu.PagingState;
import dev.vmcsmith.vmx.VmcsField;
import dev.vmcsmith.vmx.VmcsMap;
import dev.vmcsmith.vmx.VmxCapabilities;
import dev.vmcsmith.vmx.ept.EptEntry;
import dev.vmcsmith.vmx.ept.Eptp;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A guest with PAE paging that maps its first 2 MiB to themselves, under an EPT that maps the first 2 MiB in 4-KiB pages 16 MiB higher. */
class PageWalkRecordTest {
    private static final long HOST_OFFSET = 16 << 20;
    private static final long PROTECTED_PAGED = 0x8001_0031L;
    private static final long PAE = 1 << 5;
    private static final Instant NOW = new Instant(0, 0);

    private final PhysicalMemory memory = new PhysicalMemory(32 << 20);
    private final PageWalker walker = new PageWalker(memory, VmxCapabilities.UNKNOWN);
    private final long eptp = Eptp.encode(0x10_0000, Eptp.WRITE_BACK, 4, false);
    private final long[] pdptes = {0x2_1001, 0, 0, 0};

    @BeforeEach
    void buildTables() {
        memory.write64(0x10_0000, EptEntry.table(0x10_1000));
        memory.write64(0x10_1000, EptEntry.table(0x10_2000));
        memory.write64(0x10_2000, EptEntry.table(0x10_3000));
        for (int page = 0; page < 512; page++) {
            memory.write64(eptPte(page), EptEntry.leaf(HOST_OFFSET + page * 4096L, 1, EptEntry.RIGHTS, EptEntry.WB));
        }
        memory.write64(HOST_OFFSET + 0x2_0000, 0x2_1001);
        memory.write64(HOST_OFFSET + 0x2_1000, 0x2_2007);
        for (int page = 0; page < 512; page++) {
            memory.write64(HOST_OFFSET + 0x2_2000 + 8 * page, page * 4096L | 7);
        }
    }

    private static long eptPte(int page) {
        return 0x10_3000 + 8L * page;
    }

    private PageWalk walk(long address, MemoryAccess access) {
        PagingState state = new PagingState(PROTECTED_PAGED, 0x2_0000, PAE, 0, pdptes, 0x0007040600070406L, 0, 0, false, true, eptp, 0, 0,
                new VmcsMap(Map.of(VmcsField.EXCEPTION_BITMAP, 0L)));
        return linear(state, address, AddressSpace.GUEST_VIRTUAL, access);
    }

    private PageWalk linear(PagingState state, long address, AddressSpace space, MemoryAccess access) {
        return PageWalkRecord.of(walker.linear(state, address, PageWalkRecord.access(access)), space, access, NOW);
    }

    @Test
    void aGoodTranslationIsAGridOfThreeGuestLevelsByFourEptLevelsAndTheLastColumn() {
        PageWalk walk = walk(0x1_0005, MemoryAccess.EXECUTE);
        assertTrue(walk.succeeded());
        assertEquals("PAE", walk.paging());
        assertEquals(4, walk.steps().size());
        for (PageWalk.Step step : walk.steps()) {
            assertEquals(4, step.ept().size());
        }
        assertEquals("PDE", walk.steps().get(1).guest().level());
        assertEquals(HOST_OFFSET + 0x2_1000, walk.steps().get(1).guest().entryAddress());
        assertNull(walk.steps().get(3).guest());
        assertEquals(0x1_0005, walk.guestPhysical());
        assertEquals(HOST_OFFSET + 0x1_0005, walk.physical());
        assertEquals("rwxu", walk.rights());
        assertEquals("WB", walk.memoryType());
        assertEquals(4096, walk.pageSize());
    }

    @Test
    void aWalkOfHlatPagingBeginsAtTheHlatPointerUnlessAnEntryRestartsIt() {
        long longMode = 0x500;
        long[] tables = {0x2_3000, 0x2_4000, 0x2_5000, 0x2_2000};
        for (int level = 0; level < 3; level++) {
            memory.write64(HOST_OFFSET + tables[level], tables[level + 1] | 7);
        }
        PagingState state = new PagingState(PROTECTED_PAGED, tables[0], PAE, longMode, pdptes, 0x0007040600070406L, 0, 0, false, true, eptp, 0,
                0x2_6000 | InterceptPolicy.HLAT_ON, new VmcsMap(Map.of(VmcsField.EXCEPTION_BITMAP, 0L)));
        PageWalk failing = linear(state, 0x1000, AddressSpace.GUEST_VIRTUAL, MemoryAccess.READ);
        assertEquals("HLAT pointer = 0x26000", failing.root());
        assertEquals("#PF with error code 0x80 in the guest, without a VM exit", failing.failure().consequence());
        memory.write64(HOST_OFFSET + 0x2_6000, 1 << 11 | 7);
        PageWalk restarted = linear(state, 0x1000, AddressSpace.GUEST_VIRTUAL, MemoryAccess.READ);
        assertEquals("CR3 = 0x23000", restarted.root());
        assertTrue(restarted.succeeded());
        assertEquals(5, restarted.steps().size());
    }

    @Test
    void anAbsentEptEntryOfTheLastColumnFailsThere() {
        memory.write64(eptPte(0x10), 0);
        PageWalk walk = walk(0x1_0005, MemoryAccess.WRITE);
        assertFalse(walk.succeeded());
        assertEquals(3, walk.failure().step());
        assertEquals(3, walk.failure().eptCell());
        assertTrue(walk.steps().get(3).ept().get(3).failing());
        assertEquals("VM exit 48 EPT violation, qualification 0x182", walk.failure().consequence());
        assertNull(walk.physical());
        assertEquals(0x1_0005, walk.guestPhysical());
    }

    @Test
    void anEptThatHidesAPagingStructureFailsInItsColumn() {
        memory.write64(eptPte(0x22), EptEntry.leaf(HOST_OFFSET + 0x2_2000, 1, EptEntry.EXECUTE | EptEntry.READ,
                EptEntry.WB) & ~EptEntry.READ);
        PageWalk walk = walk(0x1_0005, MemoryAccess.READ);
        assertEquals(2, walk.failure().step());
        assertNull(walk.steps().get(2).guest());
        assertEquals("set bit 0 (read) of the EPT PTE at 0x103110", walk.failure().remedy());
    }

    @Test
    void aReadOnlyGuestPageFailsForWritesUnderWriteProtect() {
        memory.write64(HOST_OFFSET + 0x2_2000 + 8 * 0x10, 0x1_0005);
        assertTrue(walk(0x1_0005, MemoryAccess.READ).succeeded());
        PageWalk walk = walk(0x1_0005, MemoryAccess.WRITE);
        assertEquals(2, walk.failure().step());
        assertEquals(-1, walk.failure().eptCell());
        assertEquals("#PF with error code 0x3 in the guest, without a VM exit", walk.failure().consequence());
        assertTrue(walk.failure().remedy().startsWith("set bit 1 (writable) of the PTE"));
    }

    @Test
    void anAbsentGuestEntrySaysSo() {
        PageWalk walk = walk(0x4000_0000L, MemoryAccess.READ);
        assertEquals("the PDPTE is not present", walk.failure().reason());
        PageWalk second = walk(0x20_0000L, MemoryAccess.READ);
        assertEquals("the PDE is not present", second.failure().reason());
        assertEquals(1, second.failure().step());
    }

    @Test
    void aMisconfiguredEptEntryIsExit49() {
        memory.write64(eptPte(0x10), HOST_OFFSET | EptEntry.WRITE);
        assertEquals("VM exit 49 EPT misconfiguration", walk(0x1_0000, MemoryAccess.WRITE).failure().consequence());
    }

    @Test
    void aGuestPhysicalAddressHasOneColumn() {
        PagingState state = new PagingState(PROTECTED_PAGED, 0x2_0000, PAE, 0, pdptes, 0, 0, 0, false, true, eptp, 0, 0,
                new VmcsMap(Map.of()));
        PageWalk walk = PageWalkRecord.of(walker.guestPhysical(state, 0x5000, Access.READ), AddressSpace.GUEST_PHYSICAL,
                MemoryAccess.READ, NOW);
        assertEquals(1, walk.steps().size());
        assertEquals(HOST_OFFSET + 0x5000, walk.physical());
        assertEquals("none", walk.paging());
    }

    @Test
    void aNonCanonicalAddressHasNoColumns() {
        PagingState state = new PagingState(PROTECTED_PAGED, 0x2_0000, PAE, 0xD00, null, 0, 0, 0, false, true, null, 0, 0, null);
        PageWalk walk = linear(state, 0x8000_0000_0000L, AddressSpace.HOST_VIRTUAL, MemoryAccess.READ);
        assertEquals(-1, walk.failure().step());
        assertTrue(walk.failure().reason().contains("canonical"));
    }
}
