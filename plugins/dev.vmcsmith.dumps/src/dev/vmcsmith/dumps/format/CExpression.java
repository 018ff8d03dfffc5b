// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.format;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** Works out constant integer expressions of C: literals, macros without parameters, BIT(n), casts, operators. */
final class CExpression {
    private static final int DEEPEST = 40;
    private static final int MOST_MACROS = 2000;
    private static final String[][] OPERATORS = {{"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"}};

    private final Map<String, String> macros;
    private String text = "";
    private int at;
    private int depth;
    private int expanded;
    private boolean failed;

    /** @param macros name to text; a name with an empty text has no certain meaning */
    CExpression(Map<String, String> macros) {
        this.macros = macros;
    }

    /** The value; empty when the expression is not constant or not understood. */
    OptionalLong value(String expression) {
        text = expression;
        at = 0;
        depth = 0;
        expanded = 0;
        failed = false;
        long value = binary(0);
        blanks();
        return failed || at < text.length() ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private long fail() {
        failed = true;
        at = text.length();
        return 0;
    }

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private long binary(int level) {
        if (level == OPERATORS.length) {
            return unary();
        }
        long left = binary(level + 1);
        String operator = operator(level);
        while (!failed && operator != null) {
            at += operator.length();
            left = apply(operator, left, binary(level + 1));
            operator = operator(level);
        }
        return left;
    }

    private String operator(int level) {
        blanks();
        for (String operator : OPERATORS[level]) {
            boolean logical = text.startsWith(operator + operator, at) && (operator.equals("|") || operator.equals("&"));
            if (text.startsWith(operator, at) && !logical) {
                return operator;
            }
        }
        return null;
    }

    private long apply(String operator, long left, long right) {
        return switch (operator) {
            case "|" -> left | right;
            case "^" -> left ^ right;
            case "&" -> left & right;
            case "<<" -> right < 0 || right > 63 ? fail() : left << right;
            case ">>" -> right < 0 || right > 63 ? fail() : left >>> right;
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> right == 0 ? fail() : left / right;
            default -> right == 0 ? fail() : left % right;
        };
    }

    private long unary() {
        blanks();
        if (at >= text.length() || ++depth > DEEPEST) {
            return fail();
        }
        char c = text.charAt(at);
        long value;
        if (c == '~' || c == '-' || c == '+') {
            at++;
            int from = at;
            value = unary();
            boolean narrow = isNarrowUnsigned(text.substring(Math.min(from, at), at));
            value = narrow && c != '+' ? fail() : c == '~' ? ~value : c == '-' ? -value : value;
        } else if (c == '(') {
            value = parenthesis();
        } else if (Character.isDigit(c)) {
            value = number();
        } else if (Character.isLetter(c) || c == '_') {
            value = name();
        } else {
            value = fail();
        }
        depth--;
        return value;
    }

    /** Whether an operand has 32 bits and no sign, so that what C makes of it depends on its type. */
    private static boolean isNarrowUnsigned(String operand) {
        String lower = operand.strip().toLowerCase(Locale.ROOT);
        return lower.endsWith("u") && !lower.startsWith("(");
    }

    private long parenthesis() {
        int close = text.indexOf(')', at);
        if (close > 0 && isType(text.substring(at + 1, close).strip())) {
            String type = text.substring(at + 1, close).strip();
            at = close + 1;
            return cast(type, unary());
        }
        at++;
        long value = binary(0);
        blanks();
        if (failed || at >= text.length() || text.charAt(at) != ')') {
            return fail();
        }
        at++;
        return value;
    }

    private static boolean isType(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "u8", "u16", "u32", "u64", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "ulong64", "ulong32", "ulong", "ulong_ptr",
                    "uint64", "uint32", "uint16", "unsigned", "unsigned int", "unsigned long", "unsigned long long", "size_t", "uintptr_t",
                    "unsigned __int64", "u_long", "dword", "word", "qword", "usize" -> true;
            default -> false;
        };
    }

    private long cast(String type, long value) {
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "u8", "uint8_t" -> value & 0xFF;
            case "u16", "uint16_t", "uint16", "word" -> value & 0xFFFF;
            case "u32", "uint32_t", "uint32", "ulong32", "unsigned", "unsigned int", "dword" -> value & 0xFFFF_FFFFL;
            case "u64", "uint64_t", "uint64", "ulong64", "unsigned long long", "unsigned __int64", "qword", "uintptr_t", "ulong_ptr",
                    "size_t", "usize" -> value;
            default -> value >>> 32 == 0 ? value : fail();
        };
    }

    private long number() {
        int from = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '\'' || text.charAt(at) == '_')) {
            at++;
        }
        String digits = text.substring(from, at).replace("'", "").replace("_", "").toLowerCase(Locale.ROOT);
        digits = digits.endsWith("ui64") ? digits.substring(0, digits.length() - 4) : digits;
        while (digits.endsWith("u") || digits.endsWith("l")) {
            digits = digits.substring(0, digits.length() - 1);
        }
        int radix = digits.startsWith("0x") ? 16 : digits.startsWith("0b") ? 2 : digits.length() > 1 && digits.charAt(0) == '0' ? 8 : 10;
        try {
            return Long.parseUnsignedLong(radix == 16 || radix == 2 ? digits.substring(2) : digits, radix);
        } catch (NumberFormatException e) {
            return fail();
        }
    }

    private long name() {
        int from = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        String name = text.substring(from, at);
        if (name.equals("BIT") || name.equals("BIT64") || name.equals("BIT_ULL")) {
            long bit = unary();
            return bit < 0 || bit > 63 ? fail() : 1L << bit;
        }
        if (name.equals("UINT64_C") || name.equals("UINT32_C")) {
            return unary();
        }
        String macro = macros.get(name);
        if (macro == null || macro.isEmpty() || ++expanded > MOST_MACROS) {
            return fail();
        }
        String outer = text;
        int outerAt = at;
        text = macro;
        at = 0;
        long value = binary(0);
        blanks();
        boolean whole = !failed && at >= text.length();
        text = outer;
        at = outerAt;
        return whole ? value : fail();
    }
}
