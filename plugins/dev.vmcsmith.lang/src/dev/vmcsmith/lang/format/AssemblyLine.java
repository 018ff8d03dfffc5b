// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.format;

import java.util.List;
import java.util.Set;

/** A line of guest code: labels at the margin, mnemonics in one column, operands in another. */
final class AssemblyLine {
    private static final int MNEMONIC_COLUMN = 8;
    private static final int MNEMONIC_WIDTH = 6;
    private static final Set<String> PREFIXES = Set.of("lock", "rep", "repe", "repz", "repne", "repnz");

    private AssemblyLine() {
    }

    static String text(List<Piece> pieces) {
        StringBuilder out = new StringBuilder();
        for (Piece piece : pieces) {
            if (piece.kind() == Piece.Kind.ASM_TEXT) {
                out.repeat(' ', Math.max(out.isEmpty() ? 0 : 1, MNEMONIC_COLUMN - out.length())).append(statement(piece.text()));
            } else if (piece.isComment()) {
                out.repeat(' ', Math.max(out.isEmpty() ? 0 : 1, MNEMONIC_COLUMN - out.length())).append(piece.text());
            } else {
                out.append(piece.text());
            }
        }
        return out.toString();
    }

    private static String statement(String text) {
        String compact = compact(text);
        int space = compact.indexOf(' ');
        if (space < 0) {
            return compact;
        }
        if (PREFIXES.contains(compact.substring(0, space).toLowerCase())) {
            return compact.substring(0, space + 1) + statement(compact.substring(space + 1));
        }
        String mnemonic = compact.substring(0, space);
        return mnemonic + " ".repeat(Math.max(1, MNEMONIC_WIDTH - mnemonic.length())) + compact.substring(space + 1);
    }

    /** One space for each run of white space, one behind each comma; quoted text as it is. */
    static String compact(String text) {
        StringBuilder out = new StringBuilder();
        char quote = 0;
        for (char c : text.strip().toCharArray()) {
            boolean space = quote == 0 && Character.isWhitespace(c);
            char last = out.isEmpty() ? 0 : out.charAt(out.length() - 1);
            if (quote == 0 && c == ',' && last == ' ') {
                out.setLength(out.length() - 1);
            }
            if (quote == 0 && !space && last == ',') {
                out.append(' ');
            }
            if (!space) {
                out.append(c);
            } else if (last != ' ') {
                out.append(' ');
            }
            if (c == '\'' || c == '"') {
                quote = quote == 0 ? c : quote == c ? 0 : quote;
            }
        }
        return out.toString();
    }
}
