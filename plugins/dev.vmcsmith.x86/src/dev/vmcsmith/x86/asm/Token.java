// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

/** One token of a line. Column counts from 0. A string's text is its content; punctuation is one or two characters. */
record Token(Kind kind, String text, long value, int column, int length) {
    enum Kind { NAME, NUMBER, STRING, CHARACTER, PUNCTUATION, END }

    boolean is(String punctuation) {
        return kind == Kind.PUNCTUATION && text.equals(punctuation);
    }

    boolean isName(String lowerCase) {
        return kind == Kind.NAME && text.equalsIgnoreCase(lowerCase);
    }
}
