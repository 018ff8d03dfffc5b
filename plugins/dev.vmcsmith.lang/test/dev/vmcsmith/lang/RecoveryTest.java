// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.lang.naming.HvNames;
import dev.vmcsmith.lang.parser.HvLexer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.Token;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.junit.jupiter.api.Test;

/** One token too many or too few spoils the declaration that it is in and none of the others. */
class RecoveryTest {
    private static final List<String> EXTRA = List.of("x", "5", "}", "{", ")", "=", "\"text\"", ",", "->", "'c'", "map", "exit", "else");
    /** How many of these are tried at each place: all with {@code -Dvmcsmith.recovery=13}. */
    private static final int PER_PLACE = Integer.getInteger("vmcsmith.recovery", 3);

    private static List<Token> tokens(String text) {
        HvLexer lexer = new HvLexer();
        lexer.setCharStream(new ANTLRStringStream(text));
        List<Token> tokens = new ArrayList<>();
        for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
            if (!token.getText().isBlank() && !token.getText().startsWith("//")) {
                tokens.add(token);
            }
        }
        return tokens;
    }

    /** What is declared, by name or, for handlers, by reason. */
    private static Set<String> declarations(String text) {
        Set<String> found = new LinkedHashSet<>();
        for (Element element : new SetupReader(Path.of("test.hv"), text).setup().getElements()) {
            String name = name(element);
            if (name != null) {
                found.add(name);
            }
        }
        return found;
    }

    private static String name(EObject element) {
        if (element instanceof ExitHandler handler) {
            return handler.getReason() == null ? null : "on " + handler.getReason();
        }
        String kind = element.eClass().getName();
        return element instanceof Symbol symbol ? HvNames.of(symbol) == null ? null : kind + ' ' + HvNames.of(symbol) : kind;
    }

    private List<String> lost(String text, String changed, int at) {
        Set<String> before = declarations(text);
        List<Element> elements = new SetupReader(Path.of("test.hv"), text).setup().getElements();
        Set<String> own = new HashSet<>();
        for (Element element : elements) {
            var node = NodeModelUtils.findActualNodeFor(element);
            if (node.getOffset() <= at && at <= node.getEndOffset()) {
                own.add(name(element));
            }
        }
        List<String> lost = new ArrayList<>(before);
        lost.removeAll(declarations(changed));
        lost.removeAll(own);
        return lost;
    }

    @Test
    void aTokenThatIsMissingHidesNoOtherDeclaration() {
        String text = Walkthrough.text();
        List<String> failures = new ArrayList<>();
        for (Token token : tokens(text)) {
            int start = ((org.antlr.runtime.CommonToken) token).getStartIndex();
            String changed = text.substring(0, start) + text.substring(start + token.getText().length());
            List<String> lost = lost(text, changed, start);
            if (!lost.isEmpty()) {
                failures.add("without '" + token.getText() + "' in line " + token.getLine() + ": " + lost);
            }
        }
        assertEquals(List.of(), failures);
    }

    @Test
    void aTokenTooManyHidesNoOtherDeclaration() {
        String text = Walkthrough.text();
        List<String> failures = new ArrayList<>();
        int next = 0;
        for (Token token : tokens(text)) {
            for (int i = 0; i < PER_PLACE; i++) {
                String extra = EXTRA.get(next++ % EXTRA.size());
                int start = ((org.antlr.runtime.CommonToken) token).getStartIndex();
                List<String> lost = lost(text, text.substring(0, start) + extra + ' ' + text.substring(start), start);
                if (!lost.isEmpty()) {
                    failures.add("with '" + extra + "' before '" + token.getText() + "' in line " + token.getLine() + ": " + lost);
                }
            }
        }
        assertEquals(List.of(), failures);
    }
}
