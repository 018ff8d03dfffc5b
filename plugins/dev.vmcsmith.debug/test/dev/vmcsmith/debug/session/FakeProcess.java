// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.session;

import dev.vmcsmith.dap.protocol.VmcsmithDebugClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.debug.DebugLauncher;

/** A process that is a thread: its standard streams are pipes to a {@link FakeAdapter}. */
final class FakeProcess extends Process {

    private final PipedInputStream output = new PipedInputStream(1 << 16);
    private final PipedOutputStream outputEnd = new PipedOutputStream(output);
    private final PipedInputStream inputEnd = new PipedInputStream(1 << 16);
    private final PipedOutputStream input = new PipedOutputStream(inputEnd);
    private final PipedInputStream error = new PipedInputStream(1 << 16);
    private final PipedOutputStream errorEnd = new PipedOutputStream(error);
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    volatile boolean killed;

    FakeProcess(FakeAdapter adapter) throws IOException {
        Launcher<VmcsmithDebugClient> launcher = DebugLauncher.createLauncher(adapter, VmcsmithDebugClient.class, inputEnd, outputEnd);
        adapter.client = launcher.getRemoteProxy();
        launcher.startListening();
    }

    /** Ends as a process does: its streams are closed. */
    void end(int code, String lastWords) throws IOException {
        errorEnd.write(lastWords.getBytes());
        errorEnd.close();
        outputEnd.close();
        exit.complete(code);
    }

    @Override
    public OutputStream getOutputStream() {
        return input;
    }

    @Override
    public InputStream getInputStream() {
        return output;
    }

    @Override
    public InputStream getErrorStream() {
        return error;
    }

    @Override
    public int waitFor() {
        return exit.join();
    }

    @Override
    public int exitValue() {
        if (!exit.isDone()) {
            throw new IllegalThreadStateException();
        }
        return exit.join();
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return exit.thenApply(code -> this);
    }

    @Override
    public void destroy() {
        destroyForcibly();
    }

    @Override
    public Process destroyForcibly() {
        killed = true;
        try {
            end(137, "");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }
}
