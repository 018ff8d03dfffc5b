// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.highlighting;

import dev.vmcsmith.lang.ide.edit.AssemblyPieces;
import dev.vmcsmith.lang.ide.facts.Registers;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Colours one statement of assembly: mnemonic, registers, numbers, text. */
final class AssemblyColours {
    private static final Set<String> PREFIXES = Set.of("lock", "rep", "repe", "repz", "repne", "repnz");
    private static final Set<String> WORDS = Set.of("byte", "word", "dword", "qword", "ptr", "rel", "short", "near", "far", "times", "equ");

    private AssemblyColours() {
    }

    static void add(String text, int start, List<TextToken> result) {
        boolean first = true;
        for (AssemblyPieces.Piece piece : AssemblyPieces.of(text)) {
            String word = piece.text().toLowerCase(Locale.ROOT);
            TextKind kind = piece.isQuoted() ? TextKind.STRING : kind(word, first);
            if (kind != null) {
                result.add(new TextToken(start + piece.offset(), piece.text().length(), kind));
            }
            first = first && (piece.isQuoted() || PREFIXES.contains(word));
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
}
