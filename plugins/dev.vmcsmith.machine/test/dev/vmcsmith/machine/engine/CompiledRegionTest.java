// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.vmcsmith.machine.StateDump;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.TestProgram;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Blocks that are compiled together: what happens in one that is not entered through the run loop, and what makes execution leave. */
class CompiledRegionTest {
    private static final int AFTER = 4;
    private static final String FULL_BLOCK = "nop\n".repeat(47);

    private static final String DIVIDES = """
            mov eax, handler
            mov [0x80000], eax
            mov [0x80004], eax
            mov dword [0x80002], 0x8E000008
            mov qword [0x80008], 0
            lidt [idtr]
            mov r8d, 100
        again:
            test r8d, 1
            jz even
            inc r9
        even:
            xor edx, edx
            mov eax, 1000
            jmp divide
        divide:
            inc r10
        divides:
            div r8d
            dec r8d
            jmp again
        handler:
            pop rbx
        """ + TestProgram.EXIT + """
        align 8
        idtr:
            dw 15
            dq 0x80000
        """;

    @Test
    void aFaultBelongsToItsInstruction() {
        TestProgram program = TestProgram.compiled(AFTER, DIVIDES).run();
        assertEquals(program.address("divides"), program.rbx());
        assertSame(DIVIDES);
    }

    private static final String WRITES_AHEAD = """
            xor ebx, ebx
            mov ecx, 100
            mov edi, 0x80000
            mov esi, changed + 2
        again:
            cmp ecx, 3
            cmove edi, esi
            jmp block
        block:
        """ + FULL_BLOCK + """
            mov byte [rdi], cl
        changed:
            add ebx, 1
            dec ecx
            jnz again
            jmp done
        done:
        """ + TestProgram.EXIT;

    @Test
    void codeThatIsWrittenInFrontOfTheProcessorIsExecutedAsWritten() {
        assertEquals(97 + 3 + 2 + 1, TestProgram.compiled(AFTER, WRITES_AHEAD).run().rbx());
        assertSame(WRITES_AHEAD);
    }

    private static final String JUMP_ENDS_BLOCK = """
            mov ecx, 100
        again:
        """ + FULL_BLOCK.substring(4) + """
            dec ecx
            jnz again
            mov ebx, 1
        """ + TestProgram.EXIT;

    @Test
    void aLoopWhoseJumpIsTheLastOfItsBlockEnds() {
        assertEquals(1, TestProgram.compiled(AFTER, JUMP_ENDS_BLOCK).run().rbx());
        assertSame(JUMP_ENDS_BLOCK);
    }

    private static final String CALLS = """
            xor ebx, ebx
            mov ecx, 1000
        again:
            call first
            inc rdx
            test ecx, 3
            jz skipped
            call second
        skipped:
            dec ecx
            jnz again
        """ + TestProgram.EXIT + """
        first:
            call second
            inc rbx
            ret
        second:
            add rbx, 10
        returns:
            ret
        """;

    @Test
    void callsReturnToWhereTheyCameFrom() {
        assertEquals(1000 * 11 + 750 * 10, TestProgram.compiled(AFTER, CALLS).run().rbx());
        assertSame(CALLS);
    }

    @Test
    void aBreakpointStopsInTheMiddleOfARegion() {
        assertEquals(stops(Integer.MAX_VALUE), stops(AFTER));
    }

    /** How often the program stops at a breakpoint that is set while it runs. */
    private static long stops(int compileAfter) {
        TestProgram program = TestProgram.compiled(compileAfter, CALLS);
        program.machine().run(StopCondition.NONE.withMaxInstructions(5000));
        StopCondition there = StopCondition.NONE.withBreakpoint(program.address("returns"));
        long count = 0;
        StopReason reason = program.machine().run(there);
        while (reason instanceof StopReason.Breakpoint) {
            count++;
            reason = program.machine().run(there);
        }
        assertInstanceOf(StopReason.DebugExit.class, reason);
        return count;
    }

    @Test
    void codeThatLiesInADeviceIsExecutedToo() {
        String body = """
                mov dword [0x71018], 0x74007
                mov dword [0x74FB8], 0xFEE00087
                mov eax, 0xFEE00000
                jmp rax
            """;
        TestProgram compiled = TestProgram.compiled(1, body);
        TestProgram interpreted = TestProgram.compiled(Integer.MAX_VALUE, body);
        StopCondition there = StopCondition.NONE.withBreakpoint(0xFEE00000L);
        assertInstanceOf(StopReason.Breakpoint.class, interpreted.machine().run(there));
        assertInstanceOf(StopReason.Breakpoint.class, compiled.machine().run(there));
        StopCondition some = StopCondition.NONE.withMaxInstructions(10);
        assertEquals(interpreted.machine().run(some).text(), compiled.machine().run(some).text());
        assertEquals(0xFEE00014L, compiled.machine().cpu(0).rip);
        assertEquals(StateDump.of(interpreted.machine()), StateDump.of(compiled.machine()));
    }

    /** Runs on both engines, in pieces of any length, and compares after each. */
    private static void assertSame(String body) {
        TestProgram compiled = TestProgram.compiled(AFTER, body);
        TestProgram interpreted = TestProgram.compiled(Integer.MAX_VALUE, body);
        SplittableRandom random = new SplittableRandom(1);
        StopReason reason;
        do {
            StopCondition some = StopCondition.NONE.withMaxInstructions(1 + random.nextInt(random.nextBoolean() ? 10 : 500));
            reason = interpreted.machine().run(some);
            assertEquals(reason.text(), compiled.machine().run(some).text());
            assertEquals(StateDump.of(interpreted.machine()), StateDump.of(compiled.machine()));
        } while (reason instanceof StopReason.InstructionLimit);
        assertInstanceOf(StopReason.DebugExit.class, reason);
    }
}
