// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.HypervisorDebug;
import dev.vmcsmith.debug.session.MachineSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.resources.IMarkerDelta;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.IBreakpointListener;
import org.eclipse.debug.core.IBreakpointManager;
import org.eclipse.debug.core.IBreakpointManagerListener;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.SetBreakpointsArguments;
import org.eclipse.lsp4j.debug.Source;
import org.eclipse.lsp4j.debug.SourceBreakpoint;

/** Keeps a machine's line breakpoints equal to those in the workspace, file by file as the protocol wants it. */
public final class BreakpointRequests implements IBreakpointListener, IBreakpointManagerListener {

    private final MachineSession session;
    private final IBreakpointManager manager = DebugPlugin.getDefault().getBreakpointManager();
    private final Map<Integer, SetupLineBreakpoint> byId = new ConcurrentHashMap<>();

    /** Does nothing before {@link #start}. */
    public BreakpointRequests(MachineSession session) {
        this.session = session;
    }

    /** Sends all breakpoints and every later change. Completes when the machine has taken over all. */
    public CompletableFuture<Void> start() {
        manager.addBreakpointListener(this);
        manager.addBreakpointManagerListener(this);
        return sendAll();
    }

    /** Sends nothing any more. */
    public void stop() {
        manager.removeBreakpointListener(this);
        manager.removeBreakpointManagerListener(this);
    }

    /** The breakpoints with these protocol numbers. */
    public IBreakpoint[] hit(Integer[] ids) {
        return ids == null ? new IBreakpoint[0]
                : Arrays.stream(ids).map(byId::get).filter(Objects::nonNull).toArray(IBreakpoint[]::new);
    }

    /** Takes over news from the machine about one breakpoint. */
    public void changed(Breakpoint news) {
        SetupLineBreakpoint breakpoint = news.getId() == null ? null : byId.get(news.getId());
        if (breakpoint != null) {
            place(List.of(breakpoint), new Breakpoint[] { news });
        }
    }

    private CompletableFuture<Void> sendAll() {
        Map<IFile, List<SetupLineBreakpoint>> byFile = new LinkedHashMap<>();
        for (IBreakpoint breakpoint : manager.getBreakpoints(HypervisorDebug.MODEL)) {
            if (breakpoint instanceof SetupLineBreakpoint line && fileOf(line) != null) {
                byFile.computeIfAbsent(fileOf(line), file -> new ArrayList<>()).add(line);
            }
        }
        return CompletableFuture.allOf(byFile.entrySet().stream().map(entry -> send(entry.getKey(), entry.getValue()))
                .toArray(CompletableFuture[]::new));
    }

    private void sendFile(IFile file) {
        List<SetupLineBreakpoint> inFile = new ArrayList<>();
        for (IBreakpoint breakpoint : manager.getBreakpoints(HypervisorDebug.MODEL)) {
            if (breakpoint instanceof SetupLineBreakpoint line && file.equals(fileOf(line))) {
                inFile.add(line);
            }
        }
        send(file, inFile);
    }

    private CompletableFuture<Void> send(IFile file, List<SetupLineBreakpoint> inFile) {
        List<SetupLineBreakpoint> active = inFile.stream().filter(this::isActive).toList();
        Source source = new Source();
        source.setName(file.getName());
        source.setPath(file.getLocation() == null ? file.getName() : file.getLocation().toOSString());
        SetBreakpointsArguments arguments = new SetBreakpointsArguments();
        arguments.setSource(source);
        arguments.setBreakpoints(active.stream().map(BreakpointRequests::asRequest).toArray(SourceBreakpoint[]::new));
        return session.request(server -> server.setBreakpoints(arguments))
                .thenAccept(answer -> place(active, answer.getBreakpoints()))
                .exceptionally(failure -> null);
    }

    private static SourceBreakpoint asRequest(SetupLineBreakpoint breakpoint) {
        SourceBreakpoint request = new SourceBreakpoint();
        request.setLine(breakpoint.getMarker().getAttribute(IMarker.LINE_NUMBER, 1));
        return request;
    }

    private boolean isActive(SetupLineBreakpoint breakpoint) {
        return manager.isEnabled() && breakpoint.getMarker() != null && breakpoint.getMarker().getAttribute(IBreakpoint.ENABLED, false);
    }

    private static IFile fileOf(SetupLineBreakpoint breakpoint) {
        IMarker marker = breakpoint.getMarker();
        return marker != null && marker.getResource() instanceof IFile file ? file : null;
    }

    /** Notes numbers and moves markers; markers are changed in a job, because the caller reads the conversation. */
    private void place(List<SetupLineBreakpoint> breakpoints, Breakpoint[] answers) {
        for (int i = 0; i < Math.min(breakpoints.size(), answers.length); i++) {
            SetupLineBreakpoint breakpoint = breakpoints.get(i);
            Breakpoint answer = answers[i];
            if (answer.getId() != null) {
                byId.put(answer.getId(), breakpoint);
            }
            int line = answer.getLine() == null ? 0 : answer.getLine();
            String note = answer.isVerified() ? null : Objects.requireNonNullElse(answer.getMessage(), "no code here");
            Job.createSystem("Place breakpoint", monitor -> {
                try {
                    breakpoint.place(line, note);
                } catch (CoreException e) {
                    ILog.of(BreakpointRequests.class).log(Status.warning("A breakpoint was removed while it was placed", e));
                }
            }).schedule();
        }
    }

    @Override
    public void breakpointAdded(IBreakpoint breakpoint) {
        breakpointChanged(breakpoint, null);
    }

    @Override
    public void breakpointRemoved(IBreakpoint breakpoint, IMarkerDelta delta) {
        if (breakpoint instanceof SetupLineBreakpoint && delta != null && delta.getResource() instanceof IFile file) {
            sendFile(file);
        } else {
            breakpointChanged(breakpoint, null);
        }
    }

    @Override
    public void breakpointChanged(IBreakpoint breakpoint, IMarkerDelta delta) {
        if (breakpoint instanceof SetupLineBreakpoint line && fileOf(line) != null && (delta == null || concernsMachine(line, delta))) {
            sendFile(fileOf(line));
        }
    }

    private static boolean concernsMachine(SetupLineBreakpoint breakpoint, IMarkerDelta delta) {
        IMarker marker = breakpoint.getMarker();
        return delta.getAttribute(IMarker.LINE_NUMBER, -1) != marker.getAttribute(IMarker.LINE_NUMBER, -1)
                || delta.getAttribute(IBreakpoint.ENABLED, false) != marker.getAttribute(IBreakpoint.ENABLED, false);
    }

    @Override
    public void breakpointManagerEnablementChanged(boolean enabled) {
        sendAll();
    }
}
