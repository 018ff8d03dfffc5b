// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.ExitHandler;
import dev.vmcsmith.lang.hv.Setup;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.lang.naming.HvNames;
import dev.vmcsmith.lang.parser.HvLexer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.Token;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EReference;
import org.eclipse.xtext.nodemodel.INode;
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

    /** Uses of everything that can be used, beside a declaration that will have a typo. */
    private static final String USES = """
            const STACK = 0x9_0000
            const WRONG = 1
            guest code Main at 0x1_0000 bits 32 {
                    mov   eax, STACK
                    vmcall
            }
            guest data Table at 0x2_0000 { dwords Main, Table.end  end: bytes 0 }
            page tables Paging pae at 0x3_0000 { map 0 .. 4 MiB -> identity rw }
            ept All { map 0 .. 16 MiB -> identity rwx WB  map Table size 4 KiB -> identity r-- }
            function twice(x) { return x * 2 }
            var count = STACK
            vmcs Guest { secondary { unrestricted-guest } ept All guest pae-32 { rip = Main rsp = STACK cr3 = Paging } }
            vmcs Other extends Guest { guest { rip = Main } }
            on Guest exit vmcall { count = twice(count) All.map(Table, r--) switch Other }
            on Other exit vmcall { log "{count} {Table.end}" stop }
            on exit other { panic "other" }
            run Guest { expect Other exits vmcall }
            """;

    /** What every cross-reference outside of an element means; null where it means nothing. */
    private static Map<String, String> links(String text, int line) {
        Map<String, String> links = new TreeMap<>();
        Setup setup = new SetupReader(Path.of("test.hv"), text).setup();
        setup.eAllContents().forEachRemaining(object -> {
            for (EReference reference : object.eClass().getEAllReferences()) {
                var nodes = reference.isContainment() || reference.isContainer() ? List.<INode>of()
                        : NodeModelUtils.findNodesForFeature(object, reference);
                for (int i = 0; i < nodes.size(); i++) {
                    Object target = reference.isMany() ? ((List<?>) object.eGet(reference)).get(i) : object.eGet(reference);
                    if (nodes.get(i).getStartLine() != line) {
                        links.put(nodes.get(i).getStartLine() + ":" + reference.getName() + ' '
                                + NodeModelUtils.getTokenText(nodes.get(i)) + '#' + i,
                                target instanceof EObject found && !found.eIsProxy() ? found.eClass().getName() + ' ' + name(found) : null);
                    }
                }
            }
        });
        return links;
    }

    @Test
    void namesOfOtherDeclarationsAreLinkedAndCheckedBesideATypo() {
        assertEquals(List.of(), Setups.check(Path.of("test.hv").toAbsolutePath(), USES));
        List<String> failures = new ArrayList<>();
        String[] typos = {"const STACK = 0x9_0000|const STACK = 0x9_0000 )", "const WRONG = 1|const WRONG = = 1",
                "const WRONG = 1|cosnt WRONG = 1",
            "const WRONG = 1|const WRONG 1", "dwords Main, Table.end|dwords Main,, Table.end", "pae at 0x3_0000|pae 0x3_0000",
            "identity rwx WB  map|identity rwx WB } map", "return x * 2|return x *", "var count = STACK|var count STACK",
            "ept All guest pae-32|ept All gest pae-32", "guest { rip = Main }|guest { rip Main }",
                    "count = twice(count)|count = twice(count",
            "log \"{count} {Table.end}\"|log {count}", "panic \"other\"|panic other",
                    "expect Other exits vmcall|expect Other exists vmcall"};
        for (String typo : typos) {
            String[] change = typo.split("\\|");
            assertTrue(USES.contains(change[0]), change[0]);
            String text = USES.replace(change[0], change[1]);
            int line = (int) USES.substring(0, USES.indexOf(change[0])).chars().filter(c -> c == '\n').count() + 1;
            Map<String, String> expected = links(USES, line);
            Map<String, String> found = links(text, line);
            expected.forEach((place, target) -> {
                if (!target.equals(found.get(place))) {
                    failures.add(change[1] + ": " + place + " is " + found.get(place) + ", not " + target);
                }
            });
            // and what is wrong elsewhere is found: a rule, a name, a handler that never runs
            String worse = text.replace("vmcs Other extends Guest {",
                    "on Guest exit hlt { stop }\nvmcs Bad extends Guest { guest { rflags = 0 rsp = NONE } }\n"
                    + "vmcs Other extends Guest {");
            List<String> ids = Setups.check(Path.of("test.hv").toAbsolutePath(), worse).stream().filter(p -> p.line() > 12 && p.line() < 15)
                    .map(Problem::ruleId).toList();
            if (!ids.containsAll(List.of("UNKNOWN_NAME", "GUEST_RFLAGS_FIXED"))) {
                failures.add(change[1] + " hides other problems: " + ids);
            }
        }
        assertEquals(List.of(), failures);
    }
}
