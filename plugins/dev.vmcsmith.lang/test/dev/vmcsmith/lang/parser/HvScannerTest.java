// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.lang.parser.antlr.internal.InternalHvLexer;
import java.util.ArrayList;
import java.util.List;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.Token;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens are written as their text, with {@code ·} between them; white space and comments are left out. */
class HvScannerTest {
    private static final int WS = InternalHvLexer.RULE_WS;

    private static List<Token> tokens(String text) {
        HvLexer lexer = new HvLexer();
        lexer.setCharStream(new ANTLRStringStream(text));
        List<Token> tokens = new ArrayList<>();
        for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
            int type = token.getType();
            if (type != WS && type != InternalHvLexer.RULE_SL_COMMENT && type != InternalHvLexer.RULE_ML_COMMENT) {
                tokens.add(token);
            }
        }
        return tokens;
    }

    private static String texts(String text) {
        return String.join("·", tokens(text).stream().map(Token::getText).toList());
    }

    private static int type(String text) {
        assertEquals(1, tokens(text).size());
        return tokens(text).getFirst().getType();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '⇒', value = {
        "cr3-load-exiting ⇒ cr3-load-exiting",
        "a - b ⇒ a·-·b",
        "a -b ⇒ a·-·b",
        "a-1 ⇒ a-1",
        "1-a ⇒ 1·-·a",
        "0x9_0000 ⇒ 0x9_0000",
        "16 MiB ⇒ 16·MiB",
        "0..4 ⇒ 0·..·4",
        "cs.access-rights=0xC09B ⇒ cs·.·access-rights·=·0xC09B",
        "a<<1>>2<=b ⇒ a·<<·1·>>·2·<=·b",
        "{ #UD, #GP } ⇒ {·#UD·,·#GP·}",
        "a /* x */ b // c ⇒ a·b",
        "exit-reason exit ⇒ exit-reason·exit",
    })
    void cutsASetupIntoTokens(String text, String expected) {
        assertEquals(expected, texts(text));
    }

    @Test
    void assemblyIsOneTokenPerLine() {
        assertEquals("guest·code·M·at·0·bits·32·{·mov eax, [ebx-4]·again:·cpuid·.x:·jmp again·}·const·A·=·1",
                texts("guest code M at 0 bits 32 {\n mov eax, [ebx-4] ; why\nagain: cpuid // VM exit\n.x:\n jmp again }\nconst A = 1"));
    }

    @Test
    void aBraceInAssemblyTextEndsItOnlyOutsideOfQuotesAndPairs() {
        assertEquals("guest·code·M·at·0·bits·64·{·db '}'·vaddps zmm1{k1}, zmm2, zmm3·}",
                texts("guest code M at 0 bits 64 {\n db '}'\n vaddps zmm1{k1}, zmm2, zmm3\n}"));
    }

    @Test
    void aForgottenBraceDoesNotSwallowTheNextElement() {
        assertEquals("guest·code·M·at·0·bits·32·{·cpuid·vmcs·Guest·{·}",
                texts("guest code M at 0 bits 32 {\n cpuid\nvmcs Guest { }"));
    }

    @Test
    void textOfLogIsCutAtItsValues() {
        assertEquals("log·\"leaf {·eax·:·x·} of {·ecx·} {{\"·stop", texts("log \"leaf {eax:x} of {ecx} {{\" stop"));
        assertEquals("cpu·\"a{b}\"", texts("cpu \"a{b}\""));
    }

    @Test
    void accessRightsAreOneTokenAfterTheArrowOnly() {
        assertEquals("map·a·->·identity·rw-·UC·map·b·->·0·--x", texts("map a -> identity rw- UC map b -> 0 --x"));
        assertEquals("E·.·map·(·page·(·x·)·,·r--·)·x·-·-·y", texts("E.map(page(x), r--) x --y"));
        assertEquals(InternalHvLexer.RULE_ID, type("rwx"));
    }

    @Test
    void textThatDoesNotEndStopsAtTheEndOfItsLine() {
        assertEquals("log·\"abc·stop", texts("log \"abc\nstop"));
        assertEquals("log·\"abc {·eax·stop·}", texts("log \"abc {eax\nstop }"));
    }

    @Test
    void everyCharacterIsInSomeToken() {
        String text = "vmcs § { guest code x { \" ' # \u0001 }";
        HvLexer lexer = new HvLexer();
        lexer.setCharStream(new ANTLRStringStream(text));
        StringBuilder all = new StringBuilder();
        for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
            all.append(token.getText());
        }
        assertEquals(text, all.toString());
    }
}
