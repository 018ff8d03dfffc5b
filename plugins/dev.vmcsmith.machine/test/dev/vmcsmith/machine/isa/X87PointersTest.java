// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.machine.TestProgram;
import org.junit.jupiter.api.Test;

/** SDM "x87 FPU Instruction and Data (Operand) Pointers" and "Last Instruction Opcode"; expected values as a Xeon of 2023 gives them. */
class X87PointersTest {
    private static final String NEWER = "sapphire-rapids", OLDER = "ivy-bridge";

    /** Words of FNSTENV in its 32-bit format: 4 has selector and opcode, 5 the operand's address, 6 its selector. */
    private static TestProgram environment(String profile, String code) {
        return TestProgram.long64On(profile, """
                mov  rsi, one
                mov  rdi, zero
                fninit
                %s
                fnstenv [area]
            """.formatted(code) + TestProgram.EXIT + """
            align 16
            area: times 32 db 0xCC
            one:  dq 0x3FF0000000000000
            zero: dq 0
            divisionUnmasked: dw 0x37B
            """).run();
    }

    private static long word(TestProgram p, int n) {
        return p.machine().memory().read32(p.address("area") + 4 * n) & 0xFFFF_FFFFL;
    }

    @Test
    void anInstructionWithoutExceptionLeavesOpcodeAndOperand() {
        TestProgram p = environment(NEWER, "fld qword [rsi]");
        assertEquals(0, word(p, 4));
        assertEquals(0, word(p, 5));
        TestProgram q = environment(OLDER, "fld qword [rsi]");
        assertEquals(8, word(q, 4), "selector of code");
        assertEquals(q.address("one"), word(q, 5));
        assertEquals(16, word(q, 6) & 0xFFFF, "selector of data");
    }

    /** DC /6 with [rdi] is DC 37. */
    @Test
    void anUnmaskedExceptionNotesOpcodeAndOperand() {
        TestProgram p = environment(NEWER, "fldcw [divisionUnmasked]\n fld qword [rsi]\n fdiv qword [rdi]");
        assertEquals(0x437L << 16, word(p, 4));
        assertEquals(p.address("zero"), word(p, 5));
        assertEquals(0, word(p, 6) & 0xFFFF);
    }

    @Test
    void theOpcodeStaysThatOfTheLastUnmaskedException() {
        TestProgram p = environment(NEWER, "fldcw [divisionUnmasked]\n fld qword [rsi]\n fdiv qword [rdi]\n fnclex\n fld qword [rsi]");
        assertEquals(0x437L << 16, word(p, 4));
        assertEquals(p.address("zero"), word(p, 5));
        TestProgram q = environment(NEWER, "fldcw [divisionUnmasked]\n fldz\n fld1\n fdivrp st1, st0");
        assertEquals(0x6F1L << 16, word(q, 4));
    }
}
