// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.session.MachineSession;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.SetFunctionBreakpointsArguments;

/** Breakpoints on symbols. */
final class FunctionKind extends BreakpointKind {

    FunctionKind(MachineSession session, Active active, BiConsumer<MachineBreakpoint, Breakpoint> answered) {
        super(session, active, answered);
    }

    @Override
    CompletableFuture<Void> sendAll() {
        List<FunctionBreakpoint> all = active(FunctionBreakpoint.class);
        SetFunctionBreakpointsArguments arguments = new SetFunctionBreakpointsArguments();
        arguments.setBreakpoints(all.stream().map(FunctionKind::asRequest).toArray(org.eclipse.lsp4j.debug.FunctionBreakpoint[]::new));
        return session.request(server -> server.setFunctionBreakpoints(arguments))
                .thenAccept(answer -> answered(all, answer.getBreakpoints())).exceptionally(failure -> null);
    }

    private static org.eclipse.lsp4j.debug.FunctionBreakpoint asRequest(FunctionBreakpoint breakpoint) {
        org.eclipse.lsp4j.debug.FunctionBreakpoint request = new org.eclipse.lsp4j.debug.FunctionBreakpoint();
        request.setName(breakpoint.symbol());
        request.setCondition(orNull(breakpoint.condition()));
        request.setHitCondition(orNull(breakpoint.hitCondition()));
        return request;
    }

    @Override
    Class<? extends MachineBreakpoint> type() {
        return FunctionBreakpoint.class;
    }
}
