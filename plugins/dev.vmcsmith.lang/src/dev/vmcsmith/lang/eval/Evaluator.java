// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.eval;

import dev.vmcsmith.lang.hv.Binary;
import dev.vmcsmith.lang.hv.Block;
import dev.vmcsmith.lang.hv.Builtin;
import dev.vmcsmith.lang.hv.Call;
import dev.vmcsmith.lang.hv.Characters;
import dev.vmcsmith.lang.hv.Constant;
import dev.vmcsmith.lang.hv.Expression;
import dev.vmcsmith.lang.hv.Function;
import dev.vmcsmith.lang.hv.GuestCode;
import dev.vmcsmith.lang.hv.GuestData;
import dev.vmcsmith.lang.hv.GuestFile;
import dev.vmcsmith.lang.hv.If;
import dev.vmcsmith.lang.hv.Let;
import dev.vmcsmith.lang.hv.Literal;
import dev.vmcsmith.lang.hv.PageOf;
import dev.vmcsmith.lang.hv.PageTables;
import dev.vmcsmith.lang.hv.Parameter;
import dev.vmcsmith.lang.hv.Reference;
import dev.vmcsmith.lang.hv.Return;
import dev.vmcsmith.lang.hv.SizeOf;
import dev.vmcsmith.lang.hv.Statement;
import dev.vmcsmith.lang.hv.Symbol;
import dev.vmcsmith.lang.hv.Unary;
import dev.vmcsmith.lang.parser.Literals;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.emf.ecore.EObject;

/**
 * Evaluates expressions in unsigned 64-bit arithmetic that wraps. A comparison is 1 or 0. What cannot be known before the run is
 * {@link Value#UNKNOWN}; what is wrong (division by zero, a constant that needs itself) is told to the listener and UNKNOWN too.
 */
public final class Evaluator {
    /** Where things of the setup are, as far as it is decided. */
    public interface Places {
        Value address(Symbol symbol);

        Value size(Symbol symbol);
    }

    /** Hears of expressions that can have no value. */
    public interface Listener {
        void impossible(EObject expression, String message);
    }

    private final Places places;
    private final Listener listener;
    private final Map<Constant, Value> constants = new IdentityHashMap<>();
    private final Set<Constant> open = new HashSet<>();
    private final Set<Function> computing = new HashSet<>();
    private Map<Symbol, Value> locals = new IdentityHashMap<>();

    public Evaluator(Places places, Listener listener) {
        this.places = places;
        this.listener = listener;
    }

    /** The value of an expression, UNKNOWN for null: the text is incomplete. */
    public Value value(Expression expression) {
        return switch (expression) {
            case Literal literal -> Value.of(literal.getValue() * unit(literal.getUnit()));
            case Characters characters -> characters(characters);
            case Reference reference -> symbol(reference);
            case SizeOf size -> size(size);
            case Call call -> call(call);
            case PageOf page -> value(page.getAddress()).known() ? Value.of(value(page.getAddress()).number() & -4096) : Value.UNKNOWN;
            case Unary unary -> unary(unary);
            case Binary binary -> binary(binary);
            case null, default -> Value.UNKNOWN;
        };
    }

    /** The value of a constant, evaluated once. */
    public Value value(Constant constant) {
        Value known = constants.get(constant);
        if (known != null) {
            return known;
        }
        if (!open.add(constant)) {
            listener.impossible(constant, "the constant " + constant.getName() + " needs its own value");
            return Value.UNKNOWN;
        }
        Value value = value(constant.getValue());
        open.remove(constant);
        constants.put(constant, value);
        return value;
    }

    /** Where a thing of the setup is, as far as it is decided. */
    public Value address(Symbol symbol) {
        return places.address(symbol);
    }

    private Value size(SizeOf size) {
        Symbol symbol = size.getOf();
        if (symbol == null || symbol.eIsProxy()) {
            return Value.UNKNOWN;
        }
        if (!(symbol instanceof GuestCode || symbol instanceof GuestData || symbol instanceof GuestFile
                || symbol instanceof PageTables)) {
            listener.impossible(size, "only guest code, data and files and page tables have a size");
            return Value.UNKNOWN;
        }
        return places.size(symbol);
    }

    private static long unit(String unit) {
        return switch (unit) {
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            case null, default -> 1;
        };
    }

    private Value characters(Characters characters) {
        try {
            return characters.getText() == null ? Value.UNKNOWN : Value.of(Literals.characters(characters.getText()));
        } catch (IllegalArgumentException e) {
            listener.impossible(characters, e.getMessage());
            return Value.UNKNOWN;
        }
    }

    private Value symbol(Reference reference) {
        Symbol target = reference.getTarget();
        if (target == null || target.eIsProxy()) {
            return Value.UNKNOWN;
        }
        return switch (target) {
            case Constant constant -> value(constant);
            case Builtin builtin -> NamedNumbers.find(builtin.getName()).stream().mapToObj(Value::of).findFirst().orElse(Value.UNKNOWN);
            case Let let -> locals.getOrDefault(let, Value.UNKNOWN);
            case Parameter parameter -> locals.getOrDefault(parameter, Value.UNKNOWN);
            default -> places.address(target);
        };
    }

    // ---- functions -----------------------------------------------------------------------------------------------------------------

    /** The value of a function that only computes: it is known when the arguments and all that it uses are. */
    private Value call(Call call) {
        if (!(call.getFunction() instanceof Function function) || function.getBody() == null
                || function.getParameters().size() != call.getArguments().size()) {
            return Value.UNKNOWN;
        }
        List<Value> arguments = call.getArguments().stream().map(this::value).toList();
        if (!arguments.stream().allMatch(Value::known) || !computing.add(function)) {
            return Value.UNKNOWN;
        }
        Map<Symbol, Value> outer = locals;
        locals = new IdentityHashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            locals.put(function.getParameters().get(i), arguments.get(i));
        }
        Value result = run(function.getBody());
        locals = outer;
        computing.remove(function);
        return result == null ? Value.UNKNOWN : result;
    }

    /** What a block returns: null when it goes on behind its end, UNKNOWN when it does more than compute. */
    private Value run(Block block) {
        for (Statement statement : block == null ? List.<Statement>of() : block.getStatements()) {
            Value result = run(statement);
            if (result != null) {
                return result;
            }
        }
        return null;
    }

    private Value run(Statement statement) {
        switch (statement) {
            case Return end -> {
                return value(end.getValue());
            }
            case Let let -> {
                locals.put(let, value(let.getValue()));
                return null;
            }
            case If choice -> {
                Value condition = value(choice.getCondition());
                return !condition.known() ? Value.UNKNOWN : condition.number() != 0 ? run(choice.getThen())
                        : choice.getElseIf() != null ? run(choice.getElseIf()) : run(choice.getOtherwise());
            }
            default -> {
                return Value.UNKNOWN;
            }
        }
    }

    private Value unary(Unary unary) {
        Value operand = value(unary.getOperand());
        if (!operand.known()) {
            return operand;
        }
        return switch (unary.getOperator()) {
            case "-" -> Value.of(-operand.number());
            case "~" -> Value.of(~operand.number());
            default -> Value.of(operand.number() == 0);
        };
    }

    private Value binary(Binary binary) {
        Value left = value(binary.getLeft());
        Value right = value(binary.getRight());
        if (right.known() && right.number() == 0 && (binary.getOperator().equals("/") || binary.getOperator().equals("%"))) {
            listener.impossible(binary, "division by zero");
            return Value.UNKNOWN;
        }
        return left.known() && right.known() ? operate(binary.getOperator(), left.number(), right.number()) : Value.UNKNOWN;
    }

    private static Value operate(String operator, long a, long b) {
        return switch (operator) {
            case "+" -> Value.of(a + b);
            case "-" -> Value.of(a - b);
            case "*" -> Value.of(a * b);
            case "/" -> Value.of(Long.divideUnsigned(a, b));
            case "%" -> Value.of(Long.remainderUnsigned(a, b));
            case "<<" -> Value.of(Long.compareUnsigned(b, 63) > 0 ? 0 : a << b);
            case ">>" -> Value.of(Long.compareUnsigned(b, 63) > 0 ? 0 : a >>> b);
            case "&" -> Value.of(a & b);
            case "|" -> Value.of(a | b);
            case "^" -> Value.of(a ^ b);
            case "==" -> Value.of(a == b);
            case "!=" -> Value.of(a != b);
            case "<" -> Value.of(Long.compareUnsigned(a, b) < 0);
            case "<=" -> Value.of(Long.compareUnsigned(a, b) <= 0);
            case ">" -> Value.of(Long.compareUnsigned(a, b) > 0);
            case ">=" -> Value.of(Long.compareUnsigned(a, b) >= 0);
            case "&&" -> Value.of(a != 0 && b != 0);
            case "||" -> Value.of(a != 0 || b != 0);
            default -> throw new IllegalStateException("operator " + operator);
        };
    }
}
