// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.ConsoleEvent;
import dev.vmcsmith.dap.protocol.ExitsEvent;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.VmcsmithDebugClient;
import dev.vmcsmith.dap.protocol.VmcsmithDebugServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.lsp4j.debug.BreakpointEventArguments;
import org.eclipse.lsp4j.debug.Capabilities;
import org.eclipse.lsp4j.debug.ConfigurationDoneArguments;
import org.eclipse.lsp4j.debug.ContinueArguments;
import org.eclipse.lsp4j.debug.DisconnectArguments;
import org.eclipse.lsp4j.debug.EvaluateArguments;
import org.eclipse.lsp4j.debug.ExitedEventArguments;
import org.eclipse.lsp4j.debug.InitializeRequestArguments;
import org.eclipse.lsp4j.debug.NextArguments;
import org.eclipse.lsp4j.debug.OutputEventArguments;
import org.eclipse.lsp4j.debug.OutputEventArgumentsCategory;
import org.eclipse.lsp4j.debug.ProgressEndEventArguments;
import org.eclipse.lsp4j.debug.ProgressStartEventArguments;
import org.eclipse.lsp4j.debug.ProgressUpdateEventArguments;
import org.eclipse.lsp4j.debug.Scope;
import org.eclipse.lsp4j.debug.ScopesArguments;
import org.eclipse.lsp4j.debug.StackFrame;
import org.eclipse.lsp4j.debug.StackTraceArguments;
import org.eclipse.lsp4j.debug.StepInArguments;
import org.eclipse.lsp4j.debug.StepOutArguments;
import org.eclipse.lsp4j.debug.SteppingGranularity;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.eclipse.lsp4j.debug.TerminatedEventArguments;
import org.eclipse.lsp4j.debug.Variable;
import org.eclipse.lsp4j.debug.VariablesArguments;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.RemoteEndpoint;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.debug.DebugLauncher;

/** A client that talks to the server over pipes and remembers what it is told. Nothing waits longer than {@value #SECONDS} s. */
final class Conversation implements VmcsmithDebugClient, AutoCloseable {
    private static final int SECONDS = 20;

    private final BlockingQueue<StoppedEventArguments> stops = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> initialized = new CompletableFuture<>();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private final List<OutputEventArguments> outputs = new ArrayList<>();
    /** What a console shows that follows the events. */
    private final StringBuilder console = new StringBuilder();
    private int consoleEvents;
    private final List<ExitsEvent> exitEvents = new ArrayList<>();
    private final List<BreakpointEventArguments> breakpointEvents = new ArrayList<>();
    private final List<ProgressStartEventArguments> progressStarts = new ArrayList<>();
    private final List<ProgressUpdateEventArguments> progressUpdates = new ArrayList<>();
    private final List<ProgressEndEventArguments> progressEnds = new ArrayList<>();
    private final VmcsmithDebugServer server;
    private final RemoteEndpoint endpoint;
    private final OutputStream toServer;
    private boolean gone;
    private final Thread serverThread;

    Conversation() throws IOException {
        Pipe toServerPipe = Pipe.open();
        Pipe fromServerPipe = Pipe.open();
        InputStream atServer = Channels.newInputStream(toServerPipe.source());
        OutputStream fromAdapter = Channels.newOutputStream(fromServerPipe.sink());
        InputStream fromServer = Channels.newInputStream(fromServerPipe.source());
        toServer = Channels.newOutputStream(toServerPipe.sink());
        serverThread = Thread.ofPlatform().daemon().name("server").start(() -> DapServer.serve(atServer, fromAdapter));
        Launcher<VmcsmithDebugServer> launcher = DebugLauncher.createLauncher(this, VmcsmithDebugServer.class, fromServer, toServer,
                Executors.newSingleThreadExecutor(task -> Thread.ofPlatform().daemon().name("client").unstarted(task)), consumer ->
                        consumer);
        launcher.startListening();
        server = launcher.getRemoteProxy();
        endpoint = launcher.getRemoteEndpoint();
    }

    VmcsmithDebugServer server() {
        return server;
    }

    /** Waits for an answer. */
    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    /** Waits for a refusal and returns its message. */
    static String refusal(CompletableFuture<?> future) {
        try {
            Object answer = future.get(SECONDS, TimeUnit.SECONDS);
            throw new AssertionError("answered " + answer);
        } catch (ExecutionException e) {
            return ((ResponseErrorException) e.getCause()).getResponseError().getMessage();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    // --- the usual sequences -----------------------------------------------------------------------------------------------

    Capabilities initialize() {
        InitializeRequestArguments arguments = new InitializeRequestArguments();
        arguments.setAdapterID(VmcsmithDebugServer.ADAPTER_ID);
        arguments.setSupportsProgressReporting(true);
        return get(server.initialize(arguments));
    }

    /** Launches up to the point where breakpoints can be set. */
    void launch(LaunchArguments arguments) {
        initialize();
        get(server.launch(arguments.toMap()));
        get(initialized);
    }

    void configurationDone() {
        get(server.configurationDone(new ConfigurationDoneArguments()));
    }

    /** Launches and runs to the first stop. */
    StoppedEventArguments launchAndStop(LaunchArguments arguments) {
        launch(arguments);
        configurationDone();
        return stop();
    }

    StoppedEventArguments stop() {
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

    StoppedEventArguments resume() {
        resumeToEnd();
        return stop();
    }

    void resumeToEnd() {
        ContinueArguments arguments = new ContinueArguments();
        arguments.setThreadId(1);
        get(server.continue_(arguments));
    }

    StoppedEventArguments next() {
        NextArguments arguments = new NextArguments();
        arguments.setThreadId(1);
        get(server.next(arguments));
        return stop();
    }

    StoppedEventArguments stepIn(SteppingGranularity granularity) {
        StepInArguments arguments = new StepInArguments();
        arguments.setThreadId(1);
        arguments.setGranularity(granularity);
        get(server.stepIn(arguments));
        return stop();
    }

    StoppedEventArguments stepOut() {
        StepOutArguments arguments = new StepOutArguments();
        arguments.setThreadId(1);
        get(server.stepOut(arguments));
        return stop();
    }

    StackFrame[] stack() {
        StackTraceArguments arguments = new StackTraceArguments();
        arguments.setThreadId(1);
        return get(server.stackTrace(arguments)).getStackFrames();
    }

    Scope[] scopes(int frame) {
        ScopesArguments arguments = new ScopesArguments();
        arguments.setFrameId(stack()[frame].getId());
        return get(server.scopes(arguments)).getScopes();
    }

    Scope scope(int frame, String name) {
        Scope[] all = scopes(frame);
        return Arrays.stream(all).filter(scope -> scope.getName().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + Arrays.stream(all).map(Scope::getName).toList()));
    }

    Variable variable(int reference, String name) {
        VariablesArguments arguments = new VariablesArguments();
        arguments.setVariablesReference(reference);
        Variable[] all = get(server.variables(arguments)).getVariables();
        return Arrays.stream(all).filter(variable -> variable.getName().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + Arrays.stream(all).map(Variable::getName).toList()));
    }

    CompletableFuture<String> evaluate(String expression) {
        EvaluateArguments arguments = new EvaluateArguments();
        arguments.setExpression(expression);
        return server.evaluate(arguments).thenApply(answer -> answer.getResult());
    }

    int exitCode() {
        int code = get(exitCode);
        get(terminated);
        return code;
    }

    synchronized String output() {
        return String.join("", outputs.stream().map(OutputEventArguments::getOutput).toList());
    }

    synchronized String output(String category) {
        return String.join("", outputs.stream().filter(event -> category.equals(event.getCategory())).map(OutputEventArguments::getOutput)
                .toList());
    }

    /** What the console shows. */
    synchronized String console() {
        return console.toString();
    }

    /** How often the console has been changed other than by new output. */
    synchronized int consoleEvents() {
        return consoleEvents;
    }

    synchronized List<ExitsEvent> exitEvents() {
        return List.copyOf(exitEvents);
    }

    synchronized List<ProgressStartEventArguments> progressStarts() {
        return List.copyOf(progressStarts);
    }

    synchronized List<ProgressUpdateEventArguments> progressUpdates() {
        return List.copyOf(progressUpdates);
    }

    synchronized List<ProgressEndEventArguments> progressEnds() {
        return List.copyOf(progressEnds);
    }

    synchronized List<BreakpointEventArguments> breakpointEvents() {
        return List.copyOf(breakpointEvents);
    }

    /** Sends a request as the client library cannot. */
    Object request(String method, Object arguments) {
        return get(endpoint.request(method, arguments));
    }

    /** Goes away without a word, as a client does that is killed. */
    void vanish() throws IOException {
        gone = true;
        toServer.close();
    }

    /** Disconnects, unless the client has vanished, and waits for the server to end. */
    @Override
    public void close() throws InterruptedException {
        if (!gone) {
            get(server.disconnect(new DisconnectArguments()));
        }
        serverThread.join(SECONDS * 1000L);
        if (serverThread.isAlive()) {
            throw new AssertionError("the server does not end");
        }
    }

    // --- events ------------------------------------------------------------------------------------------------------------

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
            console.append(event.getOutput());
        }
    }

    @Override
    public synchronized void consoleChanged(ConsoleEvent event) {
        consoleEvents++;
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
