// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.highlighting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ide.WholeSetup;
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
            run Guest on 0 { expect exits cpuid, vmcall }
            """;

    private static String kinds(String text, TextKind kind) {
        return Highlighter.highlight(text).tokens().stream().filter(token -> token.kind() == kind)
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
    void theWordsOfEveryConstructAreColoured() {
        String text = WholeSetup.TEXT;
        assertEquals("STACK WHERE calls Main Table Paging Identity Other twice a Guest Second next", kinds(text, TextKind.DEFINITION));
        assertEquals("again: flat", kinds(text, TextKind.LABEL));
        assertEquals("nmi-exiting hlt-exiting cr3-load-exiting enable-ept unrestricted-guest eptp-switching interrupt-window-exiting",
                kinds(text, TextKind.CONTROL));
        assertEquals("qwords segment bytes align long global WB WB ignore-pat WB interrupt long-64 msr guest-virtual dword software-interrupt"
                + " dword", kinds(text, TextKind.WORD));
        assertEquals("cpuid hlt other cpuid any hlt hlt hlt", kinds(text, TextKind.EXIT_REASON));
        assertEquals("IA32_EFER IA32_LSTAR tsc-offset rip rsp cr3 cs access-rights rflags ldtr access-rights ia32-pat rsp rip cr4-read-shadow rip"
                + " exit-reason rip cs access-rights", kinds(text, TextKind.FIELD));
        assertEquals("rwu rwx --x rwx rwx", kinds(text, TextKind.RIGHTS));
    }

    @Test
    void brokenTextIsColouredAllTheSameAndPiecesNeverOverlap() {
        Random random = new Random(5);
        for (int i = 0; i < 1000; i++) {
            StringBuilder text = new StringBuilder(SETUP);
            for (int change = 0; change < 4; change++) {
                int at = random.nextInt(text.length());
                text.setCharAt(at, "{}\"'#/*;\n=\\".charAt(random.nextInt(11)));
            }
            int end = 0;
            for (TextToken token : Highlighter.highlight(text.toString()).tokens()) {
                assertTrue(token.offset() >= end && token.length() > 0 && token.end() <= text.length());
                end = token.end();
            }
        }
    }

    @Test
    void anUpdateAfterAnEditIsTheSameAsLookingAtTheWholeTextAgain() {
        Random random = new Random(7);
        String[] pieces = {"{", "}", "/*", "*/", "\n", "\nvmcs X {\n", "\nept Y {\n", "guest ", "\"", "//", "on ", "mov eax, 1", " ", "= 0x10"};
        for (int round = 0; round < 120; round++) {
            String text = SETUP;
            Highlighting highlighting = Highlighter.highlight(text);
            for (int edit = 0; edit < 12; edit++) {
                int offset = random.nextInt(text.length() + 1);
                int removed = Math.min(random.nextInt(3) == 0 ? random.nextInt(60) : 0, text.length() - offset);
                String inserted = random.nextInt(4) == 0 ? "" : pieces[random.nextInt(pieces.length)];
                text = text.substring(0, offset) + inserted + text.substring(offset + removed);
                highlighting = Highlighter.update(highlighting, text, offset, removed, inserted.length());
                assertEquals(Highlighter.highlight(text), highlighting, text);
            }
        }
    }
}
