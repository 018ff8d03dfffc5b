// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.text;

/** Hexadecimal words. */
public final class Hex {
    private Hex() {
    }

    /** The digits of a word with or without {@code 0x}, a full stop at its end left out; null if it has others, none or more than 16. */
    public static String digits(String word) {
        int from = word.startsWith("0x") || word.startsWith("0X") ? 2 : 0;
        int to = word.length();
        if (to > from && word.charAt(to - 1) == '.') {
            to--;
        }
        if (to == from || to - from > 16) {
            return null;
        }
        for (int i = from; i < to; i++) {
            if (Character.digit(word.charAt(i), 16) < 0 || word.charAt(i) > 'f') {
                return null;
            }
        }
        return word.substring(from, to);
    }

    /** The value of such digits. */
    public static long value(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }
}
