// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.folding;

import dev.vmcsmith.lang.parser.HvLexer;
import dev.vmcsmith.lang.parser.antlr.internal.InternalHvLexer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.Token;

/** Blocks in braces and comments of several lines. */
public final class Folding {
    private final List<Fold> folds = new ArrayList<>();
    private final Deque<Integer> open = new ArrayDeque<>();
    private int firstComment = -1;
    private int lastComment = -1;

    private Folding() {
    }

    /** Any text is accepted; folds are in the order of their first lines. */
    public static List<Fold> of(String text) {
        Folding folding = new Folding();
        HvLexer lexer = new HvLexer();
        lexer.setCharStream(new ANTLRStringStream(text));
        int lineBefore = -1;
        for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
            int line = token.getLine() - 1;
            int last = line + (int) token.getText().stripTrailing().chars().filter(c -> c == '\n').count();
            if (token.getType() == InternalHvLexer.RULE_WS) {
                continue;
            }
            if (token.getType() == InternalHvLexer.RULE_SL_COMMENT) {
                folding.lineComment(line, line != lineBefore);
            } else {
                folding.endComment();
                if (token.getType() == InternalHvLexer.RULE_ML_COMMENT) {
                    folding.add(line, last, true);
                } else if (token.getText().equals("{")) {
                    folding.open.push(line);
                } else if (token.getText().equals("}") && !folding.open.isEmpty()) {
                    folding.add(folding.open.pop(), line, false);
                }
            }
            lineBefore = last;
        }
        folding.endComment();
        folding.folds.sort(Comparator.comparingInt(Fold::first).thenComparing(Comparator.comparingInt(Fold::last).reversed()));
        return folding.folds.stream().distinct().toList();
    }

    private void lineComment(int line, boolean alone) {
        if (!alone || line != lastComment + 1) {
            endComment();
        }
        if (alone) {
            firstComment = firstComment < 0 ? line : firstComment;
            lastComment = line;
        }
    }

    private void endComment() {
        if (firstComment >= 0) {
            add(firstComment, lastComment, true);
        }
        firstComment = -1;
        lastComment = -1;
    }

    private void add(int first, int last, boolean comment) {
        if (last > first) {
            folds.add(new Fold(first, last, comment));
        }
    }
}
