// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.snapshot.Snapshot;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final String PROGRAM = """
            mov edi, 0x200000
            xor ebx, ebx
        again:
            rdrand eax
            add ebx, eax
            rdtsc
            xor ebx, eax
            mov [edi], ebx
            add edi, 4
            add byte [patched + 1], 1
        patched:
            mov cl, 0
            add bl, cl
            cmp edi, 0x210000
            jne again
        """ + TestProgram.EXIT;

    private static StopReason steps(Machine machine, long count) {
        return machine.run(StopCondition.NONE.withMaxInstructions(count));
    }

    @Test
    void aRestoredMachineDoesTheSameAgain() {
        Machine machine = TestProgram.of(PROGRAM).machine();
        steps(machine, 50_000);
        Snapshot snapshot = machine.snapshot();
        long count = machine.instructionCount();
        StopReason first = steps(machine, 10_000_000);
        String end = StateDump.of(machine);
        long memory = machine.memory().read64(0x20FFF8);
        machine.restore(snapshot);
        assertEquals(count, machine.instructionCount());
        assertEquals(0, machine.memory().read64(0x20FFF8));
        assertEquals(first, steps(machine, 10_000_000));
        assertEquals(end, StateDump.of(machine));
        assertEquals(memory, machine.memory().read64(0x20FFF8));
    }

    @Test
    void aRunCutIntoPiecesIsTheSameRun() {
        Machine whole = TestProgram.of(PROGRAM).machine();
        steps(whole, 40_000);
        Machine pieces = TestProgram.of(PROGRAM).machine();
        for (int n = 0; n < 4000; n++) {
            steps(pieces, 7 + n % 7);
        }
        steps(pieces, 40_000 - pieces.instructionCount());
        assertEquals(40_000, pieces.instructionCount());
        assertEquals(StateDump.of(whole), StateDump.of(pieces));
    }

    @Test
    void goingBackToAnInstantGivesTheStateOfThatInstant() {
        Machine machine = TestProgram.of(PROGRAM).machine();
        steps(machine, 1000);
        machine.snapshot();
        steps(machine, 2345);
        String then = StateDump.of(machine);
        steps(machine, 5000);
        machine.snapshot();
        steps(machine, 5000);
        assertTrue(machine.reverseTo(3345));
        assertEquals(3345, machine.instructionCount());
        assertEquals(then, StateDump.of(machine));
    }

    @Test
    void oneCanGoBackAndForthBetweenSnapshots() {
        TestProgram p = TestProgram.of("mov dword [0x300000], 1\n mov dword [0x300000], 2\n mov dword [0x300000], 3\n nop\n");
        Machine machine = p.machine();
        steps(machine, 2);
        Snapshot first = machine.snapshot();
        steps(machine, 1);
        Snapshot second = machine.snapshot();
        steps(machine, 1);
        assertEquals(3, machine.memory().read32(0x300000));
        machine.restore(first);
        assertEquals(1, machine.memory().read32(0x300000));
        steps(machine, 1);
        assertEquals(2, machine.memory().read32(0x300000));
        machine.restore(second);
        assertEquals(2, machine.memory().read32(0x300000));
        steps(machine, 1);
        assertEquals(3, machine.memory().read32(0x300000));
        machine.restore(first);
        assertEquals(1, machine.memory().read32(0x300000));
        machine.drop(first);
        assertThrows(IllegalStateException.class, () -> machine.restore(first));
        assertEquals(0x90000, machine.cpu(0).gpr[Cpu.RSP]);
    }
}
