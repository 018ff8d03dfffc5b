// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.HexLong;
import java.util.OptionalLong;

/**
 * Evaluates what a user types into a watch, a condition or the console: the expressions of setups. Numbers with {@code KiB MiB GiB},
 * characters {@code 'SVT'}, names, {@code page(address)}, {@code sizeof(symbol)}, {@code msr[number]}, {@code [address]},
 * {@code byte|word|dword|qword [address]}, {@code guest-virtual.dword[address]} and other spaces, {@code - ~ !}, parentheses, and from tight
 * to loose {@code * / %}, {@code + -}, {@code << >>}, {@code &}, {@code ^}, {@code |}, {@code == != < <= > >=}, {@code &&}, {@code ||}.
 * Values are unsigned 64-bit. A {@code -} between letters belongs to a name, as in {@code guest-physical-address}.
 */
final class Expressions {

    /** What names and memory mean. */
    interface Context {
        OptionalLong name(String name);

        /**
         * Little-endian value of 1, 2, 4 or 8 bytes.
         *
         * @throws RequestFailure when the memory cannot be read
         */
        long memory(long address, int bytes);

        /** The same in an address space by its name, such as {@code guest-physical}; {@code host} is host-virtual. */
        long memory(String space, long address, int bytes);

        /** The value of a model-specific register; empty when there is none with the number. */
        default OptionalLong msr(long number) {
            return OptionalLong.empty();
        }

        /** Bytes of what a symbol names; empty when that is unknown. */
        default OptionalLong size(String symbol) {
            return OptionalLong.empty();
        }
    }

    /** For numbers alone. */
    static final Context NO_NAMES = new Context() {
        @Override
        public OptionalLong name(String name) {
            return OptionalLong.empty();
        }

        @Override
        public long memory(long address, int bytes) {
            throw new RequestFailure("there is no memory yet");
        }

        @Override
        public long memory(String space, long address, int bytes) {
            throw new RequestFailure("there is no memory yet");
        }
    };

    /** As in setups; in C comparisons would bind tighter than {@code & ^ |}. */
    private static final String[][] LEVELS = {{"||"}, {"&&"}, {"==", "!=", "<=", ">=", "<", ">"}, {"|"}, {"^"}, {"&"}, {"<<", ">>"},
            {"+", "-"}, {"*", "/", "%"}};
    private static final int DEPTH_LIMIT = 100;
    private static final long PAGE = 4096;

    private final String text;
    private final Context context;
    private int at;
    private int depth;

    private Expressions(String text, Context context) {
        this.text = text;
        this.context = context;
    }

    /**
     * The value of an expression.
     *
     * @throws RequestFailure naming what is wrong with the text
     */
    static long evaluate(String text, Context context) {
        Expressions parser = new Expressions(text, context);
        long value = parser.binary(0);
        parser.skipSpace();
        if (parser.at < text.length()) {
            throw new RequestFailure("\"" + text.substring(parser.at) + "\" is not understood here");
        }
        return value;
    }

    private long binary(int level) {
        if (level == LEVELS.length) {
            return unary();
        }
        long left = binary(level + 1);
        for (String operator = operator(level); operator != null; operator = operator(level)) {
            at += operator.length();
            left = apply(operator, left, binary(level + 1));
        }
        return left;
    }

    private String operator(int level) {
        skipSpace();
        for (String candidate : LEVELS[level]) {
            if (text.startsWith(candidate, at) && !isLongerOperator(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    private boolean isLongerOperator(String candidate) {
        char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
        return candidate.length() == 1 && switch (candidate.charAt(0)) {
            case '|', '&' -> next == candidate.charAt(0);
            case '<', '>' -> next == candidate.charAt(0) || next == '=';
            default -> false;
        };
    }

    private static long apply(String operator, long left, long right) {
        return switch (operator) {
            case "||" -> truth(left != 0 || right != 0);
            case "&&" -> truth(left != 0 && right != 0);
            case "|" -> left | right;
            case "^" -> left ^ right;
            case "&" -> left & right;
            case "==" -> truth(left == right);
            case "!=" -> truth(left != right);
            case "<=" -> truth(Long.compareUnsigned(left, right) <= 0);
            case ">=" -> truth(Long.compareUnsigned(left, right) >= 0);
            case "<" -> truth(Long.compareUnsigned(left, right) < 0);
            case ">" -> truth(Long.compareUnsigned(left, right) > 0);
            case "<<" -> right < 0 || right > 63 ? 0 : left << right;
            case ">>" -> right < 0 || right > 63 ? 0 : left >>> right;
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            default -> divide(operator, left, right);
        };
    }

    private static long divide(String operator, long left, long right) {
        if (right == 0) {
            throw new RequestFailure("division by 0");
        }
        return operator.equals("/") ? Long.divideUnsigned(left, right) : Long.remainderUnsigned(left, right);
    }

    private static long truth(boolean value) {
        return value ? 1 : 0;
    }

    private long unary() {
        if (++depth > DEPTH_LIMIT) {
            throw new RequestFailure("the expression is nested too deeply");
        }
        try {
            skipSpace();
            if (at == text.length()) {
                throw new RequestFailure(text.isBlank() ? "there is no expression" : "the expression \"" + text + "\" is not complete");
            }
            switch (text.charAt(at)) {
                case '-':
                    at++;
                    return -unary();
                case '~':
                    at++;
                    return ~unary();
                case '!':
                    at++;
                    return truth(unary() == 0);
                case '(':
                    return enclosed(')');
                case '\'':
                    return characters();
                case '[':
                    return context.memory(enclosed(']'), 8);
                default:
                    return Character.isDigit(text.charAt(at)) ? number() : name();
            }
        } finally {
            depth--;
        }
    }

    private long enclosed(char close) {
        at++;
        long value = binary(0);
        skipSpace();
        if (at == text.length() || text.charAt(at) != close) {
            throw new RequestFailure("\"" + close + "\" is missing in \"" + text + "\"");
        }
        at++;
        return value;
    }

    private long number() {
        int start = at;
        while (at < text.length() && unitBits() == 0 && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        try {
            String digits = text.substring(start, at);
            long value = digits.startsWith("0b") || digits.startsWith("0B")
                    ? Long.parseUnsignedLong(digits.substring(2).replace("_", ""), 2) : HexLong.parse(digits);
            return value << unit();
        } catch (NumberFormatException e) {
            throw new RequestFailure("\"" + text.substring(start, at) + "\" is not a number");
        }
    }

    /** A unit of size after a number, as a power of two. */
    private int unit() {
        skipSpace();
        int bits = unitBits();
        at += bits == 0 ? 0 : "KiB".length();
        return bits;
    }

    private int unitBits() {
        return text.startsWith("KiB", at) ? 10 : text.startsWith("MiB", at) ? 20 : text.startsWith("GiB", at) ? 30 : 0;
    }

    /** A constant of several characters: the first is the most significant, as C compilers do it. */
    private long characters() {
        int end = text.indexOf('\'', at + 1);
        if (end < 0 || end - at - 1 > Long.BYTES) {
            throw new RequestFailure("\"" + text.substring(at) + "\" is no constant of 1 to 8 characters in quotation marks");
        }
        long value = 0;
        for (at++; at < end; at++) {
            value = value << 8 | text.charAt(at) & 0xFF;
        }
        at = end + 1;
        return value;
    }

    private long name() {
        int start = at;
        while (at < text.length() && isNamePart(start)) {
            at++;
        }
        if (at == start) {
            throw new RequestFailure("\"" + text.substring(start) + "\" is not understood here");
        }
        String name = text.substring(start, at);
        int bytes = sizeOf(name);
        skipSpace();
        if (bytes > 0 && at < text.length() && text.charAt(at) == '[') {
            return context.memory(enclosed(']'), bytes);
        }
        int dot = name.lastIndexOf('.');
        if (dot > 0 && sizeOf(name.substring(dot + 1)) > 0 && at < text.length() && text.charAt(at) == '[') {
            return context.memory(name.substring(0, dot), enclosed(']'), sizeOf(name.substring(dot + 1)));
        }
        if (name.equals("page") && at < text.length() && text.charAt(at) == '(') {
            return enclosed(')') & -PAGE;
        }
        if (name.equals("msr") && at < text.length() && text.charAt(at) == '[') {
            long number = enclosed(']');
            return context.msr(number).orElseThrow(() -> new RequestFailure("the processor has no MSR " + HexLong.format(number)));
        }
        if (name.equals("sizeof") && at < text.length() && text.charAt(at) == '(') {
            return size();
        }
        OptionalLong value = context.name(name);
        if (value.isEmpty()) {
            throw new RequestFailure("\"" + name + "\" is neither a register, a VMCS field nor a symbol");
        }
        return value.getAsLong();
    }

    private long size() {
        int close = text.indexOf(')', at);
        String symbol = close < 0 ? "" : text.substring(at + 1, close).strip();
        if (symbol.isEmpty()) {
            throw new RequestFailure("\")\" or a symbol is missing in \"" + text + "\"");
        }
        at = close + 1;
        return context.size(symbol).orElseThrow(() -> new RequestFailure("the size of \"" + symbol + "\" is not known"));
    }

    private boolean isNamePart(int start) {
        char c = text.charAt(at);
        if (c == '-') {
            return at > start && at + 1 < text.length() && Character.isLetterOrDigit(text.charAt(at + 1));
        }
        return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '$' || c == '@' || c == '#';
    }

    private static int sizeOf(String word) {
        return switch (word) {
            case "byte" -> 1;
            case "word" -> 2;
            case "dword" -> 4;
            case "qword" -> 8;
            default -> 0;
        };
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
