// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.lsp;

import dev.vmcsmith.lang.ide.highlighting.Highlighter;
import dev.vmcsmith.lang.ide.highlighting.TextKind;
import dev.vmcsmith.lang.ide.highlighting.TextToken;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.SemanticTokens;
import org.eclipse.lsp4j.SemanticTokensLegend;

/** The coloured pieces of a text in the numbers of the protocol. */
final class SemanticColours {
    private static final List<String> TYPES = Arrays.stream(TextKind.values()).map(SemanticColours::type).distinct().toList();
    /** One modifier: the place that defines a name. */
    static final SemanticTokensLegend LEGEND = new SemanticTokensLegend(TYPES, List.of("definition"));

    private SemanticColours() {
    }

    private static String type(TextKind kind) {
        return switch (kind) {
            case KEYWORD -> "keyword";
            case COMMENT -> "comment";
            case STRING -> "string";
            case NUMBER -> "number";
            case EXCEPTION, EXIT_REASON -> "event";
            case DEFINITION, NAME -> "variable";
            case FIELD -> "property";
            case CONTROL -> "enumMember";
            case WORD -> "type";
            case MNEMONIC -> "function";
            case REGISTER -> "parameter";
            case LABEL -> "decorator";
            case RIGHTS -> "modifier";
        };
    }

    static SemanticTokens of(TextSnapshot text) {
        List<Integer> data = new ArrayList<>();
        Position before = new Position(0, 0);
        for (TextToken token : Highlighter.highlight(text.text()).tokens()) {
            int start = token.offset();
            while (start < token.end()) {
                int lineEnd = text.text().indexOf('\n', start);
                int end = lineEnd < 0 ? token.end() : Math.min(lineEnd, token.end());
                if (end > start) {
                    Position position = text.position(start);
                    boolean sameLine = position.getLine() == before.getLine();
                    data.addAll(List.of(position.getLine() - before.getLine(),
                            sameLine ? position.getCharacter() - before.getCharacter() : position.getCharacter(), end - start,
                            TYPES.indexOf(type(token.kind())), token.kind() == TextKind.DEFINITION ? 1 : 0));
                    before = position;
                }
                start = end + 1;
            }
        }
        return new SemanticTokens(data);
    }
}
