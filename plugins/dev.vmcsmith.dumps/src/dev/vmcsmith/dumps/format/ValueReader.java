// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import dev.vmcsmith.dumps.text.Hex;
import dev.vmcsmith.dumps.text.Tokens;

/** Reads a hexadecimal value, also one that a line break cuts in two. One per text; not thread-safe. */
final class ValueReader {
    private final Tokens tokens;
    private String digits;
    private boolean whole;
    private int next;

    ValueReader(Tokens tokens) {
        this.tokens = tokens;
    }

    /**
     * Reads the value at a token.
     *
     * @param least how many digits its producer writes at least
     * @return whether there is a hexadecimal number; it may still not be {@link #whole()}
     */
    boolean read(int at, int least) {
        String word = tokens.text(at);
        digits = Hex.digits(word);
        whole = true;
        next = at + 1;
        if (digits == null) {
            return false;
        }
        if (digits.length() >= least || !tokens.endsLine(at) || digits.equals("0")) {
            return true;
        }
        String rest = Hex.digits(tokens.text(next));
        boolean continues = rest != null && !tokens.text(next).startsWith("0x") && digits.length() + rest.length() == least
                && !tokens.is(next + 1, "=") && !tokens.is(next + 1, ":");
        if (continues) {
            digits += rest;
            next++;
        } else {
            whole = false;
        }
        return true;
    }

    /** Whether no part of the number is missing. */
    boolean whole() {
        return whole;
    }

    long value() {
        return Hex.value(digits);
    }

    /** The token after the value. */
    int next() {
        return next;
    }
}
