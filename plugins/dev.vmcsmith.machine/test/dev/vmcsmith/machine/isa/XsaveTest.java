// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import static dev.vmcsmith.machine.ExceptionProgram.expectFault;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.machine.ExceptionProgram;
import dev.vmcsmith.machine.TestProgram;
import org.junit.jupiter.api.Test;

/** SDM "Managing State Using the XSAVE Feature Set". */
class XsaveTest {
    private static final String ENABLE = """
            mov rax, cr4
            or eax, 0x40000
            mov cr4, rax
            xor ecx, ecx
            xor edx, edx
            mov eax, 3
            xsetbv
            fninit
            pxor xmm0, xmm0
        """;
    private static final String AREA = "area: times 512 db 0\nheader: times 64 db 0\n";
    private static final String ALL = "mov eax, -1\n mov edx, -1\n";

    private static TestProgram run(String body) {
        return ExceptionProgram.run(ENABLE + body, AREA);
    }

    private static void faults(String body) {
        expectFault(13, 0, ENABLE + body, AREA);
    }

    /** "XSAVE reads the XSTATE_BV field and writes a modified value: bits not in RFBM are not changed; the others are set to XINUSE." */
    @Test
    void xsaveKeepsTheBitsOfComponentsThatItWasNotAskedFor() {
        TestProgram p = run("mov qword [header], 1\n mov rax, 7\n movq xmm3, rax\n mov eax, 2\n xor edx, edx\n xsave [area]\n");
        assertEquals(3, p.qword("header"));
        assertEquals(0, p.qword("header") >>> 8);
    }

    /** "XSAVEOPT ... does not write any part of a state component in its initial configuration." */
    @Test
    void xsaveoptLeavesOutWhatIsInItsInitialConfiguration() {
        TestProgram p = run("mov qword [area], -1\n" + ALL + "xsaveopt [area]\n");
        assertEquals(-1, p.qword("area"));
        assertEquals(0, p.qword("header"));
    }

    /** "XSAVEC writes XCOMP_BV: bit 63 is 1, the others are RFBM", and XSTATE_BV is XINUSE AND RFBM. */
    @Test
    void xsavecWritesTheCompactedFormat() {
        TestProgram p = run("mov rax, 7\n movq xmm3, rax\n" + ALL + "xsavec [area]\n mov rbx, [header + 8]\n");
        assertEquals(2, p.qword("header"));
        assertEquals(3 | 1L << 63, p.rbx());
    }

    /** "If RFBM[1] = 1 and MXCSR does not have its initial value 1F80H, XSTATE_BV[1] is written as 1." */
    @Test
    void mxcsrCountsAsSseState() {
        TestProgram p = run("mov dword [area + 32], 0x1F00\n ldmxcsr [area + 32]\n" + ALL + "xsavec [area]\n");
        assertEquals(2, p.qword("header"));
        assertEquals(0x1F00, p.qword("area") == 0 ? p.machine().memory().read32(p.address("area") + 24) : -1);
    }

    @Test
    void xrstorOfTheCompactedFormatInitializesWhatIsNotPresent() {
        TestProgram p = run("""
            mov rax, 7
            movq xmm3, rax
            mov dword [area + 24], 0x1FA0
            ldmxcsr [area + 24]
            mov qword [header + 8], 3
            bts qword [header + 8], 63
            """ + ALL + """
            xrstor [area]
            movq rbx, xmm3
            stmxcsr [area + 64]
            """);
        assertEquals(0, p.rbx());
        assertEquals(0x1F80, p.machine().memory().read32(p.address("area") + 64));
    }

    /** "The standard form: #GP if bytes 23:8 of the header are not all zero, or XSTATE_BV sets a bit that is not set in XCR0." */
    @Test
    void xrstorChecksTheHeaderOfTheStandardFormat() {
        faults("mov qword [header + 8], 1\n" + ALL + "here: xrstor [area]\n");
        faults("mov qword [header + 16], 1\n" + ALL + "here: xrstor [area]\n");
        faults("mov qword [header], 4\n" + ALL + "here: xrstor [area]\n");
        run("mov qword [header + 24], 1\n" + ALL + "xrstor [area]\n");
    }

    /** "The compacted form: #GP if XCOMP_BV sets a bit not set in XCR0, XSTATE_BV one not set in XCOMP_BV, or bytes 63:16 are not zero." */
    @Test
    void xrstorChecksTheHeaderOfTheCompactedFormat() {
        String compact = "bts qword [header + 8], 63\n";
        faults(compact + "or qword [header + 8], 4\n" + ALL + "here: xrstor [area]\n");
        faults(compact + "mov qword [header], 1\n" + ALL + "here: xrstor [area]\n");
        for (int n = 16; n < 64; n += 8) {
            faults(compact + "mov qword [header + " + n + "], 1\n" + ALL + "here: xrstor [area]\n");
        }
    }

    /** "XRSTORS ... #GP if XCOMP_BV[63] = 0." */
    @Test
    void xrstorsTakesTheCompactedFormatOnly() {
        faults(ALL + "here: xrstors [area]\n");
        run("bts qword [header + 8], 63\n" + ALL + "xrstors [area]\n");
    }

    /**
     * "#GP if the memory operand is not aligned on a 64-byte boundary"; "#GP if an attempt is made to write a 1 to reserved bits of
     * MXCSR".
     */
    @Test
    void alignmentAndMxcsrAreChecked() {
        faults(ALL + "here: xsave [area + 16]\n");
        faults(ALL + "here: xrstor [area + 8]\n");
        faults("mov dword [area + 24], 0x10000\n" + ALL + "here: xrstor [area]\n");
    }

    /** "#NM if CR0.TS[bit 3] = 1"; "#UD if CR4.OSXSAVE[bit 18] = 0". */
    @Test
    void taskSwitchedAndOsxsaveAreHonoured() {
        expectFault(7, 0, ENABLE + "mov rax, cr0\n or eax, 8\n mov cr0, rax\n here: xsave [area]\n", AREA);
        expectFault(6, 0, "here: xsave [area]\n", AREA);
        expectFault(6, 0, "here: xgetbv\n", AREA);
    }

    /** "XGETBV with ECX = 1 returns the logical-AND of XCR0 and the current value of the XINUSE state-component bitmap." */
    @Test
    void xgetbvTellsWhatIsInUse() {
        assertEquals(2, run("mov rax, 7\n movq xmm3, rax\n mov ecx, 1\n xgetbv\n mov ebx, eax\n").rbx());
        assertEquals(1, run("fld1\n mov ecx, 1\n xgetbv\n mov ebx, eax\n").rbx());
        faults("mov ecx, 2\n here: xgetbv\n");
    }

    /** "#GP if an invalid XCR is specified in ECX, XCR0[0] would be cleared, or a reserved bit set." */
    @Test
    void xsetbvChecksItsValue() {
        faults("mov ecx, 1\n here: xsetbv\n");
        faults("xor ecx, ecx\n mov eax, 2\n xor edx, edx\n here: xsetbv\n");
        faults("xor ecx, ecx\n mov eax, 3\n mov edx, 1\n here: xsetbv\n");
    }
}
