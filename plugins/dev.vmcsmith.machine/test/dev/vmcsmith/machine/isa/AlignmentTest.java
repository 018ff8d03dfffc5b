// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.machine.ProtectedProgram;
import dev.vmcsmith.machine.TestProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SDM "Interrupt 17—Alignment Check Exception"; operands wider than 8 bytes as a Xeon of 2023 has them. */
class AlignmentTest {
    private static final int AC = 17, UD = 6;

    /** The vector of the exception that ends the code, which ends in UD2. */
    private static long vector(String code) {
        return ProtectedProgram.run("""
                mov  eax, cr0
                or   eax, 0x40000
                mov  cr0, eax
                mov  eax, cr4
                or   eax, 0x600
                mov  cr4, eax
                push 0x23
                push 0x80000
                push 0x40202
                push 0x1B
                push user
                iret
            user:
                mov  ax, 0x23
                mov  ds, ax
                mov  es, ax
                mov  esi, 0x210000
            """ + code + "\nud2\n").dword("vector");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"mov ax, [esi + %d] | 2", "mov eax, [esi + %d] | 4", "movq mm0, [esi + %d] | 8", "fld tword [esi + %d] | 8",
        "fbld [esi + %d] | 8", "cmpxchg8b [esi + %d] | 8", "movdqu xmm0, [esi + %d] | 1", "movups [esi + %d], xmm0 | 1",
        "lddqu xmm0, [esi + %d] | 1", "fnsave [esi + %d] | 4", "frstor [esi + %d] | 4", "fnstenv [esi + %d] | 4"})
    void operandsOfThisAlignmentAreAccepted(String code, int alignment) {
        for (int offset = 0; offset < 16; offset++) {
            int at = offset;
            assertEquals(offset % alignment == 0 ? UD : AC, vector(code.formatted(offset)), () -> code + " at " + at);
        }
    }

    @Test
    void moveOf64BytesStoresToAnAlignedAddress() {
        TestProgram p = TestProgram.long64On("sapphire-rapids", """
                mov  rsi, 0x300003
                mov  ecx, 64
            fill:
                mov  [rsi + rcx - 1], cl
                loop fill
                mov  rdi, 0x310040
                movdir64b rdi, [rsi]
            """ + TestProgram.EXIT).run();
        for (int n = 0; n < 64; n++) {
            assertEquals(n + 1, p.machine().memory().read(0, 0x310040 + n, 1));
        }
        assertEquals("triple", TestProgram.long64On("sapphire-rapids", "mov rdi, 0x310020\n movdir64b rdi, [0x300000]\n").stop().text().split(" ")[0]);
    }
}
