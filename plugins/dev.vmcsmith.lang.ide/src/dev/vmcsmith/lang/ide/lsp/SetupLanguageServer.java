// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.lsp;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.ClientCapabilities;
import org.eclipse.lsp4j.CompletionCapabilities;
import org.eclipse.lsp4j.CompletionItemCapabilities;
import org.eclipse.lsp4j.CompletionOptions;
import org.eclipse.lsp4j.ConfigurationItem;
import org.eclipse.lsp4j.ConfigurationParams;
import org.eclipse.lsp4j.DidChangeConfigurationParams;
import org.eclipse.lsp4j.DidChangeWatchedFilesCapabilities;
import org.eclipse.lsp4j.DidChangeWatchedFilesParams;
import org.eclipse.lsp4j.DidChangeWatchedFilesRegistrationOptions;
import org.eclipse.lsp4j.DidChangeWorkspaceFoldersParams;
import org.eclipse.lsp4j.FileSystemWatcher;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.Registration;
import org.eclipse.lsp4j.RegistrationParams;
import org.eclipse.lsp4j.RenameOptions;
import org.eclipse.lsp4j.SemanticTokensWithRegistrationOptions;
import org.eclipse.lsp4j.ServerCapabilities;
import org.eclipse.lsp4j.ServerInfo;
import org.eclipse.lsp4j.TextDocumentClientCapabilities;
import org.eclipse.lsp4j.TextDocumentSyncKind;
import org.eclipse.lsp4j.WorkspaceClientCapabilities;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.eclipse.lsp4j.WorkspaceFoldersOptions;
import org.eclipse.lsp4j.WorkspaceServerCapabilities;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageClientAware;
import org.eclipse.lsp4j.services.LanguageServer;
import org.eclipse.lsp4j.services.TextDocumentService;
import org.eclipse.lsp4j.services.WorkspaceService;

/** The life cycle of a conversation: what the server can do, the folders of the client, its settings, the end. */
final class SetupLanguageServer implements LanguageServer, LanguageClientAware, WorkspaceService, AutoCloseable {
    private static final String SECTION = "vmcsmith";

    private final Folders folders = new Folders();
    private final Settings settings = new Settings();
    private final OpenDocuments documents = new OpenDocuments(settings);
    private final Diagnostics diagnostics = new Diagnostics(documents, settings);
    private final SetupDocumentService service = new SetupDocumentService(documents, diagnostics, settings, folders);
    private LanguageClient client;
    private ClientCapabilities clientCan = new ClientCapabilities();
    private volatile boolean shutDown;
    private Runnable atExit = () -> { };

    @Override
    public void connect(LanguageClient theClient) {
        client = theClient;
        diagnostics.connect(theClient);
    }

    void whenExit(Runnable action) {
        atExit = action;
    }

    boolean isShutDown() {
        return shutDown;
    }

    @Override
    public CompletableFuture<InitializeResult> initialize(InitializeParams params) {
        if (params.getWorkspaceFolders() != null) {
            params.getWorkspaceFolders().forEach(folder -> folders.add(folder.getUri()));
        }
        if (params.getInitializationOptions() instanceof JsonObject options) {
            settings.read(options);
        }
        if (params.getCapabilities() != null) {
            clientCan = params.getCapabilities();
        }
        service.snippets(Optional.of(clientCan).map(ClientCapabilities::getTextDocument).map(TextDocumentClientCapabilities::getCompletion)
                .map(CompletionCapabilities::getCompletionItem).map(CompletionItemCapabilities::getSnippetSupport).orElse(false));
        endWith(params.getProcessId());
        return CompletableFuture.completedFuture(new InitializeResult(capabilities(), new ServerInfo("VMCSmith")));
    }

    /** A client that dies may leave its end of the pipe to a child process, so its end is watched for too. */
    private void endWith(Integer processId) {
        if (processId != null) {
            ProcessHandle.of(processId).ifPresent(process -> process.onExit().thenRun(this::exit));
        }
    }

    /** Asks to be told when setups change on disk: imported ones need not be open. */
    @Override
    public void initialized(InitializedParams params) {
        boolean possible = Optional.of(clientCan).map(ClientCapabilities::getWorkspace)
                .map(WorkspaceClientCapabilities::getDidChangeWatchedFiles).map(DidChangeWatchedFilesCapabilities::getDynamicRegistration)
                .orElse(false);
        if (possible) {
            client.registerCapability(new RegistrationParams(List.of(new Registration("setups", "workspace/didChangeWatchedFiles",
                    new DidChangeWatchedFilesRegistrationOptions(List.of(new FileSystemWatcher(Either.forLeft("**/*.hv"))))))));
        }
    }

    private static ServerCapabilities capabilities() {
        ServerCapabilities can = new ServerCapabilities();
        can.setTextDocumentSync(TextDocumentSyncKind.Incremental);
        can.setCompletionProvider(new CompletionOptions(false, List.of(".", "#")));
        can.setHoverProvider(true);
        can.setDefinitionProvider(true);
        can.setReferencesProvider(true);
        can.setDocumentHighlightProvider(true);
        can.setDocumentSymbolProvider(true);
        can.setCodeActionProvider(true);
        can.setDocumentFormattingProvider(true);
        can.setRenameProvider(new RenameOptions(true));
        can.setFoldingRangeProvider(true);
        can.setInlayHintProvider(true);
        can.setSemanticTokensProvider(new SemanticTokensWithRegistrationOptions(SemanticColours.LEGEND, true));
        WorkspaceFoldersOptions several = new WorkspaceFoldersOptions();
        several.setSupported(true);
        several.setChangeNotifications(true);
        can.setWorkspace(new WorkspaceServerCapabilities(several));
        return can;
    }

    @Override
    public CompletableFuture<Object> shutdown() {
        shutDown = true;
        diagnostics.close();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void exit() {
        atExit.run();
    }

    @Override
    public TextDocumentService getTextDocumentService() {
        return service;
    }

    @Override
    public WorkspaceService getWorkspaceService() {
        return this;
    }

    @Override
    public void didChangeConfiguration(DidChangeConfigurationParams params) {
        if (params.getSettings() instanceof JsonObject all) {
            read(all.get(SECTION) instanceof JsonObject own ? own : all);
        } else if (Optional.of(clientCan).map(ClientCapabilities::getWorkspace).map(WorkspaceClientCapabilities::getConfiguration).orElse(false)) {
            ConfigurationItem wanted = new ConfigurationItem();
            wanted.setSection(SECTION);
            client.configuration(new ConfigurationParams(List.of(wanted))).thenAccept(answer -> {
                if (answer.getFirst() instanceof JsonObject own) {
                    read(own);
                }
            });
        }
    }

    private void read(JsonObject chosen) {
        settings.read(chosen);
        diagnostics.checkAll();
    }

    @Override
    public void didChangeWatchedFiles(DidChangeWatchedFilesParams params) {
        diagnostics.checkAll();
    }

    @Override
    public void didChangeWorkspaceFolders(DidChangeWorkspaceFoldersParams params) {
        params.getEvent().getRemoved().stream().map(WorkspaceFolder::getUri).forEach(folders::remove);
        params.getEvent().getAdded().stream().map(WorkspaceFolder::getUri).forEach(folders::add);
    }

    @Override
    public void close() {
        diagnostics.close();
        service.close();
    }
}
