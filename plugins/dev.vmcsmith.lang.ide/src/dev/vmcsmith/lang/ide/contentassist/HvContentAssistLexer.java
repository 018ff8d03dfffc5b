// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.contentassist;

import dev.vmcsmith.lang.ide.contentassist.antlr.internal.InternalHvLexer;
import dev.vmcsmith.lang.parser.HvScanner;
import dev.vmcsmith.lang.parser.TokenTypes;

/** The lexer of content assist: the same {@link HvScanner} as the parser's, with this parser's token numbers. */
public class HvContentAssistLexer extends InternalHvLexer {
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
