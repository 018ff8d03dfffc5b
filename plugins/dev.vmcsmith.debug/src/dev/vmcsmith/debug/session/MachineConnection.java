// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.session;

import dev.vmcsmith.dap.protocol.VmcsmithDebugClient;
import dev.vmcsmith.dap.protocol.VmcsmithDebugServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.debug.DebugLauncher;

/**
 * The conversation with a debug adapter over two streams. Requests never block. When the conversation ends, requests that were not
 * answered fail with {@link ConnectionEndedException}, so nobody waits for ever.
 */
final class MachineConnection {

    private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final VmcsmithDebugServer server;
    private final Launcher<VmcsmithDebugServer> launcher;

    /** Prepares the conversation; nothing is read before {@link #open}. */
    MachineConnection(VmcsmithDebugClient client, InputStream fromAdapter, OutputStream toAdapter) {
        ExecutorService reader = Executors.newSingleThreadExecutor(
                task -> Thread.ofPlatform().daemon().name("VMCSmith debug adapter events").unstarted(task));
        launcher = DebugLauncher.createLauncher(client, VmcsmithDebugServer.class, fromAdapter, toAdapter, reader, consumer -> consumer);
        server = launcher.getRemoteProxy();
        ended.thenRun(reader::shutdown);
    }

    /** Starts to read answers and events. */
    void open() {
        var listening = launcher.startListening();
        Thread.ofPlatform().daemon().name("VMCSmith debug adapter end").start(() -> {
            try {
                listening.get();
            } catch (Exception e) {
                ended.completeExceptionally(e);
            }
            ended.complete(null);
        });
    }

    /** Completes when the adapter has closed its end and everything it sent was handled. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Sends a request. */
    <T> CompletableFuture<T> request(Function<VmcsmithDebugServer, CompletableFuture<T>> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        pending.add(answer);
        answer.whenComplete((value, failure) -> pending.remove(answer));
        if (ended.isDone()) {
            answer.completeExceptionally(new ConnectionEndedException());
            return answer;
        }
        try {
            call.apply(server).whenComplete((value, failure) -> {
                if (failure == null) {
                    answer.complete(value);
                } else {
                    answer.completeExceptionally(isBrokenPipe(failure) ? new ConnectionEndedException() : failure);
                }
            });
        } catch (RuntimeException e) {
            answer.completeExceptionally(new ConnectionEndedException());
        }
        return answer;
    }

    /** Whether a request failed because its pipe is closed, which can be seen before the end of the connection is. */
    private static boolean isBrokenPipe(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return true;
            }
        }
        return false;
    }

    /** Fails all requests that wait for an answer. */
    void abandon() {
        ended.complete(null);
        for (CompletableFuture<?> answer : pending) {
            answer.completeExceptionally(new ConnectionEndedException());
        }
    }
}
