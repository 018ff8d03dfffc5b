// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.VmcsmithDebugClient;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.eclipse.lsp4j.debug.RestartArguments;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.MessageConsumer;
import org.eclipse.lsp4j.jsonrpc.debug.DebugLauncher;
import org.eclipse.lsp4j.jsonrpc.messages.RequestMessage;

/** Entry point of the debug adapter: serves one client and one debuggee, then ends. */
public final class DapServer {
    private static final int BACKLOG = 16;

    private DapServer() {
    }

    /** Serves standard input and output and ends the process. */
    public static void main(String[] args) {
        System.exit(serveStandardStreams());
    }

    /**
     * Serves standard input and output until the client disconnects or closes its end. Whatever else prints to {@code System.out} goes to
     * standard error, so that it cannot damage the conversation.
     *
     * @return the exit code of the process: 0
     */
    public static int serveStandardStreams() {
        OutputStream toClient = new FileOutputStream(FileDescriptor.out);
        InputStream fromClient = new FileInputStream(FileDescriptor.in);
        System.setOut(System.err);
        System.setIn(InputStream.nullInputStream());
        serve(fromClient, toClient);
        return 0;
    }

    /**
     * Serves a TCP port of the loopback interface until the process ends: one debuggee per connection, several at a time.
     *
     * @param port 0 chooses one
     * @param listening told the port once clients can connect
     * @throws IOException when the port cannot be opened
     */
    public static void servePort(int port, IntConsumer listening) throws IOException {
        try (ServerSocket server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress())) {
            listening.accept(server.getLocalPort());
            while (true) {
                Socket client = server.accept();
                Thread.ofPlatform().daemon().name("VMCSmith debug adapter connection").start(() -> serve(client));
            }
        }
    }

    private static void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            serve(client.getInputStream(), client.getOutputStream());
        } catch (IOException e) {
            // The client has gone: that is how a conversation ends.
        }
    }

    /** Serves a pair of streams until the client disconnects or closes its end. */
    public static void serve(InputStream fromClient, OutputStream toClient) {
        ExecutorService reader = Executors.newSingleThreadExecutor(
                task -> Thread.ofPlatform().daemon().name("VMCSmith debug adapter requests").unstarted(task));
        CompletableFuture<Void> ended = new CompletableFuture<>();
        try (DebugAdapter adapter = new DebugAdapter()) {
            Launcher<VmcsmithDebugClient> launcher = new DebugLauncher.Builder<VmcsmithDebugClient>().setLocalService(adapter)
                    .setRemoteInterface(VmcsmithDebugClient.class).setInput(fromClient).setOutput(toClient).setExecutorService(reader)
                    .configureGson(gson -> gson.registerTypeAdapter(RestartArguments.class, new RestartWithArguments.Reader()))
                    .setExceptionHandler(RequestFailure::error).wrapMessages(consumer -> afterAnswers(consumer, adapter, ended)).create();
            adapter.connect(launcher.getRemoteProxy());
            Future<Void> listening = launcher.startListening();
            ended.thenRun(() -> listening.cancel(true));
            listening.get();
        } catch (CancellationException | ExecutionException e) {
            // The client has gone: that is how a conversation ends.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reader.shutdownNow();
        }
    }

    /** The answer to a request is written before the consumer returns; what must not overtake it happens then. */
    private static MessageConsumer afterAnswers(MessageConsumer consumer, DebugAdapter adapter, CompletableFuture<Void> ended) {
        return message -> {
            consumer.consume(message);
            if (message instanceof RequestMessage request) {
                adapter.answered();
                if (request.getMethod().equals("disconnect")) {
                    ended.complete(null);
                }
            }
        };
    }
}
