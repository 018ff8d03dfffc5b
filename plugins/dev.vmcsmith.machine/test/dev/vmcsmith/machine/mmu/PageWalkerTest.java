// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.TestProgram;
import org.junit.jupiter.api.Test;

class PageWalkerTest {
    private static Machine paged(String body) {
        Machine machine = TestProgram.long64(body + "\nhere: jmp here\n").machine();
        machine.run(StopCondition.NONE.withMaxInstructions(6000));
        return machine;
    }

    @Test
    void everyEntryOfATranslationIsListed() {
        Machine machine = paged("");
        PageWalk walk = machine.walk(0, 0x612345, Access.READ);
        assertEquals("4-level", walk.mode());
        assertEquals(3, walk.steps().size());
        assertEquals(0x70000, walk.steps().get(0).address());
        assertEquals(0x72018, walk.steps().get(2).address());
        assertEquals(0x612345, walk.physical());
        assertEquals(2 << 20, walk.pageSize());
        assertNull(walk.fault());
    }

    @Test
    void aWalkHasNoSideEffects() {
        Machine machine = paged("");
        long before = machine.memory().read64(0x72018);
        machine.walk(0, 0x612345, Access.WRITE);
        assertEquals(before, machine.memory().read64(0x72018));
    }

    @Test
    void aFaultIsNamedAfterTheEntryThatCausedIt() {
        PageWalk walk = paged("").walk(0, 0x40000000L, Access.WRITE);
        assertEquals("#PF(0x2)", walk.fault());
        assertEquals(2, walk.steps().size());
        assertEquals(0, walk.steps().get(1).guest().value());
        assertEquals(-1, walk.physical());
    }

    @Test
    void paeAndTwoLevelPagingTranslateTheSameAddress() {
        TestProgram twoLevel = TestProgram.of("""
            mov dword [0x70004], 0x71007
            mov dword [0x71000 + 4 * 5], 0x123007
            mov dword [0x70000], 0x87
            mov eax, cr4
            or eax, 0x10
            mov cr4, eax
            mov eax, 0x70000
            mov cr3, eax
            mov eax, cr0
            or eax, 0x80000000
            mov cr0, eax
            mov ebx, [0x405678]
            """ + TestProgram.EXIT).run();
        PageWalk walk = twoLevel.machine().walk(0, 0x405678, Access.READ);
        assertEquals("32-bit", walk.mode());
        assertEquals(0x123678, walk.physical());
        TestProgram pae = TestProgram.of("""
            mov dword [0x70000], 0x71001
            mov dword [0x71000], 0x87
            mov dword [0x71000 + 8 * 2], 0x72007
            mov dword [0x72000 + 8 * 5], 0x123007
            mov eax, cr4
            or eax, 0x20
            mov cr4, eax
            mov eax, 0x70000
            mov cr3, eax
            mov eax, cr0
            or eax, 0x80000000
            mov cr0, eax
            mov ebx, [0x405678]
            """ + TestProgram.EXIT).run();
        walk = pae.machine().walk(0, 0x405678, Access.READ);
        assertEquals("PAE", walk.mode());
        assertEquals(0x123678, walk.physical());
        assertEquals(0x20, pae.machine().memory().read64(0x72028) & 0x60);
    }
}
