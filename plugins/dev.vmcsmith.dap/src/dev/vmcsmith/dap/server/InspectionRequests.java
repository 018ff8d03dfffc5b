// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.VmcsmithDebugServer;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.vmx.ExitReason;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.eclipse.lsp4j.debug.BreakpointLocationsArguments;
import org.eclipse.lsp4j.debug.BreakpointLocationsResponse;
import org.eclipse.lsp4j.debug.CompletionsArguments;
import org.eclipse.lsp4j.debug.CompletionsResponse;
import org.eclipse.lsp4j.debug.DisassembleArguments;
import org.eclipse.lsp4j.debug.DisassembleResponse;
import org.eclipse.lsp4j.debug.EvaluateArguments;
import org.eclipse.lsp4j.debug.EvaluateArgumentsContext;
import org.eclipse.lsp4j.debug.EvaluateResponse;
import org.eclipse.lsp4j.debug.ExceptionBreakMode;
import org.eclipse.lsp4j.debug.ExceptionInfoArguments;
import org.eclipse.lsp4j.debug.ExceptionInfoResponse;
import org.eclipse.lsp4j.debug.GotoTargetsArguments;
import org.eclipse.lsp4j.debug.GotoTargetsResponse;
import org.eclipse.lsp4j.debug.LoadedSourcesArguments;
import org.eclipse.lsp4j.debug.LoadedSourcesResponse;
import org.eclipse.lsp4j.debug.ModulesArguments;
import org.eclipse.lsp4j.debug.ModulesResponse;
import org.eclipse.lsp4j.debug.ReadMemoryArguments;
import org.eclipse.lsp4j.debug.ReadMemoryResponse;
import org.eclipse.lsp4j.debug.Scope;
import org.eclipse.lsp4j.debug.ScopesArguments;
import org.eclipse.lsp4j.debug.ScopesResponse;
import org.eclipse.lsp4j.debug.SetExpressionArguments;
import org.eclipse.lsp4j.debug.SetExpressionResponse;
import org.eclipse.lsp4j.debug.SetVariableArguments;
import org.eclipse.lsp4j.debug.SetVariableResponse;
import org.eclipse.lsp4j.debug.StackFrame;
import org.eclipse.lsp4j.debug.StackTraceArguments;
import org.eclipse.lsp4j.debug.StackTraceResponse;
import org.eclipse.lsp4j.debug.Thread;
import org.eclipse.lsp4j.debug.ThreadsResponse;
import org.eclipse.lsp4j.debug.Variable;
import org.eclipse.lsp4j.debug.VariablesArguments;
import org.eclipse.lsp4j.debug.VariablesResponse;
import org.eclipse.lsp4j.debug.WriteMemoryArguments;
import org.eclipse.lsp4j.debug.WriteMemoryResponse;

/** The requests that look at the debuggee, or change its state while it is suspended. */
abstract class InspectionRequests implements VmcsmithDebugServer {
    static final String NOT_LAUNCHED = "Nothing has been launched yet.";

    /** The debuggee, whether it runs or not; empty before the launch. */
    abstract Optional<Debuggee> debuggeeNow();

    /**
     * The debuggee while it is suspended.
     *
     * @throws RequestFailure when it runs, has ended or is not there
     */
    abstract Debuggee suspended();

    /** The debuggee when it is suspended. */
    final Optional<Debuggee> suspendedNow() {
        try {
            return Optional.of(suspended());
        } catch (RequestFailure e) {
            return Optional.empty();
        }
    }

    final Debuggee launched() {
        return debuggeeNow().orElseThrow(() -> new RequestFailure(NOT_LAUNCHED));
    }

    final <T> CompletableFuture<T> inspect(Function<Debuggee, T> request) {
        return RequestFailure.answer(() -> request.apply(suspended()));
    }

    // --- looking -------------------------------------------------------------------------------------------------------

    @Override
    public CompletableFuture<ThreadsResponse> threads() {
        return RequestFailure.answer(() -> {
            ThreadsResponse response = new ThreadsResponse();
            Thread[] threads = new Thread[debuggeeNow().map(debuggee -> debuggee.machine().cpus()).orElse(0)];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread();
                threads[i].setId(ExitRecords.threadId(i));
                threads[i].setName("vCPU " + i);
            }
            response.setThreads(threads);
            return response;
        });
    }

    @Override
    public CompletableFuture<StackTraceResponse> stackTrace(StackTraceArguments arguments) {
        return inspect(debuggee -> {
            List<Frame> all = debuggee.frames().of(debuggee.cpuOf(arguments.getThreadId()));
            int start = arguments.getStartFrame() == null ? 0 : Math.clamp(arguments.getStartFrame(), 0, all.size());
            int levels = arguments.getLevels() == null || arguments.getLevels() <= 0 ? all.size() : arguments.getLevels();
            StackTraceResponse response = new StackTraceResponse();
            response.setTotalFrames(all.size());
            response.setStackFrames(all.stream().skip(start).limit(levels).map(debuggee.frames()::present).toArray(StackFrame[]::new));
            return response;
        });
    }

    @Override
    public CompletableFuture<ScopesResponse> scopes(ScopesArguments arguments) {
        return inspect(debuggee -> {
            ScopesResponse response = new ScopesResponse();
            response.setScopes(debuggee.variables().scopes(debuggee.frames().get(arguments.getFrameId())).toArray(Scope[]::new));
            return response;
        });
    }

    @Override
    public CompletableFuture<VariablesResponse> variables(VariablesArguments arguments) {
        return inspect(debuggee -> {
            VariablesResponse response = new VariablesResponse();
            response.setVariables(debuggee.variables().variables(arguments.getVariablesReference()).toArray(Variable[]::new));
            return response;
        });
    }

    @Override
    public CompletableFuture<SetVariableResponse> setVariable(SetVariableArguments arguments) {
        return inspect(debuggee -> {
            String text = withoutMeaning(arguments.getValue());
            SetVariableResponse response = new SetVariableResponse();
            response.setValue(debuggee.variables().setWide(arguments.getVariablesReference(), arguments.getName(), text)
                    .orElseGet(() -> debuggee.variables().set(arguments.getVariablesReference(), arguments.getName(),
                            debuggee.evaluateAtTop(text))));
            debuggee.timeline().changed();
            return response;
        });
    }

    @Override
    public CompletableFuture<EvaluateResponse> evaluate(EvaluateArguments arguments) {
        return inspect(debuggee -> {
            Frame frame = arguments.getFrameId() == null ? debuggee.topFrame() : debuggee.frames().get(arguments.getFrameId());
            Optional<Long> assigned = "repl".equals(arguments.getContext())
                    ? debuggee.assignments().execute(arguments.getExpression(), frame) : Optional.empty();
            assigned.ifPresent(value -> debuggee.timeline().changed());
            boolean inSource = EvaluateArgumentsContext.HOVER.equals(arguments.getContext());
            long value = assigned.orElseGet(() -> inSource ? debuggee.evaluateInSource(arguments.getExpression(), frame)
                    : debuggee.evaluate(arguments.getExpression(), frame));
            EvaluateResponse response = new EvaluateResponse();
            response.setResult(String.format("0x%x", value));
            response.setType("u64");
            response.setMemoryReference(response.getResult());
            return response;
        });
    }

    /** A value as it is shown, such as {@code 0x10 (symbol)}, can be sent back. */
    private static String withoutMeaning(String text) {
        int meaning = text.indexOf(" (");
        return meaning < 0 ? text : text.substring(0, meaning);
    }

    @Override
    public CompletableFuture<SetExpressionResponse> setExpression(SetExpressionArguments arguments) {
        return inspect(debuggee -> {
            Frame frame = arguments.getFrameId() == null ? debuggee.topFrame() : debuggee.frames().get(arguments.getFrameId());
            long value = debuggee.evaluate(withoutMeaning(arguments.getValue()), frame);
            SetExpressionResponse response = new SetExpressionResponse();
            response.setValue(HexLong.format(debuggee.assignments().set(arguments.getExpression().strip(), value, frame)));
            response.setType("u64");
            debuggee.timeline().changed();
            return response;
        });
    }

    @Override
    public CompletableFuture<CompletionsResponse> completions(CompletionsArguments arguments) {
        return inspect(debuggee -> debuggee.completions().answer(arguments));
    }

    @Override
    public CompletableFuture<ExceptionInfoResponse> exceptionInfo(ExceptionInfoArguments arguments) {
        return inspect(debuggee -> {
            VmExit exit = debuggee.latestExit().orElseThrow(() -> new RequestFailure("There has been no VM exit yet."));
            ExitReason reason = ExitReason.of(exit.reason());
            ExceptionInfoResponse response = new ExceptionInfoResponse();
            response.setExceptionId(reason == null ? Integer.toString(exit.reason()) : reason.hvName());
            response.setDescription(debuggee.exitText(exit));
            response.setBreakMode(ExceptionBreakMode.ALWAYS);
            response.setDetails(debuggee.exitRecords().details(exit));
            return response;
        });
    }

    @Override
    public CompletableFuture<LoadedSourcesResponse> loadedSources(LoadedSourcesArguments arguments) {
        return RequestFailure.answer(() -> launched().files().sources());
    }

    @Override
    public CompletableFuture<ModulesResponse> modules(ModulesArguments arguments) {
        return RequestFailure.answer(() -> launched().files().modules());
    }

    @Override
    public CompletableFuture<BreakpointLocationsResponse> breakpointLocations(BreakpointLocationsArguments arguments) {
        return RequestFailure.answer(() -> launched().files().locations(arguments));
    }

    @Override
    public CompletableFuture<GotoTargetsResponse> gotoTargets(GotoTargetsArguments arguments) {
        return inspect(debuggee -> debuggee.jumps().targets(arguments));
    }

    @Override
    public CompletableFuture<DisassembleResponse> disassemble(DisassembleArguments arguments) {
        return inspect(debuggee -> debuggee.disassembly().answer(arguments));
    }

    @Override
    public CompletableFuture<ReadMemoryResponse> readMemory(ReadMemoryArguments arguments) {
        return inspect(debuggee -> debuggee.memory().read(arguments));
    }

    @Override
    public CompletableFuture<WriteMemoryResponse> writeMemory(WriteMemoryArguments arguments) {
        return inspect(debuggee -> {
            WriteMemoryResponse response = debuggee.memory().write(arguments);
            debuggee.timeline().changed();
            return response;
        });
    }
}
