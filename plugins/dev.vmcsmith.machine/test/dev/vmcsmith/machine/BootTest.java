// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuMode;
import org.junit.jupiter.api.Test;

class BootTest {
    @Test
    void aMultibootProgramStartsInFlat32BitModeWithTheLoadersMagic() {
        TestProgram p = TestProgram.of("mov ecx, eax\n mov edx, [ebx]\n" + TestProgram.EXIT).run();
        assertEquals(0x2BADB002L, p.gpr(Cpu.RCX));
        assertEquals(0x245, p.gpr(Cpu.RDX));
        assertEquals(CpuMode.PROTECTED, p.machine().cpu(0).mode);
    }

    @Test
    void serialOutputReachesTheSink() {
        TestProgram p = TestProgram.of("""
            mov dx, 0x3F8
            mov esi, text
            mov ecx, 5
            rep outsb
            """ + TestProgram.EXIT + "text: db 'hello'").run();
        assertEquals("hello", p.serial());
    }

    @Test
    void aProgramReaches64BitMode() {
        TestProgram p = TestProgram.long64("mov rbx, 0x123456789ABCDEF0\n" + TestProgram.EXIT).run();
        assertEquals(0x123456789ABCDEF0L, p.rbx());
        assertEquals(CpuMode.LONG_64, p.machine().cpu(0).mode);
    }

    @Test
    void haltWithoutAnythingThatWakesEndsTheRun() {
        assertInstanceOf(StopReason.Halted.class, TestProgram.of("cli\n hlt\n").stop());
    }

    @Test
    void aFaultWithoutHandlersIsATripleFaultThatSaysWhatHappened() {
        StopReason reason = TestProgram.of("mov ax, 0x1234\n mov ds, ax\n").stop();
        assertTrue(assertInstanceOf(StopReason.TripleFault.class, reason).detail().contains("#GP(0x1234)"), reason.text());
    }

    @Test
    void anUnknownInstructionIsNamedWithItsBytes() {
        StopReason reason = TestProgram.of("db 0x0F, 0x04\n").stop();
        assertTrue(assertInstanceOf(StopReason.UnknownInstruction.class, reason).text().contains("0f 04"), reason.text());
    }

    @Test
    void theInstructionLimitIsExact() {
        TestProgram p = TestProgram.of("again: inc ebx\n jmp again\n");
        p.machine().cpu(0).gpr[Cpu.RBX] = 0;
        StopReason reason = p.machine().run(StopCondition.NONE.withMaxInstructions(1001));
        assertInstanceOf(StopReason.InstructionLimit.class, reason);
        assertEquals(1001, p.machine().instructionCount());
        assertEquals(500, p.gpr(Cpu.RBX));
    }

    @Test
    void aStepIsOneInstruction() {
        TestProgram p = TestProgram.of("mov eax, 1\n mov eax, 2\n");
        p.machine().step();
        assertInstanceOf(StopReason.StepDone.class, p.machine().step());
        assertEquals(1, p.gpr(Cpu.RAX));
        p.machine().step();
        assertEquals(2, p.gpr(Cpu.RAX));
    }

    @Test
    void aBreakpointStopsBeforeTheInstructionAndTheNextRunGoesOn() {
        TestProgram p = TestProgram.of("xor ecx, ecx\n again: inc ecx\n here: cmp ecx, 3\n jne again\n" + TestProgram.EXIT);
        StopCondition stop = StopCondition.NONE.withBreakpoint(p.address("here"));
        for (int n = 1; n <= 3; n++) {
            assertInstanceOf(StopReason.Breakpoint.class, p.machine().run(stop));
            assertEquals(n, p.gpr(Cpu.RCX));
            assertEquals(p.address("here"), p.machine().cpu(0).rip);
        }
        assertInstanceOf(StopReason.DebugExit.class, p.machine().run(stop));
    }

    @Test
    void selfModifyingCodeIsSeenByTheNextInstruction() {
        TestProgram p = TestProgram.of("""
            mov byte [patch + 1], 7
            patch: mov bl, 1
            """ + TestProgram.EXIT).run();
        assertEquals(7, p.rbx() & 0xFF);
    }

    @Test
    void stringsRunAcrossPagesAndLeaveTheirRegistersBehindTheEnd() {
        TestProgram p = TestProgram.of("""
            mov edi, 0x200FF0
            mov ecx, 100
            mov eax, 0x11223344
            rep stosd
            mov esi, 0x200FF0
            mov edi, 0x300FF1
            mov ecx, 400
            rep movsb
            mov ebx, [0x300FF1 + 396]
            """ + TestProgram.EXIT).run();
        assertEquals(0x11223344L, p.rbx());
        assertEquals(0, p.gpr(Cpu.RCX));
        assertEquals(0x300FF1 + 400, p.gpr(Cpu.RDI));
    }
}
