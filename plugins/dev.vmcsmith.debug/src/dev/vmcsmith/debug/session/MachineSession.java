// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.session;

import dev.vmcsmith.dap.protocol.ExitStatisticsArguments;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.VmcsmithDebugServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.lsp4j.debug.Capabilities;
import org.eclipse.lsp4j.debug.ConfigurationDoneArguments;
import org.eclipse.lsp4j.debug.DisconnectArguments;
import org.eclipse.lsp4j.debug.InitializeRequestArguments;
import org.eclipse.lsp4j.debug.InitializeRequestArgumentsPathFormat;

/** One machine: its process, the conversation with it, and the text it prints. Nothing here blocks. */
public final class MachineSession {

    /** How long a process may take to end by itself before it is killed, in milliseconds. */
    static final int GRACE_MILLIS = 2000;

    private final Process process;
    private final MachineConnection connection;
    private final SessionEvents events;
    private final TextStream serial = new TextStream();
    private final SerialPorts serialPorts = new SerialPorts();
    private final TextStream messages = new TextStream();
    private final TextStream errors = new TextStream();
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private volatile Capabilities capabilities = new Capabilities();
    private volatile String program;

    /**
     * Takes over a process that speaks the protocol on its standard streams.
     *
     * @param process just started
     * @param listener told about events from {@link #start} on
     */
    public MachineSession(Process process, SessionListener listener) {
        this.process = process;
        this.events = new SessionEvents(this, listener);
        this.connection = new MachineConnection(events, process.getInputStream(), process.getOutputStream());
        CompletableFuture<Void> errorsRead = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("VMCSmith machine messages").start(() -> readErrors(errorsRead));
        CompletableFuture.allOf(process.onExit(), errorsRead, connection.ended().exceptionally(failure -> null)).thenRun(this::finish);
    }

    /**
     * Goes through the protocol's start: initialize, launch, configuration.
     *
     * @param arguments what to launch
     * @param configure sends breakpoints; called when the adapter is ready for them
     * @return completes when the machine runs; fails with the adapter's message when it cannot
     */
    public CompletableFuture<Void> start(LaunchArguments arguments, Supplier<CompletableFuture<?>> configure) {
        CompletableFuture<Void> started = new CompletableFuture<>();
        program = arguments.program();
        connection.open();
        request(server -> server.initialize(initializeArguments())).thenCompose(answer -> {
            capabilities = answer;
            CompletableFuture<Void> launched = request(server -> server.launch(arguments.toMap()));
            CompletableFuture<Void> configured = events.ready().thenCompose(now -> configure.get())
                    .thenCompose(done -> request(server -> server.configurationDone(new ConfigurationDoneArguments())));
            launched.exceptionally(failure -> fail(started, failure));
            return CompletableFuture.allOf(launched, configured);
        }).thenRun(() -> started.complete(null)).exceptionally(failure -> fail(started, failure));
        return started;
    }

    private static Void fail(CompletableFuture<Void> future, Throwable failure) {
        future.completeExceptionally(failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
        return null;
    }

    private static InitializeRequestArguments initializeArguments() {
        InitializeRequestArguments arguments = new InitializeRequestArguments();
        arguments.setClientID("eclipse");
        arguments.setClientName("Eclipse");
        arguments.setAdapterID(VmcsmithDebugServer.ADAPTER_ID);
        arguments.setLinesStartAt1(true);
        arguments.setColumnsStartAt1(true);
        arguments.setPathFormat(InitializeRequestArgumentsPathFormat.PATH);
        arguments.setSupportsVariableType(true);
        return arguments;
    }

    /** Sends a request; it fails with {@link ConnectionEndedException} when the process ends before the answer. */
    public <T> CompletableFuture<T> request(Function<VmcsmithDebugServer, CompletableFuture<T>> call) {
        return connection.request(call);
    }

    /** What the adapter can do; nothing before {@link #start} is complete. */
    public Capabilities capabilities() {
        return capabilities;
    }

    /** Asks the machine to end, and kills its process if it does not within {@value #GRACE_MILLIS} ms. */
    public void terminate() {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        DisconnectArguments arguments = new DisconnectArguments();
        arguments.setTerminateDebuggee(true);
        tellExits().thenCompose(told -> request(server -> server.disconnect(arguments))).whenComplete((done, failure) -> closeInput());
        process.onExit().orTimeout(GRACE_MILLIS, TimeUnit.MILLISECONDS).exceptionally(late -> process.destroyForcibly());
    }

    /** Lets the workbench know how often VM exits have happened so far; completes, in any case, when that is done. */
    CompletableFuture<Void> tellExits() {
        return request(server -> server.exitStatistics(new ExitStatisticsArguments(0))).<Void>handle((statistics, failure) -> {
            if (failure == null && program != null) {
                ExitCounts.post(program, statistics);
            }
            return null;
        });
    }

    private void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // the process has closed its end first
        }
    }

    /** Whether the process has ended. */
    public boolean isEnded() {
        return exit.isDone();
    }

    /** Completes with the exit code when the process has ended: the run's when the adapter reported one, else the process's. */
    public CompletableFuture<Integer> exit() {
        return exit;
    }

    /** The process. */
    public ProcessHandle processHandle() {
        return process.toHandle();
    }

    /** Prints a message of the debugger among the errors. */
    public void report(String message) {
        errors.append(message + "\n");
    }

    /** What has been written to each port up to the machine's present. */
    public SerialPorts serialPorts() {
        return serialPorts;
    }

    /** All that has ever been written to serial ports and the debug console, in the order in which the machine did it first. */
    TextStream serial() {
        return serial;
    }

    TextStream messages() {
        return messages;
    }

    TextStream errors() {
        return errors;
    }

    private void readErrors(CompletableFuture<Void> done) {
        try (BufferedReader reader = process.errorReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                errors.append(line + "\n");
            }
        } catch (IOException e) {
            // the process has gone; what it said was read
        } finally {
            done.complete(null);
        }
    }

    private void finish() {
        connection.abandon();
        int code = events.exitCode() == null ? process.exitValue() : events.exitCode();
        if (!ending.getAndSet(true)) {
            report("The machine's Java process ended unexpectedly with exit code " + process.exitValue()
                    + ". The session is over; launch the setup again to start a new machine.");
        }
        exit.complete(code);
        events.listener().ended();
    }
}
