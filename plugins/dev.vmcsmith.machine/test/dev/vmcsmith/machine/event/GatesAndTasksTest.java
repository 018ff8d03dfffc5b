// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.event;

import static dev.vmcsmith.machine.ProtectedProgram.expect;
import static dev.vmcsmith.machine.ProtectedProgram.run;
import static dev.vmcsmith.machine.ProtectedProgram.user;
import static dev.vmcsmith.machine.ProtectedProgram.userFaults;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.ProtectedProgram;
import dev.vmcsmith.machine.TestProgram;
import dev.vmcsmith.machine.cpu.Cpu;
import org.junit.jupiter.api.Test;

/** SDM "Interrupt and Exception Handling" and "Task Management" in 32-bit protected mode; virtual-8086 mode. */
class GatesAndTasksTest {
    private static final int GP = 13;

    /** "The difference between an interrupt gate and a trap gate is the way the processor handles the IF flag." */
    @Test
    void anInterruptGateClearsTheInterruptFlagAndATrapGateDoesNot() {
        String observe = "mov dword [resume], next\n sti\n int %d\n next: pushfd\n pop ebx\n cli\n";
        assertEquals(0, run(observe.formatted(40)).rbx() & Cpu.IF);
        assertEquals(Cpu.IF, run(observe.formatted(41)).rbx() & Cpu.IF);
        assertEquals(Cpu.IF, run(observe.formatted(40)).dword("fault_flags") & Cpu.IF);
    }

    /**
     * "The processor checks the DPL of the interrupt or trap gate only if an exception or interrupt is generated with an INT n, INT3,
     * or INTO."
     */
    @Test
    void softwareInterruptsNeedTheGatesPrivilege() {
        userFaults(GP, 42 * 8 + 2, "here: int 42\n");
        assertEquals(42, run("int 42\n").dword("vector"));
        assertEquals(GP, user("here: hlt\n").dword("vector"));
    }

    /** "An interrupt vector beyond the limit of the IDT causes a general-protection exception" with IDT and vector in the error code. */
    @Test
    void vectorsBeyondTheTableFault() {
        ProtectedProgram.faults(GP, 200 * 8 + 2, "here: int 200\n");
    }

    /** "IRET ... if the NT flag is set, it executes a return from a nested task" after an interrupt came through a task gate. */
    @Test
    void anInterruptThroughATaskGateRunsTheOtherTaskAndIretReturns() {
        TestProgram p = run("""
            mov ebx, 5
            mov esi, 6
            int 43
            mov edx, 7
            jmp done
            other_task:
            mov ecx, [other]
            mov [0x8A100], ecx
            mov [0x8A104], ebx
            pushfd
            pop eax
            mov [0x8A108], eax
            str ax
            mov [0x8A10C], eax
            iret
            """);
        assertEquals(7, p.gpr(Cpu.RDX));
        assertEquals(5, p.rbx());
        assertEquals(6, p.gpr(Cpu.RSI));
        assertEquals(ProtectedProgram.TSS, p.machine().memory().read32(0x8A100) & 0xFFFF);
        assertEquals(44, p.machine().memory().read32(0x8A104));
        assertTrue((p.machine().memory().read32(0x8A108) & Cpu.NT) != 0, "NT is set in the new task");
        assertEquals(ProtectedProgram.OTHER_TSS, p.machine().memory().read32(0x8A10C) & 0xFFFF);
        assertEquals(0x89, p.machine().memory().read32(p.address("gdt") + 0x68 + 4) >>> 8 & 0xFF);
    }

    /** "JMP: the busy flag of the old task is cleared, that of the new one set; NT and the previous-task link stay." CR0.TS is set. */
    @Test
    void aJumpToATaskIsNotNested() {
        TestProgram p = run("""
            jmp 0x68:0
            other_task:
            pushfd
            pop ebx
            mov ecx, cr0
            """);
        assertEquals(0, p.rbx() & Cpu.NT);
        assertEquals(8, p.gpr(Cpu.RCX) & 8);
        assertEquals(0x8B, p.machine().memory().read32(p.address("gdt") + 0x68 + 4) >>> 8 & 0xFF);
        assertEquals(0x89, p.machine().memory().read32(p.address("gdt") + 0x60 + 4) >>> 8 & 0xFF);
        assertEquals(0, p.dword("other"));
    }

    /** "#GP(TSS selector) if the TSS is busy": tasks are not re-entrant. */
    @Test
    void aBusyTaskCannotBeCalled() {
        ProtectedProgram.faults(GP, ProtectedProgram.TSS, "here: call 0x60:0\n");
    }

    /** "CALL or JMP through a task gate needs the gate's DPL." */
    @Test
    void aTaskGateLeadsFromPrivilegeLevel3() {
        TestProgram p = user("call 0x93:0\n int 40\n other_task: mov ebx, [other]\n");
        assertEquals(ProtectedProgram.TSS, p.rbx() & 0xFFFF);
    }

    /** SDM "32-Bit Task Switching", checks: "#TS if the limit of the TSS is less than 67H". */
    @Test
    void aShortTssFaults() {
        ProtectedProgram.faults(10, ProtectedProgram.OTHER_TSS, "mov word [gdt + 0x68], 0x66\n here: jmp 0x68:0\n");
    }

    /** "A selector of the new task that is not valid: #TS, in the context of the new task." */
    @Test
    void aBadDataSegmentFaultsInTheNewTask() {
        TestProgram p = run("mov dword [other + 0x54], 0x30\n jmp 0x68:0\n other_task: here: nop\n");
        expect(p, 10, ProtectedProgram.EXECUTE_ONLY);
    }

    // --- virtual-8086 mode -----------------------------------------------------------------------------------------------------------

    /** Enters virtual-8086 mode at 0x8000 with the code of the label {@code v86}, and IOPL as given. */
    private static TestProgram virtual8086(int iopl, String code) {
        return run("""
            mov esi, v86
            mov edi, 0x8000
            mov ecx, 64
            rep movsb
            mov dword [0x20], 0x12345678
            push 0
            push 0
            push 0
            push 0x40
            push 0
            push 0x7000
            push """ + " " + (0x20002 | iopl << 12) + """

            push 0
            push 0x8000
            iret
            bits 16
            v86:
            """ + code + "\nbits 32\n");
    }

    /** "In virtual-8086 mode, segment registers hold a paragraph address": linear address is selector times 16 plus offset. */
    @Test
    void virtual8086ModeAddressesLikeAn8086() {
        TestProgram p = virtual8086(3, "mov ax, 2\n mov ds, ax\n mov ebx, [0]\n hlt\n");
        assertEquals(0x12345678, p.rbx());
        assertEquals(GP, p.dword("vector"));
        assertTrue((p.dword("fault_flags") & Cpu.VM) != 0, "VM is set in the pushed flags");
    }

    /** "CLI, STI, PUSHF, POPF, INT n and IRET are sensitive to IOPL: #GP if it is less than 3." */
    @Test
    void sensitiveInstructionsTrapByIopl() {
        for (String sensitive : new String[] {"cli", "sti", "pushf", "popf", "int 40", "iret"}) {
            TestProgram p = virtual8086(0, sensitive + "\nmov bx, 1\n hlt\n");
            assertEquals(0x8000, p.dword("fault_eip"), sensitive);
            assertEquals(GP, p.dword("vector"), sensitive);
        }
        assertEquals(1, virtual8086(3, "cli\n pushf\n popf\n xor ebx, ebx\n mov bx, 1\n hlt\n").rbx());
    }

    /** "When an interrupt or exception occurs in virtual-8086 mode, the processor pushes GS, FS, DS and ES, and clears those registers." */
    @Test
    void interruptsFromVirtual8086ModeSaveTheSegments() {
        TestProgram p = virtual8086(3, "mov ax, 0x1234\n mov ds, ax\n mov ax, 0x55\n mov gs, ax\n int 40\n");
        assertEquals(40, p.dword("vector"));
        assertEquals(0x55, p.machine().memory().read32(ProtectedProgram.KERNEL_STACK - 4));
        assertEquals(0, p.machine().memory().read32(ProtectedProgram.KERNEL_STACK - 8));
        assertEquals(0x1234, p.machine().memory().read32(ProtectedProgram.KERNEL_STACK - 12));
        assertEquals(0x40, p.machine().memory().read32(ProtectedProgram.KERNEL_STACK - 16));
        assertEquals(0, p.machine().cpu(0).seg[Cpu.GS].selector);
    }

    /** "Privileged and protected-mode instructions are not recognized in virtual-8086 mode." */
    @Test
    void protectedModeInstructionsAreUndefinedInVirtual8086Mode() {
        assertEquals(6, virtual8086(3, "str ax\n").dword("vector"));
        assertEquals(6, virtual8086(3, "lar ax, bx\n").dword("vector"));
        assertEquals(GP, virtual8086(3, "mov eax, cr0\n").dword("vector"));
    }
}
