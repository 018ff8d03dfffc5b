// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.parser;

/** Reads literals. Errors are {@link IllegalArgumentException}s whose message is for the user. */
public final class Literals {
    private Literals() {
    }

    /** A number of up to 64 bits: decimal, {@code 0x} or {@code 0b}, underscores anywhere after the first digit. */
    public static long number(String token) {
        String digits = token.replace("_", "");
        try {
            if (digits.startsWith("0x") || digits.startsWith("0X")) {
                return Long.parseUnsignedLong(digits.substring(2), 16);
            }
            if (digits.startsWith("0b") || digits.startsWith("0B")) {
                return Long.parseUnsignedLong(digits.substring(2), 2);
            }
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            boolean tooLong = digits.matches("[0-9]+|0[xX][0-9a-fA-F]+|0[bB][01]+");
            throw new IllegalArgumentException(tooLong ? token + " does not fit in 64 bits"
                    : "'" + token + "' is not a number: write decimal, 0x1F or 0b101, with _ between digits where you like");
        }
    }

    /**
     * The value of a multi-character constant as C compilers of the field compute it: the last character is the lowest byte.
     *
     * @param text one to eight characters of 8 bits
     */
    public static long characters(String text) {
        if (text.isEmpty() || text.length() > 8) {
            throw new IllegalArgumentException("a character constant has one to eight characters");
        }
        long value = 0;
        for (char c : text.toCharArray()) {
            if (c > 0xFF) {
                throw new IllegalArgumentException("'" + c + "' is not a character of 8 bits");
            }
            value = value << 8 | c;
        }
        return value;
    }

    /** The text between two delimiters, with {@code \n \t \r \0 \\ \" \'} replaced, and {@code {{ }}} as single braces when asked. */
    static String text(String token, char open, char close, boolean braces) {
        if (token.length() < 2 || token.charAt(0) != open || token.charAt(token.length() - 1) != close) {
            throw new IllegalArgumentException("the text does not end on this line: " + close + " is missing");
        }
        StringBuilder out = new StringBuilder();
        for (int i = 1; i < token.length() - 1; i++) {
            char c = token.charAt(i);
            if (c == '\\') {
                out.append(escape(token.charAt(++i)));
            } else if (braces && (c == '{' || c == '}') && token.charAt(i + 1) == c && i + 2 < token.length()) {
                out.append(c);
                i++;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static char escape(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case '0' -> '\0';
            case '\\', '"', '\'' -> c;
            default -> throw new IllegalArgumentException("\\" + c + " is not an escape: \\n \\t \\r \\0 \\\\ \\\" \\' are");
        };
    }
}
