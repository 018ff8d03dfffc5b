// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.ConsoleEvent;
import dev.vmcsmith.dap.protocol.ConsolePort;
import dev.vmcsmith.dap.protocol.ExitsEvent;
import dev.vmcsmith.dap.protocol.VmcsmithDebugClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.debug.BreakpointEventArguments;
import org.eclipse.lsp4j.debug.ExitedEventArguments;
import org.eclipse.lsp4j.debug.OutputEventArguments;
import org.eclipse.lsp4j.debug.OutputEventArgumentsCategory;
import org.eclipse.lsp4j.debug.ProgressEndEventArguments;
import org.eclipse.lsp4j.debug.ProgressStartEventArguments;
import org.eclipse.lsp4j.debug.ProgressUpdateEventArguments;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.eclipse.lsp4j.debug.TerminatedEventArguments;

/** A client that remembers what it is told, and waits for it {@value #SECONDS} s at most. */
class ToldEvents implements VmcsmithDebugClient {
    static final int SECONDS = 20;

    private final BlockingQueue<StoppedEventArguments> stops = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> initialized = new CompletableFuture<>();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private final List<OutputEventArguments> outputs = new ArrayList<>();
    /** What the consoles show that follow the events, by port. */
    private final Map<String, StringBuilder> consoles = new HashMap<>();
    private int consoleEvents;
    private final List<ExitsEvent> exitEvents = new ArrayList<>();
    private final List<BreakpointEventArguments> breakpointEvents = new ArrayList<>();
    private final List<ProgressStartEventArguments> progressStarts = new ArrayList<>();
    private final List<ProgressUpdateEventArguments> progressUpdates = new ArrayList<>();
    private final List<ProgressEndEventArguments> progressEnds = new ArrayList<>();

    final StoppedEventArguments stop() {
        try {
            for (int i = 0; i < SECONDS * 20; i++) {
                StoppedEventArguments event = stops.poll(50, TimeUnit.MILLISECONDS);
                if (event != null) {
                    return event;
                }
                if (terminated.isDone()) {
                    throw new AssertionError("the machine has ended; output: " + output());
                }
            }
            throw new AssertionError("the machine does not stop; output: " + output());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    final void awaitInitialized() {
        Conversation.get(initialized);
    }

    final int exitCode() {
        int code = Conversation.get(exitCode);
        Conversation.get(terminated);
        return code;
    }

    final synchronized String output() {
        return String.join("", outputs.stream().map(OutputEventArguments::getOutput).toList());
    }

    final synchronized String output(String category) {
        return String.join("", outputs.stream().filter(event -> category.equals(event.getCategory())).map(OutputEventArguments::getOutput)
                .toList());
    }

    /** What the console of COM1 shows. */
    final String console() {
        return console(ConsolePort.DEFAULT);
    }

    /** What the console of a port shows. */
    final synchronized String console(String port) {
        return consoleOf(port).toString();
    }

    private StringBuilder consoleOf(String port) {
        return consoles.computeIfAbsent(port, name -> new StringBuilder());
    }

    /** How often the console has been changed other than by new output. */
    final synchronized int consoleEvents() {
        return consoleEvents;
    }

    final synchronized List<ExitsEvent> exitEvents() {
        return List.copyOf(exitEvents);
    }

    final synchronized List<ProgressStartEventArguments> progressStarts() {
        return List.copyOf(progressStarts);
    }

    final synchronized List<ProgressUpdateEventArguments> progressUpdates() {
        return List.copyOf(progressUpdates);
    }

    final synchronized List<ProgressEndEventArguments> progressEnds() {
        return List.copyOf(progressEnds);
    }

    final synchronized List<BreakpointEventArguments> breakpointEvents() {
        return List.copyOf(breakpointEvents);
    }

    @Override
    public void initialized() {
        initialized.complete(null);
    }

    @Override
    public void stopped(StoppedEventArguments event) {
        stops.add(event);
    }

    @Override
    public void exited(ExitedEventArguments event) {
        exitCode.complete(event.getExitCode());
    }

    @Override
    public void terminated(TerminatedEventArguments event) {
        terminated.complete(null);
    }

    @Override
    public synchronized void output(OutputEventArguments event) {
        outputs.add(event);
        if (OutputEventArgumentsCategory.STDOUT.equals(event.getCategory())) {
            consoleOf(ConsolePort.of(event)).append(event.getOutput());
        }
    }

    @Override
    public synchronized void consoleChanged(ConsoleEvent event) {
        consoleEvents++;
        StringBuilder console = consoleOf(event.port());
        console.setLength(Math.toIntExact(event.kept()));
        console.append(event.text());
        if (console.length() != event.length()) {
            throw new AssertionError(event + " leaves " + console);
        }
    }

    @Override
    public synchronized void vmExits(ExitsEvent event) {
        exitEvents.add(event);
    }

    @Override
    public synchronized void progressStart(ProgressStartEventArguments event) {
        progressStarts.add(event);
    }

    @Override
    public synchronized void progressUpdate(ProgressUpdateEventArguments event) {
        progressUpdates.add(event);
    }

    @Override
    public synchronized void progressEnd(ProgressEndEventArguments event) {
        progressEnds.add(event);
    }

    @Override
    public synchronized void breakpoint(BreakpointEventArguments event) {
        breakpointEvents.add(event);
    }
}
