// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.highlighting;

import java.util.List;
import java.util.Optional;

/** Finds words of a setup from its text alone, as the highlighter divides it: quick, and right in a text with errors. */
public final class Words {
    private final String text;
    private final List<TextToken> tokens;

    private Words(String text) {
        this.text = text;
        tokens = Highlighter.highlight(text).tokens();
    }

    public static Words of(String text) {
        return new Words(text);
    }

    /** What stands at an offset, or ends there; empty between words and in comments. */
    public Optional<TextToken> at(int offset) {
        int found = index(offset);
        return found < 0 ? Optional.empty() : Optional.of(tokens.get(found));
    }

    private int index(int offset) {
        int found = -1;
        for (int i = 0; i < tokens.size() && tokens.get(i).offset() <= offset; i++) {
            TextToken token = tokens.get(i);
            if (offset <= token.end() && token.kind() != TextKind.COMMENT) {
                found = i; // where two meet, the one that begins
            }
        }
        return found;
    }

    /** The word at an offset with all its parts before and behind dots: {@code cs.access-rights}. */
    public Optional<TextToken> wholeAt(int offset) {
        int first = index(offset);
        if (first < 0) {
            return Optional.empty();
        }
        int last = first;
        while (isDotBetween(first - 1)) {
            first--;
        }
        while (isDotBetween(last)) {
            last++;
        }
        int start = tokens.get(first).offset();
        return Optional.of(new TextToken(start, tokens.get(last).end() - start, tokens.get(last).kind()));
    }

    private boolean isDotBetween(int index) {
        return index >= 0 && index + 1 < tokens.size() && tokens.get(index + 1).offset() == tokens.get(index).end() + 1
                && text.charAt(tokens.get(index).end()) == '.' && isName(tokens.get(index)) && isName(tokens.get(index + 1));
    }

    private static boolean isName(TextToken token) {
        return token.kind() != TextKind.NUMBER && token.kind() != TextKind.STRING && token.kind() != TextKind.COMMENT;
    }

    /** The name at an offset, without what stands before and behind dots; guest code writes them as one word. */
    public Optional<TextToken> nameAt(int offset) {
        return at(offset).filter(token -> token.kind() == TextKind.NAME).map(token -> {
            int first = token.offset() + (text.charAt(token.offset()) == '.' ? 1 : 0); // behind the dot of a local label
            int cursor = Math.max(offset, first);
            int start = Math.max(first, text.lastIndexOf('.', cursor - 1) + 1);
            int dot = text.indexOf('.', cursor);
            int end = dot < 0 || dot > token.end() ? token.end() : dot;
            return start == first ? new TextToken(token.offset(), end - token.offset(), token.kind())
                    : new TextToken(start, end - start, token.kind());
        });
    }

    /** Whether the text itself defines a name, or a label of that name. */
    public boolean defines(String name) {
        return tokens.stream().anyMatch(token -> (token.kind() == TextKind.DEFINITION || token.kind() == TextKind.LABEL)
                && name.equals(label(text.substring(token.offset(), token.end()))));
    }

    private static String label(String written) {
        return written.endsWith(":") ? written.substring(0, written.length() - 1).strip() : written;
    }
}
