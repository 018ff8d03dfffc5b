// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.machine.ProtectedProgram;
import dev.vmcsmith.machine.TestProgram;
import dev.vmcsmith.machine.cpu.Cpu;
import org.junit.jupiter.api.Test;

/** SDM "8086 Emulation": real-address mode, entered from protected mode as "Switching Back to Real-Address Mode" describes. */
class RealModeTest {
    /**
     * Runs 16-bit code in real-address mode; segments have a base of 0 and the limit FFFFH, all handlers note vector, IP, CS and FLAGS
     * and end it.
     */
    private static TestProgram run(String code) {
        return ProtectedProgram.run("""
            mov esi, real
            mov edi, 0x8000
            mov ecx, 0x400
            rep movsb
            jmp 0x58:0x8000
            bits 16
            real:
            mov ax, 0xA0
            mov ss, ax
            mov ds, ax
            mov es, ax
            mov fs, ax
            mov gs, ax
            lidt [0x8000 + ivt - real]
            mov eax, cr0
            and al, 0xFE
            mov cr0, eax
            jmp 0:0x8000 + begin - real
            begin:
            xor ax, ax
            mov ds, ax
            mov es, ax
            mov ss, ax
            mov sp, 0x7000
            xor di, di
            mov cx, 48
            vectors:
            mov ax, di
            add ax, di
            add ax, 0x8000 + stubs16 - real
            mov [di], ax
            mov word [di + 2], 0
            add di, 4
            loop vectors
            xor ebx, ebx
            """ + code + """

            end:
            xor eax, eax
            out 0xF4, al
            ivt: dw 0x3FF
            dd 0
            align 8
            stubs16:
            """ + stubs() + """
            noted:
            pop word [0x6000]
            pop word [0x6002]
            pop word [0x6004]
            pop word [0x6006]
            jmp end
            bits 32
            """);
    }

    private static String stubs() {
        StringBuilder out = new StringBuilder();
        for (int v = 0; v < 48; v++) {
            out.append("push ").append(v).append("\njmp noted\nalign 8\n");
        }
        return out.toString();
    }

    private static int word(TestProgram p, int address) {
        return p.machine().memory().read32(address) & 0xFFFF;
    }

    private static void expect(TestProgram p, int vector, String at) {
        assertEquals(vector, word(p, 0x6000), "vector");
        assertEquals(0x8000 + p.address(at) - p.address("real"), word(p, 0x6002), "IP");
        assertEquals(0, word(p, 0x6004), "CS");
    }

    /** "The segment selector is shifted left by 4 bits to form a 20-bit base"; sums beyond 1 MByte reach on where A20 is not masked. */
    @Test
    void addressesAreSegmentTimes16PlusOffset() {
        TestProgram p = run("mov ax, 0x1234\n mov ds, ax\n mov word [0x10], 77\n mov ax, 0xFFFF\n mov es, ax\n mov bx, [es:0x10]\n");
        assertEquals(77, word(p, 0x12350));
        assertEquals(p.machine().memory().read32(0x100000) & 0xFFFF, p.rbx());
    }

    /** "INT n pushes FLAGS, CS and IP, clears IF and TF, and takes CS:IP from the vector table"; IRET goes back. */
    @Test
    void interruptsGoThroughTheVectorTable() {
        TestProgram p = run("sti\n int 33\n here: nop\n");
        expect(p, 33, "here");
        assertEquals(Cpu.IF, word(p, 0x6006) & Cpu.IF);
        assertEquals(9, run("mov word [33 * 4], 0x8000 + handler - real\n int 33\n jmp end\n handler: mov bx, 9\n iret\n").rbx());
    }

    /** "#GP if a memory operand is outside the segment limit" (interrupt 13), "#SS" for the stack segment, without an error code. */
    @Test
    void offsetsBeyondTheLimitFault() {
        expect(run("here: mov ax, [0xFFFF]\n"), 13, "here");
        expect(run("mov bp, 0xFFFF\n here: mov ax, [bp]\n"), 12, "here");
        expect(run("mov esi, 0x10000\n here: mov al, [esi]\n"), 13, "here");
    }

    /** Instructions of protected mode are not recognized; "#UD". */
    @Test
    void protectedModeInstructionsAreUndefined() {
        for (String instruction : new String[] {"str ax", "sldt ax", "lar ax, bx", "lsl ax, bx", "verr ax", "arpl ax, bx"}) {
            expect(run("here: " + instruction + "\n"), 6, "here");
        }
    }

    /** BOUND, division and overflow have their vectors. */
    @Test
    void exceptionsHaveTheirVectors() {
        expect(run("xor cx, cx\n here: div cx\n"), 0, "here");
        expect(run("mov dword [0x6100], 0x00050001\n mov ax, 9\n here: bound ax, [0x6100]\n"), 5, "here");
        expect(run("mov al, 0x7F\n inc al\n into\n here: nop\n"), 4, "here");
        expect(run("int3\n here: nop\n"), 3, "here");
    }

    /** Far calls and returns load CS as a paragraph number; PUSH of a segment and POPF work on 16 bits. */
    @Test
    void farTransfersLoadParagraphs() {
        TestProgram p = run("""
            call 0x800:far - real
            jmp end
            far:
            mov bx, cs
            retf
            """);
        assertEquals(0x800, p.rbx());
    }

    /** "The address-size and operand-size prefixes give 32-bit operands and addresses". */
    @Test
    void prefixesGive32Bits() {
        assertEquals(0x12345678, run("mov esi, 0x6100\n mov dword [esi], 0x12345678\n mov ebx, [esi]\n").rbx());
    }
}
