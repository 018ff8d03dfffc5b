// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Evaluates expressions against the labels and constants known so far. The two flags tell about everything evaluated since {@link #start}. */
final class Evaluator {
    final Map<String, Long> labels = new LinkedHashMap<>();
    final Map<String, Expr> constants = new LinkedHashMap<>();
    private final Map<String, Long> constantHere = new HashMap<>();
    private final Set<String> busy = new HashSet<>();
    private final SymbolLookup external;
    long origin;
    private long here;
    /** A name had no value (yet); it counted as 0. */
    boolean unknown;
    /** The value depends on an address and may change from pass to pass. */
    boolean unstable;
    /** The first expression without a value, with {@link #reason}. */
    Expr culprit;
    String reason;

    Evaluator(SymbolLookup external) {
        this.external = external;
    }

    void start(long address) {
        here = address;
        unknown = false;
        unstable = false;
        culprit = null;
        reason = null;
    }

    /** Remembers where a constant was defined, for {@code $} in it. */
    void define(String name, Expr value, long address) {
        constants.put(name, value);
        constantHere.put(name, address);
    }

    long value(Expr expr) {
        if (expr instanceof Expr.Number number) {
            return number.value();
        }
        if (expr instanceof Expr.Name name) {
            return name(name);
        }
        if (expr instanceof Expr.Binary binary) {
            return binary(binary);
        }
        if (expr instanceof Expr.Unary unary) {
            long operand = value(unary.operand());
            return switch (unary.operator()) {
                case '-' -> -operand;
                case '~' -> ~operand;
                case '!' -> operand == 0 ? 1 : 0;
                default -> operand;
            };
        }
        if (expr instanceof Expr.Here) {
            unstable = true;
            return here;
        }
        return expr instanceof Expr.Origin ? origin : fail(expr, "A register cannot be part of this expression.");
    }

    private long name(Expr.Name use) {
        String name = use.name();
        Long label = labels.get(name);
        if (label != null) {
            unstable = true;
            return label;
        }
        Expr constant = constants.get(name);
        if (constant != null) {
            if (!busy.add(name)) {
                return fail(use, "'" + name + "' is defined by itself; give one of its parts a value of its own.");
            }
            long saved = here;
            here = constantHere.get(name);
            try {
                return value(constant);
            } finally {
                here = saved;
                busy.remove(name);
            }
        }
        Long value = external.valueOf(name);
        if (value == null) {
            return fail(use, "Nothing is called '" + name + "'; define it as a label (" + name + ":) or with equ, or correct the spelling.");
        }
        return value;
    }

    private long binary(Expr.Binary binary) {
        long left = value(binary.left());
        long right = value(binary.right());
        return switch (binary.operator()) {
            case '+' -> left + right;
            case '-' -> left - right;
            case '*' -> left * right;
            case '/', '%' -> {
                if (right == 0) {
                    yield unknown ? 0 : fail(binary, "Division by zero; the right side must not be 0.");
                }
                yield binary.operator() == '/' ? left / right : left % right;
            }
            case '<' -> right >= 64 || right < 0 ? 0 : left << right;
            case '>' -> right >= 64 || right < 0 ? 0 : left >>> right;
            case '&' -> left & right;
            case '|' -> left | right;
            default -> left ^ right;
        };
    }

    private long fail(Expr at, String message) {
        unknown = true;
        if (culprit == null) {
            culprit = at;
            reason = message;
        }
        return 0;
    }
}
