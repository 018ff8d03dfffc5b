// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionsTest {

    private final Expressions.Context context = new Expressions.Context() {
        @Override
        public OptionalLong name(String name) {
            return switch (name) {
                case "rax" -> OptionalLong.of(5);
                case "guest-physical-address" -> OptionalLong.of(0x5000);
                case "cs.access-rights" -> OptionalLong.of(0xC09B);
                default -> OptionalLong.empty();
            };
        }

        @Override
        public long memory(long address, int bytes) {
            return address * 16 + bytes;
        }

        @Override
        public long memory(String space, long address, int bytes) {
            return space.length() * 1000 + memory(address, bytes);
        }

        @Override
        public OptionalLong msr(long number) {
            return number < 0x1000 ? OptionalLong.of(number) : OptionalLong.empty();
        }

        @Override
        public OptionalLong size(String symbol) {
            return symbol.equals("rax") ? OptionalLong.of(8) : OptionalLong.empty();
        }
    };

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '=', quoteCharacter = '`', textBlock = """
            `0x10`                        = 16
            `1_000`                       = 1000
            `rax + 2 * 3`                 = 11
            `(rax + 2) * 3`               = 21
            `guest-physical-address - 1`  = 20479
            `cs.access-rights & 0xF`      = 11
            `[0x10]`                      = 264
            `dword [rax+1]`               = 100
            `1 << 4 | 1`                  = 17
            `rax <= 5 && !(rax < 5)`      = 1
            `-1 > 1`                      = 1
            `0x10 >> 2`                   = 4
            `~0 & 0xFF`                   = 255
            `7 / 2 + 7 % 4`               = 6
            `-1 / 2 >> 62`                = 1
            `2 MiB - 1KiB`                = 2096128
            `0b1010_1010`                 = 170
            `'SVT'`                       = 5461588
            `page(0x1234) + 1`            = 4097
            `guest-physical.dword[0x10]`  = 14260
            `host.byte [1]`               = 4017
            `rax & 4 == 4`                = 1
            `1 | 2 == 3 && 1`             = 1
            `2 == 1 | 1`                  = 0
            `msr[0x480] + 1`              = 1153
            `sizeof(rax) * 2`             = 16
            """)
    void evaluates(String text, long value) {
        assertEquals(value, Expressions.evaluate(text, context));
    }

    @ParameterizedTest(name = "{0} is refused: {1}")
    @CsvSource(delimiter = '=', quoteCharacter = '`', textBlock = """
            ``           = there is no expression
            `nosuch`     = neither a register
            `1 +`        = not complete
            `(1`         = missing
            `1 2`        = not understood
            `0xZZ`       = not a number
            `[1`         = missing
            `1 / 0`      = division by 0
            `msr[0x1000]` = has no MSR 0x1000
            `sizeof(it)` = is not known
            `sizeof(`    = is missing
            `'too long!'` = 1 to 8 characters
            """)
    void refuses(String text, String part) {
        String message = assertThrows(RequestFailure.class, () -> Expressions.evaluate(text == null ? "" : text, context)).getMessage();
        assertTrue(message.contains(part), message);
    }
}
