// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.context;

import dev.vmcsmith.dap.protocol.HexLong;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.debug.EvaluateArguments;
import org.eclipse.lsp4j.debug.EvaluateArgumentsContext;

/** What a user types for a number: a number, or any expression that the machine can evaluate. */
public final class Expression {

    private Expression() {
    }

    /** Finds the value; fails with a message for the user. */
    public static CompletableFuture<Long> value(MachineContext context, String text) {
        String expression = text.strip();
        try {
            return CompletableFuture.completedFuture(HexLong.parse(expression));
        } catch (NumberFormatException e) {
            return evaluate(context, expression);
        }
    }

    private static CompletableFuture<Long> evaluate(MachineContext context, String expression) {
        EvaluateArguments arguments = new EvaluateArguments();
        arguments.setExpression(expression);
        arguments.setContext(EvaluateArgumentsContext.WATCH);
        if (context.frame() != null) {
            arguments.setFrameId(context.frame().id());
        }
        return context.machine().request(server -> server.evaluate(arguments)).thenApply(answer -> {
            String number = answer.getResult().strip().split("\\s", 2)[0];
            try {
                return HexLong.parse(number);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(expression + " is " + answer.getResult() + ", which is not a number.", e);
            }
        });
    }
}
