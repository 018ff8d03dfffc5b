// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.GotoExitArguments;
import dev.vmcsmith.dap.protocol.Instant;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.SetVmcsFieldArguments;
import dev.vmcsmith.dap.protocol.StepVmxArguments;
import dev.vmcsmith.dap.protocol.VmcsArguments;
import dev.vmcsmith.dap.protocol.VmcsmithDebugServer;
import dev.vmcsmith.dap.protocol.VmxStep;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.Capabilities;
import org.eclipse.lsp4j.debug.ConfigurationDoneArguments;
import org.eclipse.lsp4j.debug.ContinueArguments;
import org.eclipse.lsp4j.debug.DisconnectArguments;
import org.eclipse.lsp4j.debug.EvaluateArguments;
import org.eclipse.lsp4j.debug.ExceptionFilterOptions;
import org.eclipse.lsp4j.debug.FunctionBreakpoint;
import org.eclipse.lsp4j.debug.InitializeRequestArguments;
import org.eclipse.lsp4j.debug.NextArguments;
import org.eclipse.lsp4j.debug.ReverseContinueArguments;
import org.eclipse.lsp4j.debug.Scope;
import org.eclipse.lsp4j.debug.ScopesArguments;
import org.eclipse.lsp4j.debug.SetBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetExceptionBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetFunctionBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetVariableArguments;
import org.eclipse.lsp4j.debug.Source;
import org.eclipse.lsp4j.debug.SourceBreakpoint;
import org.eclipse.lsp4j.debug.StackFrame;
import org.eclipse.lsp4j.debug.StackTraceArguments;
import org.eclipse.lsp4j.debug.StepBackArguments;
import org.eclipse.lsp4j.debug.StepInArguments;
import org.eclipse.lsp4j.debug.StepOutArguments;
import org.eclipse.lsp4j.debug.SteppingGranularity;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.eclipse.lsp4j.debug.Variable;
import org.eclipse.lsp4j.debug.VariablesArguments;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.RemoteEndpoint;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.debug.DebugLauncher;

/** A client that talks to the server over pipes. Nothing waits longer than {@value #SECONDS} s. */
final class Conversation extends ToldEvents implements AutoCloseable {
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
        awaitInitialized();
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

    StoppedEventArguments stepBack(SteppingGranularity granularity) {
        StepBackArguments arguments = new StepBackArguments();
        arguments.setThreadId(1);
        arguments.setGranularity(granularity);
        get(server.stepBack(arguments));
        return stop();
    }

    StoppedEventArguments reverse() {
        reverseWithoutWaiting();
        return stop();
    }

    void reverseWithoutWaiting() {
        ReverseContinueArguments arguments = new ReverseContinueArguments();
        arguments.setThreadId(1);
        get(server.reverseContinue(arguments));
    }

    StoppedEventArguments goTo(long exit) {
        get(server.gotoExit(new GotoExitArguments(exit)));
        return stop();
    }

    StoppedEventArguments step(VmxStep step) {
        get(server.stepVmx(new StepVmxArguments(0, step)));
        return stop();
    }

    /** The present. */
    Instant instant() {
        return get(server.vmcs(VmcsArguments.current(0))).instant();
    }

    // --- what a user sets --------------------------------------------------------------------------------------------------

    Breakpoint[] breakpoints(Path file, SourceBreakpoint... breakpoints) {
        SetBreakpointsArguments arguments = new SetBreakpointsArguments();
        Source source = new Source();
        source.setPath(file.toString());
        arguments.setSource(source);
        arguments.setBreakpoints(breakpoints);
        return get(server.setBreakpoints(arguments)).getBreakpoints();
    }

    Breakpoint[] breakpoints(Path file, int... lines) {
        return breakpoints(file, Arrays.stream(lines).mapToObj(Conversation::line).toArray(SourceBreakpoint[]::new));
    }

    static SourceBreakpoint line(int line) {
        SourceBreakpoint breakpoint = new SourceBreakpoint();
        breakpoint.setLine(line);
        return breakpoint;
    }

    Breakpoint[] functionBreakpoints(String... names) {
        SetFunctionBreakpointsArguments arguments = new SetFunctionBreakpointsArguments();
        arguments.setBreakpoints(Arrays.stream(names).map(name -> {
            FunctionBreakpoint breakpoint = new FunctionBreakpoint();
            breakpoint.setName(name);
            return breakpoint;
        }).toArray(FunctionBreakpoint[]::new));
        return get(server.setFunctionBreakpoints(arguments)).getBreakpoints();
    }

    /** Stops at VM exits of one reason, when a condition holds; null is always. */
    void stopAtExits(String reason, String condition) {
        ExceptionFilterOptions option = new ExceptionFilterOptions();
        option.setFilterId(reason);
        option.setCondition(condition);
        SetExceptionBreakpointsArguments arguments = new SetExceptionBreakpointsArguments();
        arguments.setFilters(new String[0]);
        arguments.setFilterOptions(new ExceptionFilterOptions[] {option});
        get(server.setExceptionBreakpoints(arguments));
    }

    String setVariable(int reference, String name, String value) {
        SetVariableArguments arguments = new SetVariableArguments();
        arguments.setVariablesReference(reference);
        arguments.setName(name);
        arguments.setValue(value);
        return get(server.setVariable(arguments)).getValue();
    }

    void setField(int encoding, long value) {
        get(server.setVmcsField(new SetVmcsFieldArguments(0, encoding, value)));
    }

    // --- what a user sees --------------------------------------------------------------------------------------------------

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
}
