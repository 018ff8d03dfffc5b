// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Splits one line into tokens. Comments start with {@code ;} or {@code //}. */
final class Lexer {
    private final String line;
    private int pos;

    Lexer(String line) {
        this.line = line;
    }

    List<Token> tokens() {
        List<Token> tokens = new ArrayList<>();
        while (true) {
            while (pos < line.length() && line.charAt(pos) <= ' ') {
                pos++;
            }
            if (pos >= line.length() || line.charAt(pos) == ';' || line.startsWith("//", pos)) {
                tokens.add(new Token(Token.Kind.END, "", 0, pos, 1));
                return tokens;
            }
            tokens.add(next());
        }
    }

    private Token next() {
        char c = line.charAt(pos);
        int start = pos;
        if (c >= '0' && c <= '9') {
            return number();
        }
        if (isNameStart(c) || c == '.' && pos + 1 < line.length() && isNameStart(line.charAt(pos + 1))) {
            pos++;
            while (pos < line.length() && isNamePart(line.charAt(pos))) {
                pos++;
            }
            return new Token(Token.Kind.NAME, line.substring(start, pos), 0, start, pos - start);
        }
        if (c == '\'' || c == '"' || c == '`') {
            return quoted(c);
        }
        pos++;
        if (pos < line.length() && (c == '<' || c == '>' || c == '$') && line.charAt(pos) == c) {
            pos++;
        }
        return new Token(Token.Kind.PUNCTUATION, line.substring(start, pos), 0, start, pos - start);
    }

    private static boolean isNameStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '@' || c == '?' || c > 127 && Character.isLetter(c);
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || c >= '0' && c <= '9' || c == '.' || c == '$' || c == '#' || c == '~';
    }

    private Token number() {
        int start = pos;
        while (pos < line.length() && (Character.isLetterOrDigit(line.charAt(pos)) || line.charAt(pos) == '_')) {
            pos++;
        }
        String digits = line.substring(start, pos).replace("_", "").toLowerCase(Locale.ROOT);
        int length = pos - start;
        int radix = 10;
        if (digits.startsWith("0x")) {
            radix = 16;
            digits = digits.substring(2);
        } else if (digits.startsWith("0b") && !digits.endsWith("h")) {
            radix = 2;
            digits = digits.substring(2);
        } else if (digits.startsWith("0o") || digits.startsWith("0q")) {
            radix = 8;
            digits = digits.substring(2);
        } else if (digits.endsWith("h")) {
            radix = 16;
            digits = digits.substring(0, digits.length() - 1);
        }
        try {
            return new Token(Token.Kind.NUMBER, digits, Long.parseUnsignedLong(digits, radix), start, length);
        } catch (NumberFormatException e) {
            throw new SyntaxException(start, length, "'" + line.substring(start, pos)
                + "' is not a number; write 123, 0x7B, 7Bh, 0b111_1011 or 0o173, at most 64 bits.");
        }
    }

    private Token quoted(char quote) {
        int start = pos++;
        int end = line.indexOf(quote, pos);
        if (end < 0) {
            throw new SyntaxException(start, line.length() - start, "This text has no closing " + quote + "; add it.");
        }
        String content = line.substring(pos, end);
        pos = end + 1;
        return new Token(quote == '\'' ? Token.Kind.CHARACTER : Token.Kind.STRING, content, 0, start, pos - start);
    }
}
