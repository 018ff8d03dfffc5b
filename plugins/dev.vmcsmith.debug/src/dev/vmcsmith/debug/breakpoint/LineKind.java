// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.session.MachineSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.eclipse.core.resources.IMarker;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.SetBreakpointsArguments;
import org.eclipse.lsp4j.debug.Source;
import org.eclipse.lsp4j.debug.SourceBreakpoint;

/** Line breakpoints, file by file. */
final class LineKind extends BreakpointKind {

    /** Where a run is to end. */
    private record Goal(String path, int line) {
    }

    /** Files that the machine knows of: those without breakpoints are told too, so that removed ones go. */
    private final Set<String> paths = ConcurrentHashMap.newKeySet();
    private volatile Goal goal;

    LineKind(MachineSession session, Active active, BiConsumer<MachineBreakpoint, Breakpoint> answered) {
        super(session, active, answered);
    }

    @Override
    CompletableFuture<Void> sendAll() {
        Map<String, List<SetupLineBreakpoint>> byPath = new LinkedHashMap<>();
        paths.forEach(path -> byPath.put(path, new ArrayList<>()));
        for (SetupLineBreakpoint breakpoint : active(SetupLineBreakpoint.class)) {
            byPath.computeIfAbsent(breakpoint.path(), path -> new ArrayList<>()).add(breakpoint);
        }
        return CompletableFuture.allOf(byPath.entrySet().stream().map(entry -> send(entry.getKey(), entry.getValue()))
                .toArray(CompletableFuture[]::new));
    }

    @Override
    Class<? extends MachineBreakpoint> type() {
        return SetupLineBreakpoint.class;
    }

    CompletableFuture<Void> goal(String path, int line) {
        goal = new Goal(path, line);
        return sendFile(path);
    }

    @Override
    void suspended() {
        Goal reached = goal;
        goal = null;
        if (reached != null) {
            sendFile(reached.path);
        }
    }

    private CompletableFuture<Void> sendFile(String path) {
        return send(path, active(SetupLineBreakpoint.class).stream().filter(breakpoint -> path.equals(breakpoint.path())).toList());
    }

    private CompletableFuture<Void> send(String path, List<SetupLineBreakpoint> inFile) {
        List<SourceBreakpoint> requests = new ArrayList<>();
        inFile.forEach(breakpoint -> requests.add(asRequest(breakpoint)));
        Goal wanted = goal;
        if (wanted != null && wanted.path.equals(path)) {
            SourceBreakpoint request = new SourceBreakpoint();
            request.setLine(wanted.line);
            requests.add(request);
        }
        paths.add(path);
        Source source = new Source();
        source.setName(path.substring(path.lastIndexOf('/') + 1));
        source.setPath(path);
        SetBreakpointsArguments arguments = new SetBreakpointsArguments();
        arguments.setSource(source);
        arguments.setBreakpoints(requests.toArray(SourceBreakpoint[]::new));
        return session.request(server -> server.setBreakpoints(arguments))
                .thenAccept(answer -> answered(inFile, answer.getBreakpoints())).exceptionally(failure -> null);
    }

    private static SourceBreakpoint asRequest(SetupLineBreakpoint breakpoint) {
        SourceBreakpoint request = new SourceBreakpoint();
        request.setLine(breakpoint.getMarker().getAttribute(IMarker.LINE_NUMBER, 1));
        request.setCondition(orNull(breakpoint.condition()));
        request.setHitCondition(orNull(breakpoint.hitCondition()));
        request.setLogMessage(orNull(breakpoint.logMessage()));
        return request;
    }
}
