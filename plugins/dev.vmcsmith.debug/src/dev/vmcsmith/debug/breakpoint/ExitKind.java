// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.session.MachineSession;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.ExceptionFilterOptions;
import org.eclipse.lsp4j.debug.SetExceptionBreakpointsArguments;

/** Breakpoints on VM exits: exception filters in the protocol. */
final class ExitKind extends BreakpointKind {

    ExitKind(MachineSession session, Active active, BiConsumer<MachineBreakpoint, Breakpoint> answered) {
        super(session, active, answered);
    }

    @Override
    CompletableFuture<Void> sendAll() {
        List<ExitBreakpoint> all = active(ExitBreakpoint.class);
        SetExceptionBreakpointsArguments arguments = new SetExceptionBreakpointsArguments();
        arguments.setFilters(new String[0]);
        arguments.setFilterOptions(all.stream().map(ExitKind::asRequest).toArray(ExceptionFilterOptions[]::new));
        return session.request(server -> server.setExceptionBreakpoints(arguments))
                .thenAccept(answer -> answered(all, answer == null ? null : answer.getBreakpoints())).exceptionally(failure -> null);
    }

    private static ExceptionFilterOptions asRequest(ExitBreakpoint breakpoint) {
        ExceptionFilterOptions options = new ExceptionFilterOptions();
        options.setFilterId(breakpoint.reason());
        options.setCondition(orNull(breakpoint.condition()));
        return options;
    }

    @Override
    Class<? extends MachineBreakpoint> type() {
        return ExitBreakpoint.class;
    }
}
