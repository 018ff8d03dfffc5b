// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.session.MachineSession;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.DataBreakpointAccessType;
import org.eclipse.lsp4j.debug.DataBreakpointInfoArguments;
import org.eclipse.lsp4j.debug.DataBreakpointInfoResponse;
import org.eclipse.lsp4j.debug.SetDataBreakpointsArguments;

/** Breakpoints on data: each expression is resolved by the machine first, which it can only while it is suspended. */
final class DataKind extends BreakpointKind {

    private volatile boolean unresolved;

    DataKind(MachineSession session, Active active, BiConsumer<MachineBreakpoint, Breakpoint> answered) {
        super(session, active, answered);
    }

    @Override
    CompletableFuture<Void> sendAll() {
        if (!Boolean.TRUE.equals(session.capabilities().getSupportsDataBreakpoints())) {
            return CompletableFuture.completedFuture(null);
        }
        unresolved = false;
        Map<DataBreakpoint, CompletableFuture<String>> ids = new LinkedHashMap<>();
        for (DataBreakpoint breakpoint : active(DataBreakpoint.class)) {
            ids.put(breakpoint, resolve(breakpoint));
        }
        return CompletableFuture.allOf(ids.values().toArray(CompletableFuture[]::new)).thenCompose(done -> send(
                ids.keySet().stream().filter(breakpoint -> ids.get(breakpoint).join() != null).toList(), ids))
                .exceptionally(failure -> null);
    }

    private CompletableFuture<String> resolve(DataBreakpoint breakpoint) {
        DataBreakpointInfoArguments arguments = new DataBreakpointInfoArguments();
        arguments.setName(breakpoint.expression());
        if (breakpoint.bytes() > 0) {
            arguments.setBytes(breakpoint.bytes());
        }
        return session.request(server -> server.dataBreakpointInfo(arguments)).thenApply(answer -> idOf(breakpoint, answer))
                .exceptionally(failure -> {
                    refused(breakpoint, "waits for the machine to be suspended");
                    unresolved = true;
                    return null;
                });
    }

    private String idOf(DataBreakpoint breakpoint, DataBreakpointInfoResponse answer) {
        if (answer.getDataId() == null) {
            refused(breakpoint, answer.getDescription());
            unresolved = true;
        }
        return answer.getDataId();
    }

    private CompletableFuture<Void> send(List<DataBreakpoint> resolved, Map<DataBreakpoint, CompletableFuture<String>> ids) {
        SetDataBreakpointsArguments arguments = new SetDataBreakpointsArguments();
        arguments.setBreakpoints(resolved.stream().map(breakpoint -> {
            org.eclipse.lsp4j.debug.DataBreakpoint request = new org.eclipse.lsp4j.debug.DataBreakpoint();
            request.setDataId(ids.get(breakpoint).join());
            request.setAccessType(switch (breakpoint.access()) {
                case "read" -> DataBreakpointAccessType.READ;
                case "readWrite" -> DataBreakpointAccessType.READ_WRITE;
                default -> DataBreakpointAccessType.WRITE;
            });
            request.setCondition(orNull(breakpoint.condition()));
            request.setHitCondition(orNull(breakpoint.hitCondition()));
            return request;
        }).toArray(org.eclipse.lsp4j.debug.DataBreakpoint[]::new));
        return session.request(server -> server.setDataBreakpoints(arguments))
                .thenAccept(answer -> answered(resolved, answer.getBreakpoints()));
    }

    @Override
    void suspended() {
        if (unresolved) {
            sendAll();
        }
    }

    @Override
    Class<? extends MachineBreakpoint> type() {
        return DataBreakpoint.class;
    }
}
