// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.launch.Verdict;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.VmcsmithDebugClient;
import dev.vmcsmith.dap.protocol.VmcsmithDebugServer;
import dev.vmcsmith.image.BootImage;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.lsp4j.debug.ExitedEventArguments;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.eclipse.lsp4j.debug.TerminatedEventArguments;

/**
 * One machine from launch to end. It runs in a thread of its own; requests look at it only while it is suspended. Tells the client about
 * every stop and about the end.
 */
final class Session implements AutoCloseable {
    /** Exit code of a run that the user has ended. */
    private static final int TERMINATED_BY_USER = 130;

    private enum State { SUSPENDED, RUNNING, ENDED }

    private final VmcsmithDebugClient client;
    private final ClientEvents events;
    private final Debuggee debuggee;
    private final Execution execution;
    private final Stepper stepper;
    private final TimeTravel timeTravel;
    private final boolean noDebug;
    private final ExecutorService machineThread = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("VMCSmith machine").unstarted(task));
    private State state = State.SUSPENDED;
    private boolean terminating;
    private boolean silent;
    private boolean showsProgress;
    private int travels;
    private volatile String travelling;

    /**
     * Loads the program into a new machine.
     *
     * @throws RequestFailure saying what to do when that is not possible
     */
    Session(LaunchArguments arguments, Breakpoints breakpoints, VmcsmithDebugClient client) {
        this.client = client;
        this.events = new ClientEvents(client);
        this.noDebug = arguments.noDebug();
        try {
            this.debuggee = new Debuggee(arguments, breakpoints, events, this::pauseRequested);
        } catch (RuntimeException e) {
            events.close();
            throw e;
        }
        this.execution = new Execution(debuggee);
        this.stepper = new Stepper(execution);
        this.timeTravel = new TimeTravel(debuggee, execution);
        if (arguments.stopAt() != null) {
            execution.stopAt(arguments.stopAt());
        }
    }

    BootImage image() {
        return debuggee.image();
    }

    /** The debuggee, whether it runs or not; only what is safe in any thread may be asked then. */
    Debuggee debuggee() {
        return debuggee;
    }

    /**
     * The debuggee while it is suspended.
     *
     * @throws RequestFailure when it runs or has ended
     */
    synchronized Debuggee suspended() {
        return switch (state) {
            case SUSPENDED -> debuggee;
            case RUNNING -> throw new RequestFailure(VmcsmithDebugServer.NOT_SUSPENDED);
            case ENDED -> throw new RequestFailure("The machine has ended: launch it again.");
        };
    }

    private boolean pauseRequested() {
        return execution != null && execution.pauseRequested();
    }

    /** Begins the run as the launch wants it. */
    void start() {
        run(noDebug ? Stepper::runPlainly : Stepper::start);
    }

    /** Lets the machine run in one of the stepper's ways. */
    void run(Function<Stepper, RunOutcome> how) {
        begin(() -> how.apply(stepper));
    }

    /** Lets the machine go to another instant in one of the time traveller's ways. */
    void travel(Function<TimeTravel, RunOutcome> how) {
        begin(() -> {
            if (!showsProgress) {
                return how.apply(timeTravel);
            }
            Progress progress = Progress.begin(client, events, "travel-" + ++travels, debuggee.timeline()::percent);
            travelling = progress.id();
            try {
                return how.apply(timeTravel);
            } finally {
                travelling = null;
                progress.end();
            }
        });
    }

    /** Makes the machine stop where it is on its way to another instant; null is whatever way it is on. */
    void cancel(String progressId) {
        if (progressId == null || progressId.equals(travelling)) {
            pause();
        }
    }

    private synchronized void begin(Supplier<RunOutcome> work) {
        if (state != State.SUSPENDED) {
            return;
        }
        state = State.RUNNING;
        debuggee.resumed();
        execution.prepare();
        machineThread.execute(() -> work(work));
    }

    private void work(Supplier<RunOutcome> run) {
        RunOutcome outcome;
        try {
            outcome = run.get();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            events.important("The debugger failed: " + e + (e.getStackTrace().length == 0 ? "" : " at " + e.getStackTrace()[0]));
            end(1);
            return;
        }
        switch (outcome) {
            case RunOutcome.Suspended stop -> suspend(stop);
            case RunOutcome.Ended ended -> {
                Verdict verdict = debuggee.verdict(ended.reason());
                verdict.lines().forEach(verdict.failed() ? events::important : events::console);
                end(verdict.exitCode());
            }
        }
    }

    private void suspend(RunOutcome.Suspended stop) {
        debuggee.showConsoles();
        events.flush();
        synchronized (this) {
            if (terminating) {
                end(TERMINATED_BY_USER);
                return;
            }
            debuggee.stopped();
            state = State.SUSPENDED;
        }
        tellStop(stop);
    }

    /** Tells the client of a stop. */
    void tellStop(RunOutcome.Suspended stop) {
        StoppedEventArguments event = new StoppedEventArguments();
        event.setReason(stop.kind());
        event.setDescription(stop.text());
        event.setText(stop.text());
        event.setThreadId(ExitRecords.threadId(stop.cpu()));
        event.setAllThreadsStopped(true);
        List<Integer> hit = stop.breakpoints();
        if (!hit.isEmpty()) {
            event.setHitBreakpointIds(hit.toArray(Integer[]::new));
        }
        client.stopped(event);
    }

    private void end(int exitCode) {
        debuggee.showConsoles();
        events.flush();
        synchronized (this) {
            state = State.ENDED;
            if (silent) {
                return;
            }
        }
        ExitedEventArguments exited = new ExitedEventArguments();
        exited.setExitCode(exitCode);
        client.exited(exited);
        client.terminated(new TerminatedEventArguments());
        events.close();
    }

    /** Makes a running machine stop. */
    synchronized void pause() {
        if (state == State.RUNNING) {
            execution.requestPause();
        }
    }

    /** Makes a running machine take over changed breakpoints. */
    synchronized void breakpointsChanged() {
        if (state == State.RUNNING) {
            execution.breakpointsChanged();
        }
    }

    /** Whether the client can show how far a long operation is. */
    void showsProgress(boolean value) {
        showsProgress = value;
    }

    void filters(ExitFilters filters) {
        execution.filters(filters);
        breakpointsChanged();
    }

    /** Ends the run and tells the client. */
    synchronized void terminate() {
        terminating = true;
        if (state == State.RUNNING) {
            execution.requestPause();
        } else if (state == State.SUSPENDED) {
            state = State.ENDED;
            machineThread.execute(() -> end(TERMINATED_BY_USER));
        }
    }

    /** Ends the run without telling anybody. */
    @Override
    public synchronized void close() {
        silent = true;
        terminate();
        machineThread.shutdown();
        events.close();
    }
}
