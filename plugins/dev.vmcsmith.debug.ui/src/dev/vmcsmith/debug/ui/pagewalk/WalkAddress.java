// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.pagewalk;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.debug.ui.context.MachineContext;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.debug.EvaluateArguments;
import org.eclipse.lsp4j.debug.EvaluateArgumentsContext;

/** What the address field means: a number, or any expression that the machine can evaluate; nothing is the RIP of guest or hypervisor. */
final class WalkAddress {

    private WalkAddress() {
    }

    /** Finds the address; fails with a message for the user. */
    static CompletableFuture<Long> resolve(MachineContext context, String text, AddressSpace space) {
        if (text.isBlank()) {
            String rip = space == AddressSpace.HOST_VIRTUAL ? "host.rip" : "guest.rip";
            return evaluate(context, rip).exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                    new IllegalStateException("There is no guest yet, so it has no RIP: type an address.", failure)));
        }
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
                throw new IllegalArgumentException(expression + " is " + answer.getResult() + ", which is not an address.", e);
            }
        });
    }
}
