// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.HexLong;
import java.util.function.ToLongFunction;

/**
 * What a breakpoint does when its place is reached: suspend, or count, or log. Texts may be null.
 */
final class BreakpointAction {
    private final String condition;
    private final String hitCondition;
    private final String logMessage;
    private long hits;

    /**
     * @param condition an expression that must not be 0
     * @param hitCondition {@code N}, {@code == N}, {@code >= N}, {@code > N} or {@code % N}, compared with the number of hits
     * @param logMessage text to print instead of suspending, with expressions in braces: {@code {rax}}, or as in setups {@code {rax:x}} for
     *     hexadecimal digits alone; {@code {rax:d}} is decimal
     */
    BreakpointAction(String condition, String hitCondition, String logMessage) {
        this.condition = blankToNull(condition);
        this.hitCondition = blankToNull(hitCondition);
        this.logMessage = blankToNull(logMessage);
        if (this.hitCondition != null) {
            holds(this.hitCondition, 0);
        }
    }

    private static String blankToNull(String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    /** The message to print instead of suspending, or null. */
    String logMessage() {
        return logMessage;
    }

    /**
     * Whether the breakpoint acts now; counts the hit.
     *
     * @param evaluate the value of an expression
     * @throws RequestFailure when the condition cannot be evaluated
     */
    boolean acts(ToLongFunction<String> evaluate) {
        if (condition != null && evaluate.applyAsLong(condition) == 0) {
            return false;
        }
        hits++;
        return hitCondition == null || holds(hitCondition, hits);
    }

    /** Whether the breakpoint would suspend, whatever its count of hits. */
    boolean wouldStop(ToLongFunction<String> evaluate) {
        try {
            return logMessage == null && (condition == null || evaluate.applyAsLong(condition) != 0);
        } catch (RequestFailure e) {
            return true;
        }
    }

    private static boolean holds(String text, long hits) {
        String operator = text.startsWith(">=") || text.startsWith("==") ? text.substring(0, 2)
                : text.startsWith(">") || text.startsWith("%") ? text.substring(0, 1) : "";
        long number;
        try {
            number = HexLong.parse(text.substring(operator.length()));
        } catch (NumberFormatException e) {
            throw new RequestFailure("the hit condition \"" + text + "\" is not understood: write 5, == 5, > 5, >= 5 or % 5");
        }
        return switch (operator) {
            case ">=" -> hits >= number;
            case ">" -> hits > number;
            case "%" -> number > 0 && hits % number == 0;
            default -> hits == number;
        };
    }

    /** The log message with its expressions replaced by their values. */
    static String expand(String message, ToLongFunction<String> evaluate) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        for (int open = message.indexOf('{'); open >= 0; open = message.indexOf('{', at)) {
            int close = message.indexOf('}', open);
            if (close < 0) {
                break;
            }
            out.append(message, at, open);
            try {
                out.append(formatted(message.substring(open + 1, close).strip(), evaluate));
            } catch (RequestFailure e) {
                out.append('<').append(e.getMessage()).append('>');
            }
            at = close + 1;
        }
        return out.append(message.substring(at)).toString();
    }

    private static String formatted(String value, ToLongFunction<String> evaluate) {
        String expression = value.substring(0, Math.max(0, value.length() - 2));
        if (value.endsWith(":x")) {
            return Long.toHexString(evaluate.applyAsLong(expression));
        }
        return value.endsWith(":d") ? Long.toUnsignedString(evaluate.applyAsLong(expression)) : HexLong.format(evaluate.applyAsLong(value));
    }
}
