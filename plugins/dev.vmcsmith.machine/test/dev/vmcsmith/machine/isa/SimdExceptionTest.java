// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import static dev.vmcsmith.machine.ExceptionProgram.expectFault;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.ExceptionProgram;
import dev.vmcsmith.machine.TestProgram;
import org.junit.jupiter.api.Test;

/**
 * When x87, MMX and SSE instructions do not execute, and what #XM leaves behind. Values and flags are compared with a processor
 * elsewhere.
 */
class SimdExceptionTest {
    private static final String DATA = "zero: dd 0\n one: dd 0x3F800000\n csr: dd 0x1D80\n after: dd 0\n align 16\n sixteen: dq 1, 2\n";

    private static String cr0(int set) {
        return "mov rax, cr0\n or eax, " + set + "\n mov cr0, rax\n";
    }

    private static String cr4(int clear) {
        return "mov rax, cr4\n and eax, ~" + clear + "\n mov cr4, rax\n";
    }

    /** SDM "SIMD Floating-Point Exception (#XM)": the instruction is not executed, the flags in MXCSR tell why. */
    @Test
    void anUnmaskedExceptionIsVector19AndKeepsTheDestination() {
        TestProgram p = ExceptionProgram.run("""
            mov qword [resume], next
            ldmxcsr [csr]
            movss xmm0, [one]
            here: divss xmm0, [zero]
            next: stmxcsr [after]
            movd ebx, xmm0
            """, DATA);
        ExceptionProgram.expect(p, 19, 0, "here");
        assertEquals(0x3F800000L, p.rbx());
        assertEquals(0x1D84, p.dword("after"));
    }

    /** "If CR4.OSXMMEXCPT[bit 10] = 0, the processor generates an invalid-opcode exception." */
    @Test
    void withoutOsxmmexcptItIsAnInvalidOpcode() {
        expectFault(6, 0, cr4(0x400) + "ldmxcsr [csr]\n movss xmm0, [one]\n here: divss xmm0, [zero]\n", DATA);
    }

    /** SDM "Exceptions" of SSE instructions: #UD if CR0.EM = 1 or CR4.OSFXSR = 0, #NM if CR0.TS = 1. */
    @Test
    void sseNeedsOsfxsrAndNoEmulation() {
        expectFault(6, 0, cr4(0x200) + "here: addss xmm0, xmm1\n", DATA);
        expectFault(6, 0, cr0(4) + "here: addss xmm0, xmm1\n", DATA);
        expectFault(7, 0, cr0(8) + "here: addss xmm0, xmm1\n", DATA);
    }

    /** SDM "Exceptions" of MMX instructions: #UD if CR0.EM = 1, #NM if CR0.TS = 1, #MF if an x87 exception is pending. */
    @Test
    void mmxFaultsOtherThanX87() {
        expectFault(6, 0, cr0(4) + "here: paddb mm0, mm1\n", DATA);
        expectFault(7, 0, cr0(4) + "here: fld1\n", DATA);
        expectFault(7, 0, cr0(8) + "here: paddb mm0, mm1\n", DATA);
        expectFault(16, 0, "fninit\n push 0x37B\n fldcw [rsp]\n fld1\n fldz\n fdivp st1, st0\n here: paddb mm0, mm1\n", DATA);
    }

    /** "WAIT: #NM if CR0.MP[bit 1] and CR0.TS[bit 3] both are 1." */
    @Test
    void waitChecksMpWithTs() {
        expectFault(7, 0, cr0(8 | 2) + "here: fwait\n", DATA);
    }

    /** "#GP if a memory operand is not aligned on a 16-byte boundary", but not for MOVUPS. */
    @Test
    void alignedOperandsAreChecked() {
        expectFault(13, 0, "here: addps xmm0, [sixteen + 4]\n", DATA);
        TestProgram p = ExceptionProgram.run("movups xmm0, [sixteen + 4]\n movq rbx, xmm0\n", DATA);
        assertEquals(2L << 32, p.rbx());
    }

    /** MASKMOVDQU: "Bytes with mask bit 0 are not accessed": no fault for them. */
    @Test
    void maskedStoresDoNotTouchOtherBytes() {
        TestProgram p = ExceptionProgram.run("""
            mov rdi, 0x40000000 - 8
            mov rax, 0x80
            movq xmm1, rax
            movq xmm0, [sixteen]
            maskmovdqu xmm0, xmm1
            xor ebx, ebx
            """, DATA);
        assertEquals(-1, p.qword("vector"));
    }

    /** RCPPS and RSQRTPS: "The relative error for this approximation is |Relative Error| <= 1.5 * 2^-12." */
    @Test
    void approximationsAreAsGoodAsPromised() {
        double bound = 1.5 / 4096;
        for (int n = 1; n < 100_000; n++) {
            float v = Float.intBitsToFloat(0x3F000000 + n * 167);
            double r = Float.intBitsToFloat(Approximations.reciprocal(Float.floatToRawIntBits(v)));
            assertTrue(Math.abs(r * v - 1) <= bound, () -> "1/" + v);
            double q = Float.intBitsToFloat(Approximations.reciprocalSquareRoot(Float.floatToRawIntBits(v)));
            assertTrue(Math.abs(q * Math.sqrt(v) - 1) <= bound, () -> "1/sqrt " + v);
        }
        assertEquals(0x7F800000, Approximations.reciprocal(1));
        assertEquals(0x80000000, Approximations.reciprocal(0xFF000000));
        assertEquals(0xFFC00000, Approximations.reciprocalSquareRoot(0xBF800000));
    }
}
