// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** Follows the blocks of C to know whether a statement is executed in any case. */
final class CBlocks {
    private static final Set<String> CONTROL = Set.of("if", "else", "for", "while", "switch", "do", "case", "default");
    private static final Set<String> PREPROCESSOR = Set.of("if", "ifdef", "ifndef");
    private static final int DEEPEST = 1000;

    private final Deque<Boolean> blocks = new ArrayDeque<>();
    private int conditions;
    private int preprocessor;
    private int parentheses;
    private boolean statement;

    /** Goes on over a part of a line. */
    void follow(String text, int from, int to) {
        if (from == 0 && text.strip().startsWith("#")) {
            directive(text.strip().substring(1).strip());
            return;
        }
        int at = from;
        while (at < to) {
            char c = text.charAt(at);
            if (Character.isLetter(c) || c == '_') {
                int start = at;
                while (at < to && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
                    at++;
                }
                statement |= CONTROL.contains(text.substring(start, at));
                continue;
            }
            if (c == '{') {
                open();
            } else if (c == '}') {
                close();
            } else if (c == '(' || c == ')') {
                parentheses = Math.max(0, parentheses + (c == '(' ? 1 : -1));
            } else if (c == ';' && parentheses == 0) {
                statement = false;
            }
            at++;
        }
    }

    /** Whether the statement here is within a condition, a loop or a part that the preprocessor may leave out. */
    boolean isConditional() {
        return statement || conditions > 0 || preprocessor > 0;
    }

    private void open() {
        if (blocks.size() < DEEPEST) {
            blocks.push(statement);
            conditions += statement ? 1 : 0;
        }
        statement = false;
    }

    private void close() {
        if (!blocks.isEmpty()) {
            conditions -= blocks.pop() ? 1 : 0;
        }
        statement = false;
    }

    private void directive(String text) {
        String word = text.split("[^a-z]", 2)[0];
        if (PREPROCESSOR.contains(word)) {
            preprocessor++;
        } else if (word.equals("endif") && preprocessor > 0) {
            preprocessor--;
        }
    }
}
