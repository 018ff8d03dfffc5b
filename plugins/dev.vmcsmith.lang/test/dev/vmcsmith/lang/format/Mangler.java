// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.format;

import dev.vmcsmith.lang.parser.HvLexer;
import dev.vmcsmith.lang.parser.antlr.internal.InternalHvLexer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.Token;

/**
 * Spoils the white space of a setup where the author has no say: spaces anywhere, more blank lines where there is one, line breaks inside
 * of elements and none between elements.
 */
final class Mangler {
    private Mangler() {
    }

    static String mangle(String text, Random random) {
        HvLexer lexer = new HvLexer();
        lexer.setCharStream(new ANTLRStringStream(text));
        List<Token> tokens = new ArrayList<>();
        for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
            tokens.add(token);
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.getType() != InternalHvLexer.RULE_WS) {
                out.append(token.getText());
                continue;
            }
            Token before = i == 0 ? null : tokens.get(i - 1);
            Token after = i + 1 == tokens.size() ? null : tokens.get(i + 1);
            out.append(space(token.getText(), before, after, random));
        }
        return out.toString();
    }

    private static String space(String space, Token before, Token after, Random random) {
        long lines = space.chars().filter(c -> c == '\n').count();
        boolean fixed = before == null || after == null || before.getText().equals("{") || after.getText().equals("}")
                || before.getText().equals(",") || isAssembly(before) || isAssembly(after) || isComment(before) || isComment(after);
        if (lines == 0) {
            boolean split = !fixed && !before.getText().equals("}") && !after.getText().equals("{") && random.nextInt(20) == 0
                    && before.getType() != InternalHvLexer.RULE_TEXT_START && before.getType() != InternalHvLexer.RULE_TEXT_MIDDLE
                    && !isElement(after) && !isElement(before) && before.getText().matches("=|==|[A-Z]\\w*|rip|rsp");
            return split ? "\n  " : blanks(random);
        }
        if (lines > 1) {
            return "\n" + blanks(random) + "\n".repeat(1 + random.nextInt(3)) + (isAssembly(after) ? " " : blanks(random));
        }
        boolean join = !fixed && random.nextInt(4) == 0;
        return join ? blanks(random) : (before == null || isComment(before) ? "" : blanks(random)) + "\n" + blanks(random);
    }

    private static String blanks(Random random) {
        return random.nextInt(5) == 0 ? "\t" : " ".repeat(1 + random.nextInt(6));
    }

    /** Words that begin an element when they stand at the start of a line of assembly, or end the scanner's reading of one. */
    private static boolean isElement(Token token) {
        return token.getText().matches("machine|const|var|guest|page|ept|vmcs|on|run|import|function");
    }

    private static boolean isAssembly(Token token) {
        return token.getType() == InternalHvLexer.RULE_ASM_TEXT || token.getType() == InternalHvLexer.RULE_ASM_LABEL;
    }

    private static boolean isComment(Token token) {
        return token.getType() == InternalHvLexer.RULE_SL_COMMENT || token.getType() == InternalHvLexer.RULE_ML_COMMENT;
    }
}
