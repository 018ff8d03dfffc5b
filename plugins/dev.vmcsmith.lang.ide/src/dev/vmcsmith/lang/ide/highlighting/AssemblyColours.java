// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.highlighting;

import dev.vmcsmith.lang.ide.facts.Registers;
import java.util.List;
import java.util.Set;

/** Colours one statement of assembly: mnemonic, registers, numbers, text. */
final class AssemblyColours {
    private static final Set<String> PREFIXES = Set.of("lock", "rep", "repe", "repz", "repne", "repnz");
    private static final Set<String> WORDS = Set.of("byte", "word", "dword", "qword", "ptr", "rel", "short", "near", "far", "times", "equ");

    private AssemblyColours() {
    }

    static void add(String text, int start, List<TextToken> result) {
        boolean first = true;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int end = at + 1;
            if (c == '\'' || c == '"') {
                int close = text.indexOf(c, end);
                end = close < 0 ? text.length() : close + 1;
                result.add(new TextToken(start + at, end - at, TextKind.STRING));
            } else if (isWord(c)) {
                while (end < text.length() && isWord(text.charAt(end))) {
                    end++;
                }
                String word = text.substring(at, end).toLowerCase();
                TextKind kind = kind(word, first);
                if (kind != null) {
                    result.add(new TextToken(start + at, end - at, kind));
                }
                first = first && PREFIXES.contains(word);
            }
            at = end;
        }
    }

    private static TextKind kind(String word, boolean first) {
        if (Character.isDigit(word.charAt(0))) {
            return TextKind.NUMBER;
        }
        if (first) {
            return TextKind.MNEMONIC;
        }
        if (WORDS.contains(word)) {
            return TextKind.KEYWORD;
        }
        return Registers.isRegister(word) ? TextKind.REGISTER : TextKind.NAME;
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '%';
    }
}
