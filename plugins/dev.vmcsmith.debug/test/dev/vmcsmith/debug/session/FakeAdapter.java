// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.session;

import dev.vmcsmith.dap.protocol.ExitLog;
import dev.vmcsmith.dap.protocol.ExitsArguments;
import dev.vmcsmith.dap.protocol.VmcsmithDebugClient;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.debug.Capabilities;
import org.eclipse.lsp4j.debug.ConfigurationDoneArguments;
import org.eclipse.lsp4j.debug.DisconnectArguments;
import org.eclipse.lsp4j.debug.ExitedEventArguments;
import org.eclipse.lsp4j.debug.InitializeRequestArguments;
import org.eclipse.lsp4j.debug.OutputEventArguments;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.eclipse.lsp4j.debug.TerminatedEventArguments;
import org.eclipse.lsp4j.debug.services.IDebugProtocolServer;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.eclipse.lsp4j.jsonrpc.services.JsonRequest;

/** The other end of a conversation: answers as a debug adapter does, without a machine. What it was asked can be looked at. */
class FakeAdapter implements IDebugProtocolServer {

    volatile VmcsmithDebugClient client;
    volatile Map<String, Object> launched;
    volatile boolean configured;
    volatile boolean disconnected;
    volatile String launchFailure;

    @Override
    public CompletableFuture<Capabilities> initialize(InitializeRequestArguments arguments) {
        Capabilities capabilities = new Capabilities();
        capabilities.setSupportsConfigurationDoneRequest(true);
        return CompletableFuture.completedFuture(capabilities);
    }

    @Override
    public CompletableFuture<Void> launch(Map<String, Object> arguments) {
        launched = arguments;
        if (launchFailure != null) {
            return CompletableFuture.failedFuture(
                    new ResponseErrorException(new ResponseError(ResponseErrorCode.RequestFailed, launchFailure, null)));
        }
        client.initialized();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> configurationDone(ConfigurationDoneArguments arguments) {
        configured = true;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> disconnect(DisconnectArguments arguments) {
        disconnected = true;
        return CompletableFuture.completedFuture(null);
    }

    void print(String category, String text) {
        OutputEventArguments event = new OutputEventArguments();
        event.setCategory(category);
        event.setOutput(text);
        client.output(event);
    }

    void stop(String reason, String description) {
        StoppedEventArguments event = new StoppedEventArguments();
        event.setReason(reason);
        event.setDescription(description);
        event.setThreadId(1);
        client.stopped(event);
    }

    void end(int exitCode) {
        ExitedEventArguments event = new ExitedEventArguments();
        event.setExitCode(exitCode);
        client.exited(event);
        client.terminated(new TerminatedEventArguments());
    }

    /** Never answered: what a client sees of an adapter that dies. */
    @JsonRequest("vmcsmith/exits")
    public CompletableFuture<ExitLog> exits(ExitsArguments arguments) {
        return new CompletableFuture<>();
    }
}
