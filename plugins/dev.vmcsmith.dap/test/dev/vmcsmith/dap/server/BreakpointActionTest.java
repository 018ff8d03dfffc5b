// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BreakpointActionTest {

    private static final ToLongFunction<String> RAX_IS_255 = text -> Expressions.evaluate(text.replace("rax", "255"),
            Expressions.NO_NAMES);

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '=', quoteCharacter = '`', textBlock = """
            `rax is {rax}, {rax + 1:x}, { rax:d }` = `rax is 0xff, 100, 255`
            `{nosuch} {}`   = `<"nosuch" is neither a register, a VMCS field nor a symbol> <there is no expression>`
            `{:x} {x`       = `<there is no expression> {x`
            """)
    void aLogMessageShowsValues(String message, String expected) {
        assertEquals(expected, BreakpointAction.expand(message, RAX_IS_255));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"3, 3", "== 3, 3", ">= 8, 8 9 10", "> 8, 9 10", "% 4, 4 8"})
    void hitsAreCounted(String condition, String expected) {
        BreakpointAction action = new BreakpointAction(null, condition, null);
        assertEquals(expected, String.join(" ", IntStream.rangeClosed(1, 10).filter(hit -> action.acts(RAX_IS_255))
                .mapToObj(String::valueOf).toList()));
    }

    @Test
    void onlyHitsForWhichTheConditionHoldsCount() {
        BreakpointAction action = new BreakpointAction("rax == 255", "2", null);
        assertTrue(IntStream.range(0, 5).noneMatch(i -> action.acts(text -> 0)));
        assertEquals(1, IntStream.range(0, 5).filter(i -> action.acts(RAX_IS_255)).count());
    }

    @Test
    void anUnknownHitConditionIsRefusedAtOnce() {
        String message = assertThrows(RequestFailure.class, () -> new BreakpointAction(null, "often", null)).getMessage();
        assertTrue(message.contains("often") && message.contains(">= 5"), message);
    }
}
