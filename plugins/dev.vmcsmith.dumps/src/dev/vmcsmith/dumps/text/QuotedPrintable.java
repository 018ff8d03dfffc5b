// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.text;

/** Undoes the quoted-printable encoding of mails, only where the text is certain to be encoded. */
final class QuotedPrintable {
    private static final String EQUALS = "=3D";

    private QuotedPrintable() {
    }

    /** Whether parts of the text are encoded: it has the encoded equals sign, in more than one place. */
    static boolean occursIn(String text) {
        int first = text.indexOf(EQUALS);
        return first >= 0 && text.indexOf(EQUALS, first + EQUALS.length()) >= 0;
    }

    /** Whether every equals sign of the line begins an escape that a mail program writes. */
    static boolean isEncoded(String line) {
        boolean escapes = false;
        for (int i = line.indexOf('='); i >= 0; i = line.indexOf('=', i + 1)) {
            if (i == line.length() - 1) {
                return escapes || i > 30;
            }
            int value = escaped(line, i);
            if (value < 0x80 && value != '=' && value != ' ' && value != '\t') {
                return false;
            }
            escapes = true;
        }
        return escapes;
    }

    /** Whether the line goes on in the next one. */
    static boolean isSoftlyBroken(String line) {
        return line.endsWith("=");
    }

    /** The line without escapes; bytes outside ASCII become blanks, because no dump has them. */
    static String decode(String line) {
        StringBuilder result = new StringBuilder(line.length());
        int end = isSoftlyBroken(line) ? line.length() - 1 : line.length();
        for (int i = 0; i < end; i++) {
            char c = line.charAt(i);
            int value = c == '=' ? escaped(line, i) : -1;
            if (value >= 0) {
                result.append(value < 0x80 ? (char) value : ' ');
                i += 2;
            } else {
                result.append(c);
            }
        }
        return result.toString();
    }

    private static int escaped(String line, int at) {
        if (at + 2 >= line.length()) {
            return -1;
        }
        int high = upperHex(line.charAt(at + 1));
        int low = upperHex(line.charAt(at + 2));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int upperHex(char c) {
        return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    }
}
