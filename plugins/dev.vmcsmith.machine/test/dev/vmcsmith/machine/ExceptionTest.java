// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import static dev.vmcsmith.machine.ExceptionProgram.expect;
import static dev.vmcsmith.machine.ExceptionProgram.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.cpu.Cpu;
import org.junit.jupiter.api.Test;

/** Exceptions, interrupts and IRET in 64-bit and 32-bit mode. */
class ExceptionTest {
    @Test
    void aPageFaultHasItsErrorCodeAndCr2() {
        TestProgram p = run("mov qword [resume], done\n mov rsi, 0x40000000\n here: mov [rsi + 8], rax\n");
        expect(p, 14, 2, "here");
        assertEquals(0x40000008L, p.machine().cpu(0).cr2);
        assertTrue((p.qword("fault_flags") & Cpu.RF) != 0, "RF is set in the image of a fault");
    }

    @Test
    void divisionByZeroFaultsAtTheInstruction() {
        expect(run("mov qword [resume], done\n xor ecx, ecx\n here: div ecx\n"), 0, 0, "here");
    }

    @Test
    void int3IsATrapBehindTheInstruction() {
        expect(run("int3\n here: nop\n"), 3, 0, "here");
    }

    @Test
    void softwareInterruptsReturnBehindThemselves() {
        TestProgram p = run("mov rbx, 1\n int 40\n here: add rbx, 1\n");
        expect(p, 40, 0, "here");
        assertEquals(2, p.rbx());
    }

    @Test
    void aNonCanonicalAddressIsAGeneralProtectionFault() {
        expect(run("mov qword [resume], done\n mov rax, 0x800000000000\n here: mov rbx, [rax]\n"), 13, 0, "here");
    }

    @Test
    void aBadSelectorIsAGeneralProtectionFaultWithTheSelector() {
        expect(run("mov qword [resume], done\n mov eax, 0x123\n here: mov ds, ax\n"), 13, 0x120, "here");
    }

    @Test
    void undefinedInstructionsFault() {
        expect(run("mov qword [resume], done\n here: ud2\n"), 6, 0, "here");
    }

    @Test
    void theTrapFlagStopsAfterTheNextInstruction() {
        TestProgram p = run("pushfq\n or qword [rsp], 0x100\n popfq\n nop\n here: nop\n pushfq\n and qword [rsp], ~0x100\n popfq\n nop\n");
        assertEquals(1, p.qword("vector"));
        assertTrue(p.qword("count") >= 4, "one trap per instruction: " + p.qword("count"));
    }

    @Test
    void writingAReadOnlyPageFaultsOnlyWithWriteProtect() {
        String makeReadOnly = "and qword [0x72010], ~2\n mov rax, cr3\n mov cr3, rax\n mov rsi, 0x400000\n";
        TestProgram plain = run(makeReadOnly + "mov dword [rsi], 77\n mov ebx, [rsi]\n");
        assertEquals(77, plain.rbx());
        TestProgram protect = run(makeReadOnly + "mov qword [resume], done\n mov rax, cr0\n or rax, 0x10000\n mov cr0, rax\n here: mov dword [rsi], 77\n");
        expect(protect, 14, 3, "here");
    }

    @Test
    void accessedAndDirtyFlagsAreSet() {
        TestProgram p = run("mov rbx, [0x600000]\n mov dword [0x800000], 1\n");
        assertEquals(0x20, p.machine().memory().read64(0x72018) & 0x60);
        assertEquals(0x60, p.machine().memory().read64(0x72020) & 0x60);
    }

    @Test
    void invlpgMakesAChangedTranslationVisible() {
        TestProgram p = run("""
            mov dword [0x600000], 1
            mov dword [0x800000], 2
            mov ebx, [0x600000]
            mov qword [0x72018], 0x800087
            invlpg [0x600000]
            mov ebx, [0x600000]
            """);
        assertEquals(2, p.rbx());
    }

    @Test
    void userCodeReachesTheKernelThroughSyscallAndInterruptGates() {
        TestProgram p = run("""
            mov ecx, 0xC0000081
            xor eax, eax
            mov edx, 0x00180008
            wrmsr
            mov ecx, 0xC0000082
            mov eax, kernel
            xor edx, edx
            wrmsr
            mov ecx, 0xC0000084
            mov eax, 0x200
            wrmsr
            push 0x2B
            push 0x80000
            push 0x202
            push 0x23
            push user
            iretq
        user:
            mov rbx, 5
            syscall
            nop
        kernel:
            mov rdx, rcx
            mov ax, ss
            movzx esi, ax
            mov rsp, 0x90000
            mov rbx, 6
            """);
        assertEquals(6, p.rbx());
        assertEquals(p.address("kernel") - 1, p.gpr(Cpu.RDX));
        assertEquals(0x10, p.gpr(Cpu.RSI));
    }

    @Test
    void aFaultInRing3IsDeliveredOnTheKernelStack() {
        TestProgram p = run("""
            mov qword [resume], user_resumes
            mov dword [0x20004], 0x88000
            mov ecx, 0xC0000081
            xor eax, eax
            mov edx, 0x00180008
            wrmsr
            mov ecx, 0xC0000082
            mov eax, done
            xor edx, edx
            wrmsr
            push 0x2B
            push 0x80000
            push 0x202
            push 0x23
            push user
            iretq
        user:
            here: hlt
        user_resumes:
            mov rbx, rsp
            syscall
            """);
        expect(p, 13, 0, "here");
        assertEquals(0x23, p.qword("fault_cs"));
        assertEquals(0x80000, p.rbx());
        assertEquals(0x2B, p.machine().memory().read64(0x88000 - 8));
        assertEquals(0x80000, p.machine().memory().read64(0x88000 - 16));
    }

    @Test
    void theTimerInterruptsAfterItsTime() {
        TestProgram p = run("""
            mov al, 0x11
            out 0x20, al
            out 0xA0, al
            mov al, 32
            out 0x21, al
            mov al, 40
            out 0xA1, al
            mov al, 4
            out 0x21, al
            mov al, 2
            out 0xA1, al
            mov al, 1
            out 0x21, al
            out 0xA1, al
            mov al, 0xFE
            out 0x21, al
            mov al, 0x30
            out 0x43, al
            mov al, 100
            out 0x40, al
            xor al, al
            out 0x40, al
            sti
            hlt
            cli
            """);
        assertEquals(32, p.qword("vector"));
    }

    @Test
    void theApicTimerInterruptsAHaltedProcessor() {
        TestProgram p = run("""
            mov eax, 0xC0000087
            mov [0x71018], rax
            mov rax, cr3
            mov cr3, rax
            mov edi, 0xFEE00000
            mov dword [rdi + 0xF0], 0x1FF
            mov dword [rdi + 0x3E0], 0xB
            mov dword [rdi + 0x320], 45
            mov dword [rdi + 0x380], 10000
            sti
            hlt
            cli
            """);
        assertEquals(45, p.qword("vector"));
    }

    /**
     * SDM "Interrupt 17": #AC is benign, so one that the delivery of #AC raises is delivered in turn, which never ends on a real
     * processor.
     */
    @Test
    void anEndlessAlignmentCheckStopsTheMachineByName() {
        StopReason reason = TestProgram.of("""
                lgdt [gdtr]
                mov ax, 0x28
                ltr ax
                lidt [idtr]
                mov eax, cr0
                or eax, 0x40000
                mov cr0, eax
                push 0x23
                push 0x88001
                push 0x40202
                push 0x1B
                push user
                iret
            user:
                push eax
            align 8
            gdt: dq 0, 0x00CF9B000000FFFF, 0x00CF93000000FFFF, 0x00CFFB000000FFFF, 0x00CFF3000000FFFF, 0x0000890500000067
            gdtr: dw 47
                dd gdt
            idtr: dw 18 * 8 - 1
                dd idt
            align 8
            idt: times 17 dq 0
                dq 0x0000EE00001B0000
            """).stop();
        assertTrue(reason.text().contains("stuck: the delivery of #AC"), reason.text());
    }
}
