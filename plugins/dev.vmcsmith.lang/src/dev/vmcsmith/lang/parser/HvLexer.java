// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.parser;

import dev.vmcsmith.lang.parser.antlr.internal.InternalHvLexer;
import java.util.List;
import org.antlr.runtime.CommonToken;
import org.antlr.runtime.Token;

/** The parser's lexer: {@link HvScanner} in the place of the rules that ANTLR generated. */
public final class HvLexer extends InternalHvLexer {
    private static final TokenTypes TYPES = TokenTypes.of(InternalHvLexer.class);

    private final HvScanner scanner = new HvScanner(TYPES);
    private List<Recovery.Hidden> hidden = List.of();
    private Recovery.Hidden marked;

    /** Parts of the text that the parser is not to see; the first token of each is an error. */
    void hide(List<Recovery.Hidden> parts) {
        hidden = parts;
    }

    @Override
    public void reset() {
        super.reset();
        if (scanner != null) {
            scanner.reset();
        }
    }

    @Override
    public void mTokens() {
        state.type = scanner.next(input);
    }

    @Override
    public Token nextToken() {
        Token token = super.nextToken();
        if (hidden.isEmpty() || token.getType() == Token.EOF || token.getType() == TYPES.rule("RULE_WS")) {
            return token;
        }
        int start = ((CommonToken) token).getStartIndex();
        Recovery.Hidden part = hidden.stream().filter(each -> each.contains(start)).findFirst().orElse(null);
        if (part == null) {
            return token;
        }
        token.setChannel(Token.HIDDEN_CHANNEL);
        token.setType(part == marked ? TYPES.rule("RULE_SL_COMMENT") : Token.INVALID_TOKEN_TYPE);
        marked = part;
        return token;
    }

    @Override
    public String getErrorMessage(Token token) {
        return token.getType() == Token.INVALID_TOKEN_TYPE && !hidden.isEmpty() ? HvScanner.misplaced(token.getText())
                : super.getErrorMessage(token);
    }
}
