// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.parser;

import dev.vmcsmith.lang.parser.antlr.HvParser;
import java.util.List;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.CharStream;
import org.antlr.runtime.TokenSource;
import org.eclipse.xtext.nodemodel.impl.NodeModelBuilder;
import org.eclipse.xtext.parser.IParseResult;

/** The parser, which leaves out what is wrong when that would keep it from elements behind. */
public class RecoveringParser extends HvParser {
    /** A text of which parts are hidden. */
    private static final class PartlyHidden extends ANTLRStringStream {
        private final List<Recovery.Hidden> hidden;

        PartlyHidden(String text, List<Recovery.Hidden> hidden) {
            super(text);
            this.hidden = hidden;
        }
    }

    @Override
    protected IParseResult doParse(String ruleName, CharStream in, NodeModelBuilder builder, int initialLookAhead) {
        IParseResult result = super.doParse(ruleName, in, builder, initialLookAhead);
        if (!result.hasSyntaxErrors() || !getDefaultRuleName().equals(ruleName) || in.size() == 0) {
            return result;
        }
        String text = in.substring(0, in.size() - 1);
        Recovery recovery = new Recovery(text);
        while (recovery.improve(result)) {
            result = super.doParse(ruleName, new PartlyHidden(text, recovery.hidden()), createNodeModelBuilder(), initialLookAhead);
        }
        return result;
    }

    @Override
    protected TokenSource createLexer(CharStream stream) {
        TokenSource lexer = super.createLexer(stream);
        if (stream instanceof PartlyHidden text && lexer instanceof HvLexer own) {
            own.hide(text.hidden);
        }
        return lexer;
    }
}
