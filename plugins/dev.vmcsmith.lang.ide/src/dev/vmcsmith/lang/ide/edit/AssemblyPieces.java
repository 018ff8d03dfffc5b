// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.edit;

import java.util.ArrayList;
import java.util.List;

/** Divides a statement of assembly into its words and its texts in quotes; operators and spaces are no piece. */
public final class AssemblyPieces {
    /**
     * A word (mnemonic, register, number, name with its dots) or a text in quotes.
     *
     * @param offset of its first character in the statement
     */
    public record Piece(String text, int offset) {
        public int end() {
            return offset + text.length();
        }

        public boolean isQuoted() {
            return text.charAt(0) == '\'' || text.charAt(0) == '"';
        }
    }

    private AssemblyPieces() {
    }

    /** The pieces of a statement in their order; a quote that is not closed goes to the end. */
    public static List<Piece> of(String statement) {
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        while (at < statement.length()) {
            int end = end(statement, at);
            if (end > at) {
                pieces.add(new Piece(statement.substring(at, end), at));
            }
            at = Math.max(end, at + 1);
        }
        return pieces;
    }

    private static int end(String statement, int at) {
        char first = statement.charAt(at);
        if (first == '\'' || first == '"') {
            int close = statement.indexOf(first, at + 1);
            return close < 0 ? statement.length() : close + 1;
        }
        int end = at;
        while (end < statement.length() && (isWord(statement.charAt(end)) || end == at && first == '%')) {
            end++;
        }
        return end;
    }

    /** Whether a character can stand in a word. */
    public static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.';
    }
}
