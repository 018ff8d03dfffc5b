// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.highlighting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What word stands at {@code ^}: whole, with what stands before and behind dots, and the name alone. */
class WordsTest {
    private static final String SETUP = """
            const GUEST-STACK = 0x9_0000 // a com^ment
            guest elf Kernel from "k.elf"
            guest code Main at 0..16 bits 32 {
            .lo^op: mov eax, [Data.cell-4]
                  jmp .loop
            }
            vmcs Guest { guest protected-32 { rsp = GUEST-STACK-4 cs.access-rights = Kernel } }
            on Guest exit cpuid { log "{eax:x}" guest-virtual.dword[4] = 1 }
            """;

    private static String[] at(String marked) {
        String text = SETUP.replace("^", "").replace(marked.replace("^", ""), marked);
        int offset = text.indexOf('^');
        Words words = Words.of(text.replace("^", ""));
        return new String[] {text(text, words.wholeAt(offset).orElse(null)), text(text, words.nameAt(offset).orElse(null))};
    }

    private static String text(String marked, TextToken token) {
        return token == null ? "none" : marked.replace("^", "").substring(token.offset(), token.end());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a com^ment           | none             | none",
        "rsp = GUEST-ST^ACK   | GUEST-STACK-4    | GUEST-STACK-4",
        "at 0..1^6            | 16               | none",
        "at 0^..16            | 0                | none",
        "cs.acc^ess           | cs.access-rights | none",
        "^cs.acc              | cs.access-rights | none",
        "[Da^ta.cell          | Data.cell        | Data",
        "[Data.ce^ll          | Data.cell        | cell",
        "[Data.cell-^4        | 4                | none",
        "jmp .lo^op           | .loop            | .loop",
        "jmp ^.loop           | .loop            | .loop",
        "= Ker^nel            | Kernel           | Kernel",
        "{ea^x                | eax              | none",
        "guest-virtual.dw^ord | guest-virtual.dword | none",
    })
    void aWordIsWhatTheScannerSays(String marked, String whole, String name) {
        String[] found = at(marked);
        assertEquals(whole, found[0]);
        assertEquals(name, found[1]);
    }

    @Test
    void whatTheTextDefinesIsKnown() {
        Words words = Words.of(SETUP.replace("^", ""));
        for (String name : new String[] {"GUEST-STACK", "Kernel", "Main", ".loop", "Guest"}) {
            assertTrue(words.defines(name), name);
        }
        assertFalse(words.defines("cpuid"));
        assertFalse(words.defines("eax"));
    }
}
