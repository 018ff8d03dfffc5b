// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.lang.Problem;
import dev.vmcsmith.lang.Setups;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntaxMessagesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '⇒', quoteCharacter = '`', value = {
        "const = 5 ⇒ 1:7 a name is missing before '='",
        "const A 5 ⇒ 1:9 '=' is missing before '5'",
        "machine { cpu skylake } ⇒ 1:15 'skylake' cannot stand here: a text in double quotes is missing",
        "const A = 1 } ⇒ 1:13 '}' does not belong here; the end of the file follows",
        "vmcs G { exceptions { UD } } ⇒ 1:23 'UD' does not belong here; '}' follows",
        "const A = ⇒ 1:9 the end of the file cannot stand here",
        "const A = 0x1_0000_0000_0000_0000 ⇒ 1:11 0x1_0000_0000_0000_0000 does not fit in 64 bits",
        "const A = 1 /* one ⇒ 1:13 this comment has no end: */ is missing",
        "/* const A = 1 ⇒ 1:1 this comment has no end: */ is missing",
        "on exit hlt { emulate /* } ⇒ 1:23 this comment has no end: */ is missing",
        "guest code A at 0 bits 32 { nop /* } ⇒ 1:33 this comment has no end: */ is missing",
        "/*/ const A = 1 ⇒ 1:1 this comment has no end: */ is missing",
        "/* const A = } const B = 1 const = 2 ⇒ 1:1 this comment has no end: */ is missing",
        "const 😀 = 1 ⇒ 1:7 a name is missing before '😀'",
        "on exit hlt { log \"a ⇒ 1:19 the text does not end on this line: \" is missing",
    })
    void tellWhatWasFoundAndWhatWasLookedFor(String text, String expected) {
        Problem problem = Setups.check(Path.of("test.hv"), text).getFirst();
        assertEquals(expected, problem.line() + ":" + problem.column() + " " + problem.message());
        assertEquals(HvSyntaxMessages.SYNTAX, problem.ruleId());
    }
}
