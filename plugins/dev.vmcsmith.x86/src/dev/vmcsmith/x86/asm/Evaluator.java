// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Evaluates expressions against the labels and constants known so far. The two flags tell about everything evaluated
 * since {@link #start}.
 */
final class Evaluator {
    /** Constants defined by constants; more would exhaust the stack. */
    private static final int MAX_CHAIN = 200;

    private final Names names;
    private final Set<String> busy = new HashSet<>();
    /** Constants evaluated since {@link #start}. */
    private final Map<String, Long> evaluated = new HashMap<>();
    private final SymbolLookup external;
    long origin;
    private long here;
    private boolean circular;
    /** A name had no value (yet); it counted as 0. */
    boolean unknown;
    /** The value depends on an address and may change from pass to pass. */
    boolean unstable;
    /** The first expression without a value, with {@link #reason}. */
    Expr culprit;
    String reason;
    /** Whether the culprit is a name that nothing defines. */
    boolean undefined;

    Evaluator(SymbolLookup external, Names names) {
        this.external = external;
        this.names = names;
    }

    void start(long address) {
        here = address;
        unknown = false;
        unstable = false;
        culprit = null;
        reason = null;
        undefined = false;
        circular = false;
        evaluated.clear();
    }

    /** Gives a label the address of this pass. */
    void label(String name, long address) {
        names.labels.put(name, address);
    }

    /** Gives a constant its value, or its expression and place when that depends on addresses or on what comes later. */
    void define(String name, Expr expr, long address) {
        start(address);
        names.constants.remove(name);
        long value = value(expr);
        boolean plain = !unknown && !unstable;
        names.constants.put(name, new Names.Constant(plain ? new Expr.Number(value) : expr, address, origin));
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
        Long label = names.labels.get(name);
        if (label != null) {
            unstable = true;
            return label;
        }
        Names.Constant constant = names.constants.get(name);
        if (constant != null) {
            if (!busy.add(name)) {
                circular = true;
                return fail(use, "'" + name + "' is defined by itself; give one of its parts a value of its own.");
            }
            Long known = evaluated.get(name);
            if (known != null) {
                busy.remove(name);
                return known;
            }
            if (busy.size() > MAX_CHAIN) {
                busy.remove(name);
                return fail(use, "'" + name + "' depends on too many other constants; give one of them a plain value.");
            }
            boolean soFarKnown = culprit == null;
            long savedHere = here;
            long savedOrigin = origin;
            here = constant.here();
            origin = constant.origin();
            try {
                long value = value(constant.value());
                evaluated.put(name, value);
                return value;
            } finally {
                here = savedHere;
                origin = savedOrigin;
                busy.remove(name);
                if (soFarKnown && culprit != null && !circular) {
                    culprit = use;
                    reason = "'" + name + "' has no value; correct its definition.";
                    undefined = false;
                }
            }
        }
        Long value = external.valueOf(name);
        if (value == null) {
            undefined |= culprit == null;
            return fail(use, "Nothing is called '" + name + "'; define it as a label (" + name
                + ":) or with equ, or correct the spelling.");
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
