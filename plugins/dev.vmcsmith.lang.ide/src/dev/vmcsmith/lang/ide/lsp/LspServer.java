// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.lsp;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.log4j.BasicConfigurator;
import org.apache.log4j.Level;
import org.apache.log4j.Logger;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.launch.LSPLauncher;
import org.eclipse.lsp4j.services.LanguageClient;

/** Entry point of the language server: serves one client, then ends. */
public final class LspServer {
    private static final String HELP = """
            Usage: vmcsmith lsp

            Serve the Language Server Protocol for setups (.hv) on standard input and output, for one editor. The editor starts it.

            Settings (initializationOptions, or the section "vmcsmith" of the configuration):
              cpu         CPU profile, by name or file, of setups that name none
              severities  by id of a rule or check: "error", "warning", "info" or "ignore"
              format      {"indent": 4, "tabs": false, "align": true, "commentColumn": 37, "width": 140}

            Exit code: 0 after a shutdown request; 1 when the client just goes away; 2 for wrong arguments.
            """;

    private LspServer() {
    }

    /** Serves standard input and output and ends the process. */
    public static void main(String[] args) {
        if (Arrays.asList(args).contains("--help") || Arrays.asList(args).contains("-h")) {
            System.out.print(HELP);
            return;
        }
        if (args.length > 0 && !args[0].equals("--stdio")) {
            System.err.println("vmcsmith: there is no option or further argument " + args[0] + "; see 'vmcsmith lsp --help'");
            System.exit(2);
        }
        OutputStream toClient = new FileOutputStream(FileDescriptor.out);
        InputStream fromClient = new FileInputStream(FileDescriptor.in);
        System.setOut(System.err); // whatever else prints must not damage the conversation
        System.setIn(InputStream.nullInputStream());
        System.setProperty("guice_bytecode_gen_option", "DISABLED"); // generated code needs sun.misc.Unsafe, of which newer JVMs warn
        BasicConfigurator.configure();
        Logger.getRootLogger().setLevel(Level.ERROR);
        System.exit(serve(fromClient, toClient));
    }

    /**
     * Serves a pair of streams until the client says exit or closes its end.
     *
     * @return the exit code that the protocol asks for: 0 after a shutdown request, else 1
     */
    public static int serve(InputStream fromClient, OutputStream toClient) {
        ExecutorService reader = Executors.newSingleThreadExecutor(
                task -> Thread.ofPlatform().daemon().name("VMCSmith language server requests").unstarted(task));
        try (SetupLanguageServer server = new SetupLanguageServer()) {
            Launcher<LanguageClient> launcher = LSPLauncher.createServerLauncher(server, fromClient, toClient, reader, consumer -> consumer);
            server.connect(launcher.getRemoteProxy());
            Future<Void> listening = launcher.startListening();
            server.whenExit(() -> listening.cancel(true));
            try {
                listening.get();
            } catch (CancellationException | ExecutionException e) {
                // The client has said exit or has gone: that is how a conversation ends.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return server.isShutDown() ? 0 : 1;
        } finally {
            reader.shutdownNow();
        }
    }
}
