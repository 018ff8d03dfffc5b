// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.machine.TestProgram;
import org.junit.jupiter.api.Test;

/** SSE and the saved images of FPU and SSE state. */
class VectorTest {
    private static TestProgram run(String body, String data) {
        return TestProgram.long64(body + TestProgram.EXIT + "\nalign 64\n" + data).run();
    }

    @Test
    void movesAndLogicWorkOn128Bits() {
        TestProgram p = run("""
            movdqu xmm0, [a]
            movaps xmm1, [b]
            pxor xmm0, xmm1
            movaps [r], xmm0
            movq rbx, xmm1
            pshufd xmm2, xmm1, 0x1B
            movups [s], xmm2
            """, "b: dq 0x1111111122222222, 0x3333333344444444\n a: dq -1, 0\n r: dq 0, 0\n s: dq 0, 0\n");
        assertEquals(~0x1111111122222222L, p.qword("r"));
        assertEquals(0x1111111122222222L, p.rbx());
        assertEquals(0x4444444433333333L, p.qword("s"));
    }

    @Test
    void integerLanesDoNotCarryIntoEachOther() {
        TestProgram p = run("""
            movdqa xmm0, [a]
            paddb xmm0, [b]
            movdqa [r], xmm0
            movdqa xmm3, [a]
            punpcklbw xmm3, [b]
            movdqa [s], xmm3
            """, "a: dq 0xFF01FF02FF03FF04, 0\n b: dq 0x0101010101010101, 0\n align 16\n r: dq 0, 0\n s: dq 0, 0\n");
        assertEquals(0x0002000300040005L, p.qword("r"));
        assertEquals(0x01FF010301FF0104L, p.qword("s"));
    }

    @Test
    void scalarDoublesConvertAddAndCompare() {
        TestProgram p = run("""
            mov eax, 7
            cvtsi2sd xmm0, eax
            mov eax, 2
            cvtsi2sd xmm1, eax
            divsd xmm0, xmm1
            cvttsd2si rbx, xmm0
            ucomisd xmm0, xmm1
            seta [above]
            """, "above: dq 0\n");
        assertEquals(3, p.rbx());
        assertEquals(1, p.qword("above"));
    }

    @Test
    void fxsaveAndFxrstorKeepRegisters() {
        TestProgram p = run("""
            mov rax, 0x123456789
            movq xmm7, rax
            fninit
            fxsave [area]
            pxor xmm7, xmm7
            fxrstor [area]
            movq rbx, xmm7
            """, "area: times 512 db 0\n");
        assertEquals(0x123456789L, p.rbx());
        assertEquals(0x37F, p.qword("area") & 0xFFFF);
    }

    @Test
    void xsaveWritesTheHeaderOfWhatItSaved() {
        TestProgram p = run("""
            mov rax, cr4
            or eax, 0x40000
            mov cr4, rax
            xor ecx, ecx
            xor edx, edx
            mov eax, 3
            xsetbv
            mov rax, 0x42
            movq xmm3, rax
            mov eax, 3
            xsave [area]
            pxor xmm3, xmm3
            xrstor [area]
            movq rbx, xmm3
            """, "area: times 512 db 0\n header: times 64 db 0\n");
        assertEquals(0x42, p.rbx());
        assertEquals(3, p.qword("header"));
    }
}
