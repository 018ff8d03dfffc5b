// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.vmcsmith.lang.ParsedSetup;
import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.plan.SetupPlan;
import dev.vmcsmith.vmx.VmcsField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluatorTest {
    private static Value value(String setup, String constant) {
        SetupPlan plan = ParsedSetup.plan(setup);
        return plan.setup().getElements().stream().filter(Constant.class::isInstance).map(Constant.class::cast)
                .filter(c -> c.getName().equals(constant)).map(plan.evaluator()::value).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '⇒', quoteCharacter = '`', value = {
        "1 + 2 * 3 ⇒ 7",
        "(1 + 2) * 3 ⇒ 9",
        "10 - 4 - 3 ⇒ 3",
        "1 << 4 | 1 ⇒ 17",
        "6 & 3 ^ 1 ⇒ 3",
        "0 - 1 ⇒ -1",
        "(0 - 1) / 2 ⇒ 9223372036854775807",
        "1 << 64 ⇒ 0",
        "~0 >> 60 ⇒ 15",
        "-1 > 1 ⇒ 1",
        "2 KiB ⇒ 2048",
        "4 GiB ⇒ 4294967296",
        "'SVT' ⇒ 5461588",
        "!5 ⇒ 0",
        "1 == 1 && 2 != 2 || 3 <= 3 ⇒ 1",
        "7 % 4 ⇒ 3",
    })
    void numbersAreUnsignedWith64Bits(String expression, long expected) {
        assertEquals(Value.of(expected), value("const X = " + expression, "X"));
    }

    @Test
    void constantsMayUseLaterOnesAddressesLabelsAndSizes() {
        String setup = """
                const A = B + sizeof(Code)
                const B = Code.again - Code
                guest code Code at 0x1000 bits 32 {
                    mov eax, B
                again:
                    jmp again
                }
                """;
        assertEquals(Value.of(5), value(setup, "B"));
        assertEquals(Value.of(12), value(setup, "A"));
    }

    @Test
    void aRingOfConstantsHasNoValue() {
        assertEquals(Value.UNKNOWN, value("const A = B\nconst B = A", "A"));
    }

    @Test
    void variablesAreRegistersOrFields() {
        assertEquals(new Variable.Register("ah", 0, 8, true), Variable.find("ah"));
        assertEquals(new Variable.Register("r10d", 10, 32, false), Variable.find("r10d"));
        assertEquals(new Variable.Field("esp", VmcsField.GUEST_RSP, 32), Variable.find("esp"));
        assertEquals(new Variable.Field("guest.cs.base", VmcsField.GUEST_CS_BASE, 64), Variable.find("guest.cs.base"));
        assertEquals(new Variable.Field("host.rip", VmcsField.HOST_RIP, 64), Variable.find("host.rip"));
        assertNull(Variable.find("nothing"));
        Variable.names().forEach(name -> assertNotNull(Variable.find(name), name));
    }
}
