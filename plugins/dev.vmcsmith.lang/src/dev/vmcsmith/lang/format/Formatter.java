// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.format;

import dev.vmcsmith.lang.parser.HvLexer;
import dev.vmcsmith.lang.parser.antlr.internal.InternalHvLexer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.Token;
import org.eclipse.xtext.parser.IParseResult;

/** Lays out the text of a setup. Formatting what is formatted changes nothing. */
public final class Formatter {
    private Formatter() {
    }

    /**
     * The whole text in its new layout, with the line ends that it has.
     *
     * @param parsed the text, parsed
     * @return empty when the text has syntax errors: what belongs together is not known then
     */
    public static Optional<String> format(IParseResult parsed, FormatOptions options) {
        if (parsed == null || parsed.hasSyntaxErrors()) {
            return Optional.empty();
        }
        String text = parsed.getRootNode().getText();
        List<Piece> pieces = Pieces.of(parsed.getRootNode());
        String formatted = new Printer(options).print(new Layout(pieces, options).lines());
        if (!tokens(formatted).equals(tokens(text))) {
            throw new IllegalStateException("formatting would change what the setup says");
        }
        return Optional.of(text.contains("\r\n") ? formatted.replace("\n", "\r\n") : formatted);
    }

    /** What a text says, without its white space: the tokens and comments. */
    static List<String> tokens(String text) {
        HvLexer lexer = new HvLexer();
        lexer.setCharStream(new ANTLRStringStream(text));
        List<String> tokens = new ArrayList<>();
        for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
            switch (token.getType()) {
                case InternalHvLexer.RULE_WS -> { }
                case InternalHvLexer.RULE_ASM_TEXT -> tokens.add(AssemblyLine.compact(token.getText()));
                case InternalHvLexer.RULE_SL_COMMENT -> tokens.add(token.getText().stripTrailing());
                case InternalHvLexer.RULE_ML_COMMENT -> tokens.add(token.getText().replace("\r\n", "\n"));
                default -> tokens.add(token.getText());
            }
        }
        return tokens;
    }
}
