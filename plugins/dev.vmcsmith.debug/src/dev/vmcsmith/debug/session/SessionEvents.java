// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.session;

import dev.vmcsmith.dap.protocol.ConsoleEvent;
import dev.vmcsmith.dap.protocol.ConsolePort;
import dev.vmcsmith.dap.protocol.ExitsEvent;
import dev.vmcsmith.dap.protocol.VmcsmithDebugClient;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.debug.BreakpointEventArguments;
import org.eclipse.lsp4j.debug.ContinuedEventArguments;
import org.eclipse.lsp4j.debug.ExitedEventArguments;
import org.eclipse.lsp4j.debug.OutputEventArguments;
import org.eclipse.lsp4j.debug.OutputEventArgumentsCategory;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.eclipse.lsp4j.debug.TerminatedEventArguments;

/** Receives the adapter's events and passes each to whom it concerns. */
final class SessionEvents implements VmcsmithDebugClient {

    private final MachineSession session;
    private final SessionListener listener;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile Integer exitCode;

    SessionEvents(MachineSession session, SessionListener listener) {
        this.session = session;
        this.listener = listener;
    }

    SessionListener listener() {
        return listener;
    }

    /** Completes when the adapter accepts breakpoints. */
    CompletableFuture<Void> ready() {
        return ready;
    }

    /** The exit code of the run; null until the adapter reports it. */
    Integer exitCode() {
        return exitCode;
    }

    @Override
    public void initialized() {
        ready.complete(null);
    }

    @Override
    public void stopped(StoppedEventArguments event) {
        listener.stopped(event);
        session.tellExits();
    }

    @Override
    public void continued(ContinuedEventArguments event) {
        listener.continued(event);
    }

    @Override
    public void breakpoint(BreakpointEventArguments event) {
        listener.breakpointChanged(event);
    }

    @Override
    public void vmExits(ExitsEvent event) {
        listener.exitsOccurred(event);
    }

    @Override
    public void output(OutputEventArguments event) {
        String category = event.getCategory() == null ? OutputEventArgumentsCategory.CONSOLE : event.getCategory();
        switch (category) {
            case OutputEventArgumentsCategory.STDOUT -> {
                session.serial().append(event.getOutput());
                session.serialPorts().append(ConsolePort.of(event), event.getOutput());
            }
            case OutputEventArgumentsCategory.STDERR, OutputEventArgumentsCategory.IMPORTANT -> session.errors().append(event.getOutput());
            case OutputEventArgumentsCategory.TELEMETRY -> {
                // not for the user
            }
            default -> session.messages().append(event.getOutput());
        }
    }

    @Override
    public void consoleChanged(ConsoleEvent event) {
        session.serialPorts().change(event);
    }

    @Override
    public void exited(ExitedEventArguments event) {
        exitCode = event.getExitCode();
    }

    @Override
    public void terminated(TerminatedEventArguments event) {
        session.terminate();
    }
}
