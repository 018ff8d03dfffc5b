// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.GotoExitArguments;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.StepVmxArguments;
import dev.vmcsmith.dap.protocol.VmcsmithDebugClient;
import dev.vmcsmith.dap.protocol.VmxStep;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.BreakpointEventArguments;
import org.eclipse.lsp4j.debug.BreakpointEventArgumentsReason;
import org.eclipse.lsp4j.debug.CancelArguments;
import org.eclipse.lsp4j.debug.Capabilities;
import org.eclipse.lsp4j.debug.ConfigurationDoneArguments;
import org.eclipse.lsp4j.debug.ContinueArguments;
import org.eclipse.lsp4j.debug.ContinueResponse;
import org.eclipse.lsp4j.debug.DataBreakpointInfoArguments;
import org.eclipse.lsp4j.debug.DataBreakpointInfoResponse;
import org.eclipse.lsp4j.debug.DisconnectArguments;
import org.eclipse.lsp4j.debug.GotoArguments;
import org.eclipse.lsp4j.debug.InitializeRequestArguments;
import org.eclipse.lsp4j.debug.NextArguments;
import org.eclipse.lsp4j.debug.PauseArguments;
import org.eclipse.lsp4j.debug.RestartArguments;
import org.eclipse.lsp4j.debug.ReverseContinueArguments;
import org.eclipse.lsp4j.debug.SetBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetBreakpointsResponse;
import org.eclipse.lsp4j.debug.SetDataBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetDataBreakpointsResponse;
import org.eclipse.lsp4j.debug.SetExceptionBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetExceptionBreakpointsResponse;
import org.eclipse.lsp4j.debug.SetFunctionBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetFunctionBreakpointsResponse;
import org.eclipse.lsp4j.debug.SetInstructionBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetInstructionBreakpointsResponse;
import org.eclipse.lsp4j.debug.StepBackArguments;
import org.eclipse.lsp4j.debug.StepInArguments;
import org.eclipse.lsp4j.debug.StepOutArguments;
import org.eclipse.lsp4j.debug.SteppingGranularity;
import org.eclipse.lsp4j.debug.TerminateArguments;

/**
 * The requests: those that let the debuggee live and run are here, those that look at it in the superclasses. Each is answered at once;
 * what lets the machine run starts after the answer has been sent ({@link #answered}), so that no event can overtake the answer. All
 * requests come in one thread.
 */
final class DebugAdapter extends VmxRequests implements AutoCloseable {
    private final Breakpoints breakpoints = new Breakpoints();
    private VmcsmithDebugClient client;
    private LaunchArguments launched;
    private Session session;
    private ExitFilters filters = ExitFilters.NONE;
    private boolean configured;
    private boolean showsProgress;
    private Runnable afterAnswer;

    /** To be called once, before the first request. */
    void connect(VmcsmithDebugClient remote) {
        client = remote;
    }

    /** The answer to the latest request has been sent. */
    void answered() {
        Runnable next = afterAnswer;
        afterAnswer = null;
        if (next != null) {
            next.run();
        }
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
        }
    }

    @Override
    Optional<Debuggee> debuggeeNow() {
        return Optional.ofNullable(session).map(Session::debuggee);
    }

    @Override
    Debuggee suspended() {
        return session().suspended();
    }

    private Session session() {
        if (session == null) {
            throw new RequestFailure(NOT_LAUNCHED);
        }
        return session;
    }

    // --- life ----------------------------------------------------------------------------------------------------------

    @Override
    public CompletableFuture<Capabilities> initialize(InitializeRequestArguments arguments) {
        showsProgress = Boolean.TRUE.equals(arguments.getSupportsProgressReporting());
        return CompletableFuture.completedFuture(AdapterCapabilities.all());
    }

    @Override
    public CompletableFuture<Void> launch(Map<String, Object> map) {
        return RequestFailure.answer(() -> {
            if (session != null) {
                throw new RequestFailure("A program has been launched already: one adapter serves one debuggee.");
            }
            open(LaunchArguments.of(map == null ? Map.of() : map));
            client.initialized();
            return null;
        });
    }

    private void open(LaunchArguments arguments) {
        Session opened = new Session(arguments, breakpoints, client);
        if (session != null) {
            session.close();
        }
        launched = arguments;
        session = opened;
        session.filters(filters);
        session.showsProgress(showsProgress);
        for (Breakpoint breakpoint : breakpoints.imageLoaded(session.image())) {
            BreakpointEventArguments event = new BreakpointEventArguments();
            event.setReason(BreakpointEventArgumentsReason.CHANGED);
            event.setBreakpoint(breakpoint);
            client.breakpoint(event);
        }
    }

    @Override
    public CompletableFuture<Void> configurationDone(ConfigurationDoneArguments arguments) {
        return RequestFailure.answer(() -> {
            if (!configured) {
                session();
                configured = true;
                afterAnswer = session::start;
            }
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> restart(RestartArguments arguments) {
        return RequestFailure.answer(() -> {
            session();
            open(arguments instanceof RestartWithArguments with ? LaunchArguments.of(with.launch()) : launched);
            afterAnswer = session::start;
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> terminate(TerminateArguments arguments) {
        return RequestFailure.answer(() -> {
            afterAnswer = session()::terminate;
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> disconnect(DisconnectArguments arguments) {
        return RequestFailure.answer(() -> {
            close();
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> cancel(CancelArguments arguments) {
        return RequestFailure.answer(() -> {
            if (session != null && arguments.getProgressId() != null) {
                session.cancel(arguments.getProgressId());
            }
            return null;
        });
    }

    // --- breakpoints ---------------------------------------------------------------------------------------------------

    private void breakpointsChanged() {
        if (session != null) {
            session.breakpointsChanged();
        }
    }

    @Override
    public CompletableFuture<SetBreakpointsResponse> setBreakpoints(SetBreakpointsArguments arguments) {
        return RequestFailure.answer(() -> {
            SetBreakpointsResponse response = new SetBreakpointsResponse();
            response.setBreakpoints(breakpoints.setSource(arguments.getSource(), arguments.getBreakpoints()));
            breakpointsChanged();
            return response;
        });
    }

    @Override
    public CompletableFuture<SetFunctionBreakpointsResponse> setFunctionBreakpoints(SetFunctionBreakpointsArguments arguments) {
        return RequestFailure.answer(() -> {
            SetFunctionBreakpointsResponse response = new SetFunctionBreakpointsResponse();
            response.setBreakpoints(breakpoints.setFunctions(arguments.getBreakpoints()));
            breakpointsChanged();
            return response;
        });
    }

    @Override
    public CompletableFuture<SetInstructionBreakpointsResponse> setInstructionBreakpoints(SetInstructionBreakpointsArguments arguments) {
        return RequestFailure.answer(() -> {
            SetInstructionBreakpointsResponse response = new SetInstructionBreakpointsResponse();
            response.setBreakpoints(breakpoints.setInstructions(arguments.getBreakpoints()));
            breakpointsChanged();
            return response;
        });
    }

    @Override
    public CompletableFuture<DataBreakpointInfoResponse> dataBreakpointInfo(DataBreakpointInfoArguments arguments) {
        return inspect(debuggee -> debuggee.dataNames().info(arguments));
    }

    @Override
    public CompletableFuture<SetDataBreakpointsResponse> setDataBreakpoints(SetDataBreakpointsArguments arguments) {
        return RequestFailure.answer(() -> {
            SetDataBreakpointsResponse response = new SetDataBreakpointsResponse();
            response.setBreakpoints(breakpoints.data().set(arguments.getBreakpoints()));
            breakpointsChanged();
            return response;
        });
    }

    @Override
    public CompletableFuture<SetExceptionBreakpointsResponse> setExceptionBreakpoints(SetExceptionBreakpointsArguments arguments) {
        return RequestFailure.answer(() -> {
            filters = ExitFilters.of(arguments);
            if (session != null) {
                session.filters(filters);
            }
            SetExceptionBreakpointsResponse response = new SetExceptionBreakpointsResponse();
            response.setBreakpoints(filters.answers());
            return response;
        });
    }

    // --- running -------------------------------------------------------------------------------------------------------

    private CompletableFuture<Void> run(int threadId, Function<Stepper, RunOutcome> how) {
        return RequestFailure.answer(() -> {
            Debuggee debuggee = suspended();
            debuggee.focus(debuggee.cpuOf(threadId));
            Session current = session;
            afterAnswer = () -> current.run(how);
            return null;
        });
    }

    @Override
    public CompletableFuture<ContinueResponse> continue_(ContinueArguments arguments) {
        return run(arguments.getThreadId(), Stepper::resume).thenApply(nothing -> {
            ContinueResponse response = new ContinueResponse();
            response.setAllThreadsContinued(true);
            return response;
        });
    }

    @Override
    public CompletableFuture<Void> next(NextArguments arguments) {
        boolean instruction = arguments.getGranularity() == SteppingGranularity.INSTRUCTION;
        return run(arguments.getThreadId(), stepper -> instruction ? stepper.nextInstruction() : stepper.stepLine(false));
    }

    @Override
    public CompletableFuture<Void> stepIn(StepInArguments arguments) {
        boolean instruction = arguments.getGranularity() == SteppingGranularity.INSTRUCTION;
        return run(arguments.getThreadId(), stepper -> instruction ? stepper.stepInstruction() : stepper.stepLine(true));
    }

    @Override
    public CompletableFuture<Void> stepOut(StepOutArguments arguments) {
        return run(arguments.getThreadId(), Stepper::stepOut);
    }

    private CompletableFuture<Void> travel(int threadId, Function<TimeTravel, RunOutcome> how) {
        return RequestFailure.answer(() -> {
            Debuggee debuggee = suspended();
            if (!debuggee.timeline().exists()) {
                throw new RequestFailure("This run has no past: it was launched without debugging.");
            }
            debuggee.focus(debuggee.cpuOf(threadId));
            Session current = session;
            afterAnswer = () -> current.travel(how);
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> stepBack(StepBackArguments arguments) {
        boolean instruction = arguments.getGranularity() == SteppingGranularity.INSTRUCTION;
        return travel(arguments.getThreadId(), travel -> instruction ? travel.stepBackInstruction() : travel.stepBackLine());
    }

    @Override
    public CompletableFuture<Void> reverseContinue(ReverseContinueArguments arguments) {
        return travel(arguments.getThreadId(), TimeTravel::reverseContinue);
    }

    @Override
    public CompletableFuture<Void> gotoExit(GotoExitArguments arguments) {
        return RequestFailure.answer(() -> {
            Debuggee debuggee = suspended();
            if (arguments.number() < 1 || arguments.number() > debuggee.exitRecords().total()) {
                throw new RequestFailure("There has been no VM exit " + arguments.number() + " yet.");
            }
            return null;
        }).thenCompose(nothing -> travel(0, travel -> travel.goToExit(arguments.number())));
    }

    @Override
    public CompletableFuture<Void> goto_(GotoArguments arguments) {
        return inspect(debuggee -> {
            int cpu = debuggee.cpuOf(arguments.getThreadId());
            debuggee.jumps().go(cpu, arguments.getTargetId());
            debuggee.timeline().changed();
            debuggee.resumed();
            Session current = session;
            afterAnswer = () -> current.tellStop(new RunOutcome.Suspended(cpu, "goto", null, List.of()));
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> stepVmx(StepVmxArguments arguments) {
        if (arguments.step() == VmxStep.PREVIOUS_EXIT) {
            return travel(arguments.threadId(), TimeTravel::previousExit);
        }
        if (arguments.step() == null) {
            return RequestFailure.answer(() -> {
                throw new RequestFailure("\"step\" is missing: use next-exit, next-entry or previous-exit");
            });
        }
        return run(arguments.threadId(), stepper -> arguments.step() == VmxStep.NEXT_EXIT ? stepper.nextExit() : stepper.nextEntry());
    }

    @Override
    public CompletableFuture<Void> pause(PauseArguments arguments) {
        return RequestFailure.answer(() -> {
            session().pause();
            return null;
        });
    }
}
