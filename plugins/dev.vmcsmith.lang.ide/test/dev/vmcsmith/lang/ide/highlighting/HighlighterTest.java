// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.highlighting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HighlighterTest {
    private static final String SETUP = """
            // a comment
            machine { cpu "skylake" memory 64 MiB host long-64 }
            const STOP = 'SVT'
            guest code Main at 0x1_0000 bits 32 {
            start:  mov eax, [ebx+STOP] ; why
                    rep movsb
            }
            ept Identity { map 0 .. 16 MiB -> identity rwx WB }
            vmcs Guest {
                primary { cr3-load-exiting }
                exceptions { #UD }
                ept Identity
                guest protected-32 { rip = Main cs.access-rights = 0xC09B }
            }
            on Guest exit cpuid { log "leaf {eax:x}" if guest-physical-address == STOP { stop } }
            run Guest { expect exits cpuid, vmcall }
            """;

    private static String kinds(String text, TextKind kind) {
        return Highlighter.tokens(text).stream().filter(token -> token.kind() == kind)
                .map(token -> text.substring(token.offset(), token.end())).collect(Collectors.joining(" "));
    }

    @Test
    void everyWordHasTheColourOfWhatItIs() {
        assertEquals("// a comment ; why", kinds(SETUP, TextKind.COMMENT));
        assertEquals("STOP Main Identity Guest", kinds(SETUP, TextKind.DEFINITION));
        assertEquals("cr3-load-exiting", kinds(SETUP, TextKind.CONTROL));
        assertEquals("rip cs access-rights guest-physical-address", kinds(SETUP, TextKind.FIELD));
        assertEquals("cpuid cpuid vmcall", kinds(SETUP, TextKind.EXIT_REASON));
        assertEquals("start:", kinds(SETUP, TextKind.LABEL));
        assertEquals("mov rep movsb", kinds(SETUP, TextKind.MNEMONIC));
        assertEquals("eax ebx eax", kinds(SETUP, TextKind.REGISTER));
        assertEquals("#UD", kinds(SETUP, TextKind.EXCEPTION));
        assertEquals("rwx", kinds(SETUP, TextKind.RIGHTS));
        assertEquals("long-64 WB protected-32", kinds(SETUP, TextKind.WORD));
        assertEquals("\"skylake\" 'SVT' \"leaf { }\"", kinds(SETUP, TextKind.STRING));
    }

    @Test
    void brokenTextIsColouredAllTheSameAndPiecesNeverOverlap() {
        Random random = new Random(5);
        for (int i = 0; i < 3000; i++) {
            StringBuilder text = new StringBuilder(SETUP);
            for (int change = 0; change < 4; change++) {
                int at = random.nextInt(text.length());
                text.setCharAt(at, "{}\"'#/*;\n=\\".charAt(random.nextInt(11)));
            }
            int end = 0;
            for (TextToken token : Highlighter.tokens(text.toString())) {
                assertTrue(token.offset() >= end && token.length() > 0 && token.end() <= text.length());
                end = token.end();
            }
        }
    }
}
