// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.ExceptionProgram;
import dev.vmcsmith.machine.TestProgram;
import dev.vmcsmith.machine.cpu.Cpu;
import org.junit.jupiter.api.Test;

/** SDM "Debug Exceptions": breakpoints of every kind, single steps, general detect, and what MOV SS holds back. */
class DebugExceptionTest {
    private static final int DB = 1, BS = 1 << 14, BD = 1 << 13;

    /** Sets DR0 to an address and DR7. */
    private static String breakpoint(String address, long dr7) {
        return "mov rax, " + address + "\n mov dr0, rax\n mov eax, " + dr7 + "\n mov dr7, rax\n mov qword [resume], done\n";
    }

    private static TestProgram run(String body) {
        return ExceptionProgram.run(body, "data: dq 0, 0\n");
    }

    private static long dr6(TestProgram p) {
        return p.machine().cpu(0).dr[6] & 0xE00F;
    }

    /** "Instruction breakpoints are faults, reported before the instruction executes." RF in the image of RFLAGS is set. */
    @Test
    void anInstructionBreakpointIsAFault() {
        TestProgram p = run(breakpoint("here", 0x401) + "mov ebx, 1\n here: mov ebx, 2\n");
        ExceptionProgram.expect(p, DB, 0, "here");
        assertEquals(1, p.rbx());
        assertEquals(1, dr6(p));
        assertTrue((p.qword("fault_flags") & Cpu.RF) != 0, "RF");
    }

    /** "RF prevents the instruction breakpoint from being hit again when the handler returns." */
    @Test
    void resumeFlagLetsTheInstructionRun() {
        TestProgram p = run(breakpoint("here", 0x401) + "mov qword [resume], 0\n here: mov ebx, 2\n");
        assertEquals(2, p.rbx());
        assertEquals(1, p.qword("count"));
    }

    /** "Data breakpoints are traps, reported after the instruction that accesses the location." */
    @Test
    void aDataBreakpointIsATrap() {
        TestProgram p = run(breakpoint("data", 0x401 | 0xDL << 16) + "mov ecx, [data]\n mov dword [data], 7\n here: nop\n");
        ExceptionProgram.expect(p, DB, 0, "here");
        assertEquals(7, p.dword("data"));
        assertEquals(1, dr6(p));
    }

    @Test
    void readsAreCaughtByReadWriteBreakpointsOnly() {
        ExceptionProgram.expect(run(breakpoint("data", 0x401 | 0xFL << 16) + "mov ecx, [data]\n here: nop\n"), DB, 0, "here");
        assertEquals(-1, run(breakpoint("data", 0x401 | 0xDL << 16) + "mov ecx, [data]\n").qword("vector"));
    }

    /** "LENn: 00 1 byte, 01 2 bytes, 10 8 bytes, 11 4 bytes"; any byte of the access within the range matches. */
    @Test
    void lengthsAreHonoured() {
        String touch = "mov byte [data + %d], 1\n";
        int[][] lengths = {{0, 1}, {1, 2}, {3, 4}, {2, 8}};
        for (int[] length : lengths) {
            long dr7 = 0x401 | (1L | length[0] << 2) << 16;
            assertEquals(DB, run(breakpoint("data", dr7) + touch.formatted(length[1] - 1)).qword("vector"));
            assertEquals(-1, run(breakpoint("data", dr7) + touch.formatted(length[1])).qword("vector"));
        }
        assertEquals(DB, run(breakpoint("data + 4", 0x401 | 1L << 16) + "mov qword [data], rax\n").qword("vector"));
    }

    /** "R/W = 10: break on I/O reads or writes, if CR4.DE is set." */
    @Test
    void portsAreWatchedWithDebugExtensions() {
        String extensions = "mov rax, cr4\n or eax, 8\n mov cr4, rax\n";
        TestProgram p = run(extensions + breakpoint("0x80", 0x401 | 2L << 16) + "out 0x80, al\n here: nop\n");
        ExceptionProgram.expect(p, DB, 0, "here");
    }

    /** "If DE is set, references to DR4 and DR5 cause an invalid-opcode exception"; otherwise they are DR6 and DR7. */
    @Test
    void dr4AndDr5AreAliasesWithoutDebugExtensions() {
        assertEquals(0x400, run("mov rbx, dr5\n").rbx());
        ExceptionProgram.expectFault(6, 0, "mov rax, cr4\n or eax, 8\n mov cr4, rax\n here: mov rbx, dr5\n", "");
    }

    /** "GD: the #DB occurs before a MOV instruction that accesses debug registers; BD is set and GD cleared." */
    @Test
    void generalDetectProtectsTheDebugRegisters() {
        TestProgram p = run(breakpoint("0", 0x2400) + "here: mov rbx, dr0\n");
        ExceptionProgram.expect(p, DB, 0, "here");
        assertEquals(BD, dr6(p));
        assertEquals(0, p.machine().cpu(0).dr[7] & 0x2000);
    }

    /** "#GP(0) if an attempt is made to write a 1 to any of bits 63:32 of DR6 or DR7." */
    @Test
    void upperHalvesOfDr6AndDr7AreReserved() {
        ExceptionProgram.expectFault(13, 0, "mov rax, 0x100000000\n here: mov dr7, rax\n", "");
        ExceptionProgram.expectFault(13, 0, "mov rax, 0x100000000\n here: mov dr6, rax\n", "");
    }

    /** "The single-step trap occurs after the instruction that follows the one that set TF"; BS is set. */
    @Test
    void theTrapFlagTrapsAfterTheNextInstruction() {
        TestProgram p = run("mov qword [resume], done\n pushfq\n or dword [rsp], 0x100\n popfq\n nop\n here: nop\n");
        ExceptionProgram.expect(p, DB, 0, "here");
        assertEquals(BS, dr6(p));
    }

    /** IA32_DEBUGCTL.BTF: "single-step on branches": only a taken branch traps. */
    @Test
    void branchTrapFlagTrapsAfterBranchesOnly() {
        TestProgram p = run("""
            mov qword [resume], done
            mov ecx, 0x1D9
            mov eax, 2
            xor edx, edx
            wrmsr
            pushfq
            or dword [rsp], 0x100
            popfq
            nop
            mov ebx, 1
            jmp here
            nop
            here: nop
            """);
        ExceptionProgram.expect(p, DB, 0, "here");
    }

    /** "MOV SS holds back debug exceptions until after the next instruction." */
    @Test
    void aTrapOnMovSsIsHeldBackByOneInstruction() {
        TestProgram p = run("mov word [data], 0x10\n" + breakpoint("data", 0x401 | 0xFL << 16) + "mov ss, [data]\n mov ebx, 3\n here: nop\n");
        ExceptionProgram.expect(p, DB, 0, "here");
        assertEquals(3, p.rbx());
    }

    /** "INT1 (ICEBP) is a trap"; "INT3 is a trap". */
    @Test
    void int1AndInt3AreTraps() {
        ExceptionProgram.expect(run("mov qword [resume], done\n int1\n here: nop\n"), DB, 0, "here");
        ExceptionProgram.expect(run("mov qword [resume], done\n int3\n here: nop\n"), 3, 0, "here");
    }
}
