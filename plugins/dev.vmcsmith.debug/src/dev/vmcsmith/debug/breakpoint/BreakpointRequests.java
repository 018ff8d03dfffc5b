// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.HypervisorDebug;
import dev.vmcsmith.debug.session.MachineSession;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
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

/** Keeps a machine's breakpoints equal to those in the workspace, kind by kind as the protocol wants it. */
public final class BreakpointRequests implements IBreakpointListener, IBreakpointManagerListener {

    private final IBreakpointManager manager = DebugPlugin.getDefault().getBreakpointManager();
    private final Map<Integer, MachineBreakpoint> byId = new ConcurrentHashMap<>();
    private final List<BreakpointKind> kinds;
    private final LineKind lines;
    private final InstructionKind instructions;
    private volatile boolean sending;
    private CompletableFuture<Void> settled = CompletableFuture.completedFuture(null);

    /** Does nothing before {@link #start}. */
    public BreakpointRequests(MachineSession session) {
        lines = new LineKind(session, this::active, this::answered);
        instructions = new InstructionKind(session, this::active, this::answered);
        kinds = List.of(lines, instructions, new FunctionKind(session, this::active, this::answered),
                new DataKind(session, this::active, this::answered), new ExitKind(session, this::active, this::answered));
    }

    /** Sends all breakpoints and every later change. Completes when the machine has taken over all. */
    public CompletableFuture<Void> start() {
        manager.addBreakpointListener(this);
        manager.addBreakpointManagerListener(this);
        sending = true;
        return settled();
    }

    /** Sends nothing any more. */
    public void stop() {
        sending = false;
        manager.removeBreakpointListener(this);
        manager.removeBreakpointManagerListener(this);
    }

    /** The machine has suspended: what it can only be asked then is asked now, and the goal of a run is forgotten. */
    public void suspended() {
        if (sending) {
            kinds.forEach(BreakpointKind::suspended);
        }
    }

    /**
     * Sends what has changed; the platform tells of changes only after a while. Completes when the machine knows everything: to be waited
     * for before it runs on. Never fails.
     */
    public synchronized CompletableFuture<Void> settled() {
        if (sending) {
            CompletableFuture<?>[] all = Stream.concat(Stream.of(settled), kinds.stream().map(BreakpointKind::sendChanges))
                    .toArray(CompletableFuture[]::new);
            settled = CompletableFuture.allOf(all).exceptionally(failure -> null);
        }
        return settled;
    }

    /** Adds a goal to the breakpoints, until the machine suspends the next time: a line. */
    public CompletableFuture<Void> goal(String path, int line) {
        return lines.goal(path, line);
    }

    /** Adds a goal to the breakpoints, until the machine suspends the next time: a linear address. */
    public CompletableFuture<Void> goal(long address) {
        return instructions.goal(address);
    }

    /** The breakpoints with these protocol numbers. */
    public IBreakpoint[] hit(Integer[] ids) {
        return ids == null ? new IBreakpoint[0]
                : Arrays.stream(ids).map(byId::get).filter(Objects::nonNull).toArray(IBreakpoint[]::new);
    }

    /** Takes over news from the machine about one breakpoint. */
    public void changed(Breakpoint news) {
        MachineBreakpoint breakpoint = news.getId() == null ? null : byId.get(news.getId());
        if (breakpoint != null) {
            answered(breakpoint, news);
        }
    }

    /** The breakpoints of a type that are to be hit now. */
    private <B extends MachineBreakpoint> Stream<B> active(Class<B> type) {
        return !manager.isEnabled() ? Stream.empty()
                : Arrays.stream(manager.getBreakpoints(HypervisorDebug.MODEL)).filter(type::isInstance).map(type::cast)
                        .filter(breakpoint -> breakpoint.getMarker() != null
                                && breakpoint.getMarker().getAttribute(IBreakpoint.ENABLED, false));
    }

    /** Notes numbers and moves markers; markers are changed in a job, because the caller reads the conversation. */
    private void answered(MachineBreakpoint breakpoint, Breakpoint answer) {
        if (answer.getId() != null) {
            byId.put(answer.getId(), breakpoint);
        }
        int line = answer.getLine() == null ? 0 : answer.getLine();
        String note = answer.isVerified() ? null : Objects.requireNonNullElse(answer.getMessage(), "cannot be hit");
        Job.createSystem("Place breakpoint", monitor -> {
            try {
                breakpoint.placed(line, note);
            } catch (CoreException e) {
                ILog.of(BreakpointRequests.class).log(Status.warning("A breakpoint was removed while it was placed", e));
            }
        }).schedule();
    }

    @Override
    public void breakpointAdded(IBreakpoint breakpoint) {
        settled();
    }

    @Override
    public void breakpointRemoved(IBreakpoint breakpoint, IMarkerDelta delta) {
        settled();
    }

    @Override
    public void breakpointChanged(IBreakpoint breakpoint, IMarkerDelta delta) {
        settled();
    }

    @Override
    public void breakpointManagerEnablementChanged(boolean enabled) {
        settled();
    }
}
