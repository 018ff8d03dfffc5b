// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.parser;

import dev.vmcsmith.lang.parser.antlr.internal.InternalHvLexer;

/** The parser's lexer: {@link HvScanner} in the place of the rules that ANTLR generated. */
public final class HvLexer extends InternalHvLexer {
    private static final TokenTypes TYPES = TokenTypes.of(InternalHvLexer.class);

    private final HvScanner scanner = new HvScanner(TYPES);

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
}
