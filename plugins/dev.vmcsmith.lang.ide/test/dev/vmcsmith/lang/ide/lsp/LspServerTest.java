// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.lsp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.vmcsmith.lang.ide.Marked;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.ClientCapabilities;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionContext;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.CompletionCapabilities;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionItemCapabilities;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DefinitionParams;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DiagnosticSeverity;
import org.eclipse.lsp4j.DidChangeConfigurationParams;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidChangeWatchedFilesCapabilities;
import org.eclipse.lsp4j.DidChangeWatchedFilesParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DocumentFormattingParams;
import org.eclipse.lsp4j.DocumentHighlightParams;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.FileChangeType;
import org.eclipse.lsp4j.FileEvent;
import org.eclipse.lsp4j.FoldingRangeRequestParams;
import org.eclipse.lsp4j.FormattingOptions;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.InlayHintParams;
import org.eclipse.lsp4j.InsertTextFormat;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.PrepareRenameParams;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.ReferenceContext;
import org.eclipse.lsp4j.ReferenceParams;
import org.eclipse.lsp4j.RegistrationParams;
import org.eclipse.lsp4j.RenameParams;
import org.eclipse.lsp4j.SemanticTokensParams;
import org.eclipse.lsp4j.ShowMessageRequestParams;
import org.eclipse.lsp4j.TextDocumentClientCapabilities;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentItem;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.WorkspaceClientCapabilities;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.launch.LSPLauncher;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server and a client, with pipes between them. */
class LspServerTest {
    private static final int SECONDS = 60;

    @TempDir
    private Path folder;
    private final Client client = new Client();
    private LanguageServer server;
    private CompletableFuture<Integer> exitCode;
    private String address;
    private String text = Marked.SETUP;

    private static final class Client implements LanguageClient {
        private final BlockingQueue<PublishDiagnosticsParams> published = new LinkedBlockingQueue<>();
        private final CompletableFuture<RegistrationParams> registered = new CompletableFuture<>();

        @Override
        public CompletableFuture<Void> registerCapability(RegistrationParams registration) {
            registered.complete(registration);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void publishDiagnostics(PublishDiagnosticsParams diagnostics) {
            published.add(diagnostics);
        }

        @Override
        public void telemetryEvent(Object object) {
            // none is sent
        }

        @Override
        public void showMessage(MessageParams message) {
            // none is sent
        }

        @Override
        public CompletableFuture<MessageActionItem> showMessageRequest(ShowMessageRequestParams request) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void logMessage(MessageParams message) {
            // none is sent
        }
    }

    @BeforeEach
    void connect() throws Exception {
        // Pipes of the system: those of java.io break when the thread that wrote last has ended, as threads that answer do.
        Pipe toServer = Pipe.open();
        Pipe toClient = Pipe.open();
        exitCode = CompletableFuture.supplyAsync(() -> LspServer.serve(Channels.newInputStream(toServer.source()),
                Channels.newOutputStream(toClient.sink())));
        Launcher<LanguageServer> launcher = LSPLauncher.createClientLauncher(client, Channels.newInputStream(toClient.source()),
                Channels.newOutputStream(toServer.sink()));
        launcher.startListening();
        server = launcher.getRemoteProxy();
        Path file = Files.writeString(folder.resolve("test.hv"), text);
        address = file.toUri().toString();
        InitializeParams start = new InitializeParams();
        start.setCapabilities(capabilities());
        start.setWorkspaceFolders(List.of(new WorkspaceFolder(folder.toUri().toString(), "test")));
        assertTrue(server.initialize(start).get(SECONDS, TimeUnit.SECONDS).getCapabilities().getHoverProvider().getLeft());
        server.initialized(new InitializedParams());
        open(address, text);
        assertEquals(List.of(), diagnostics(1));
    }

    private static ClientCapabilities capabilities() {
        TextDocumentClientCapabilities documents = new TextDocumentClientCapabilities();
        documents.setCompletion(new CompletionCapabilities(new CompletionItemCapabilities(true)));
        WorkspaceClientCapabilities workspace = new WorkspaceClientCapabilities();
        workspace.setDidChangeWatchedFiles(new DidChangeWatchedFilesCapabilities(true));
        return new ClientCapabilities(workspace, documents, null);
    }

    private void open(String which, String content) {
        server.getTextDocumentService().didOpen(new DidOpenTextDocumentParams(new TextDocumentItem(which, "hv", 1, content)));
    }

    @AfterEach
    void endTheConversation() throws Exception {
        server.shutdown().get(SECONDS, TimeUnit.SECONDS);
        server.exit();
        assertEquals(0, exitCode.get(SECONDS, TimeUnit.SECONDS));
    }

    /** The diagnostics of a version of the document, when they come. */
    private List<Diagnostic> diagnostics(int version) throws InterruptedException {
        return diagnostics(address, version);
    }

    private List<Diagnostic> diagnostics(String of, int version) throws InterruptedException {
        PublishDiagnosticsParams found = client.published.poll(SECONDS, TimeUnit.SECONDS);
        while (found != null && (found.getVersion() == null || found.getVersion() != version || !found.getUri().equals(of))) {
            found = client.published.poll(SECONDS, TimeUnit.SECONDS);
        }
        assertTrue(found != null, "no diagnostics of version " + version);
        return found.getDiagnostics();
    }

    private Position position(String marked) {
        int offset = text.indexOf(marked.replace("^", "")) + marked.indexOf('^');
        String before = text.substring(0, offset);
        return new Position((int) before.chars().filter(c -> c == '\n').count(), offset - before.lastIndexOf('\n') - 1);
    }

    private TextDocumentIdentifier document() {
        return new TextDocumentIdentifier(address);
    }

    private List<Diagnostic> replace(String old, String replacement, int version) throws InterruptedException {
        Position start = position("^" + old);
        Position end = position(old + "^");
        text = text.replace(old, replacement);
        server.getTextDocumentService().didChange(new DidChangeTextDocumentParams(new VersionedTextDocumentIdentifier(address, version),
                List.of(new TextDocumentContentChangeEvent(new Range(start, end), replacement))));
        return diagnostics(version);
    }

    private static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(SECONDS, TimeUnit.SECONDS);
    }

    private String applied(List<? extends TextEdit> edits) {
        TextSnapshot snapshot = new TextSnapshot(address, text, 0);
        StringBuilder out = new StringBuilder(text);
        edits.stream().sorted((a, b) -> snapshot.offset(b.getRange().getStart()) - snapshot.offset(a.getRange().getStart()))
                .forEach(edit -> out.replace(snapshot.offset(edit.getRange().getStart()), snapshot.offset(edit.getRange().getEnd()),
                        edit.getNewText()));
        return out.toString();
    }

    @Test
    void anEditIsCheckedAndItsProblemHasACodeActionThatRepairsIt() throws Exception {
        List<Diagnostic> problems = replace("0xC09B", "0xC09A", 2);
        assertEquals("GUEST_CS_AR_TYPE", problems.getFirst().getCode().getLeft());
        assertEquals(DiagnosticSeverity.Error, problems.getFirst().getSeverity());
        assertEquals(position("cs.access-rights = ^0xC09A"), problems.getFirst().getRange().getStart());
        CodeAction action = get(server.getTextDocumentService().codeAction(new CodeActionParams(document(), problems.getFirst().getRange(),
                new CodeActionContext(problems)))).getFirst().getRight();
        assertEquals("Set guest.cs.access-rights to 0x0000C09B", action.getTitle());
        assertEquals(Marked.SETUP, applied(action.getEdit().getChanges().get(address)));
    }

    @Test
    void theSettingsOfTheClientDecideAboutLevels() throws Exception {
        replace("0xC09B", "0xC09A", 2);
        server.getWorkspaceService().didChangeConfiguration(new DidChangeConfigurationParams(
                JsonParser.parseString("{\"vmcsmith\": {\"severities\": {\"GUEST_CS_AR_TYPE\": \"warning\"}}}")));
        assertEquals(DiagnosticSeverity.Warning, diagnostics(2).getFirst().getSeverity());
        server.getWorkspaceService().didChangeConfiguration(new DidChangeConfigurationParams(
                JsonParser.parseString("{\"severities\": {\"GUEST_CS_AR_TYPE\": \"ignore\"}}")));
        assertEquals(List.of(), diagnostics(2));
        server.getWorkspaceService().didChangeConfiguration(new DidChangeConfigurationParams(new JsonObject()));
        assertEquals(DiagnosticSeverity.Error, diagnostics(2).getFirst().getSeverity());
    }

    @Test
    void completionOffersNamesWithDocumentationAndTemplates() throws Exception {
        replace("cs.access-rights = 0xC09B", "cs.acc", 2);
        List<CompletionItem> items = get(server.getTextDocumentService().completion(new CompletionParams(document(), position("cs.acc^"))))
                .getLeft();
        CompletionItem item = items.stream().filter(i -> i.getLabel().equals("cs.access-rights")).findFirst().orElseThrow();
        assertTrue(item.getDocumentation().getRight().getValue().contains("0x4816"), item.toString());
        assertEquals("cs.access-rights", item.getTextEdit().getLeft().getNewText());
        assertEquals(position("^cs.acc"), item.getTextEdit().getLeft().getRange().getStart());
        List<CompletionItem> atStart = get(server.getTextDocumentService().completion(new CompletionParams(document(), position("^vmcs Guest"))))
                .getLeft();
        CompletionItem template = atStart.stream().filter(i -> i.getInsertTextFormat() == InsertTextFormat.Snippet
                && i.getLabel().equals("vmcs")).findFirst().orElseThrow();
        assertTrue(template.getTextEdit().getLeft().getNewText().contains("${1:Guest}"), template.toString());
    }

    @Test
    void hoverDefinitionHighlightsAndReferencesKnowTheName() throws Exception {
        String hover = get(server.getTextDocumentService().hover(new HoverParams(document(), position("cs.acc^ess-rights")))).getContents()
                .getRight().getValue();
        assertTrue(hover.contains("Guest CS access rights") && hover.contains("0x4816"), hover);
        Location definition = get(server.getTextDocumentService().definition(new DefinitionParams(document(), position("rip = Ma^in"))))
                .getLeft().getFirst();
        assertEquals(position("guest code ^Main"), definition.getRange().getStart());
        assertEquals(3, get(server.getTextDocumentService().documentHighlight(new DocumentHighlightParams(document(),
                position("const ST^OP")))).size());
        assertEquals(2, get(server.getTextDocumentService().references(new ReferenceParams(document(), position("const ST^OP"),
                new ReferenceContext(false)))).size());
    }

    @Test
    void renameChangesTheNameInEveryFileOfTheFolderOrSaysWhyNot() throws Exception {
        Path other = Files.writeString(folder.resolve("other.hv"), "import \"test.hv\"\nconst MORE = STOP + 1\n");
        assertEquals("STOP", get(server.getTextDocumentService().prepareRename(new PrepareRenameParams(document(), position("const ST^OP"))))
                .getSecond().getPlaceholder());
        WorkspaceEdit edit = get(server.getTextDocumentService().rename(new RenameParams(document(), position("const ST^OP"), "BYE")));
        assertEquals(Marked.SETUP.replace("STOP", "BYE"), applied(edit.getChanges().get(address)));
        TextEdit elsewhere = edit.getChanges().get(other.toUri().toString()).getFirst();
        assertEquals(new Range(new Position(1, 13), new Position(1, 17)), elsewhere.getRange());
        assertEquals("BYE", elsewhere.getNewText());
        ExecutionException refused = assertThrows(ExecutionException.class,
                () -> get(server.getTextDocumentService().rename(new RenameParams(document(), position("const ST^OP"), "Main"))));
        assertTrue(refused.getMessage().contains("is taken"), refused.getMessage());
    }

    @Test
    void formattingGivesBackTheLayout() throws Exception {
        replace("    primary   { hlt-exiting }", "primary{hlt-exiting}", 2);
        List<? extends TextEdit> edits = get(server.getTextDocumentService().formatting(new DocumentFormattingParams(document(),
                new FormattingOptions(4, true))));
        assertEquals(Marked.SETUP.replace("STOP =", "STOP  ="), applied(edits));
    }

    @Test
    void symbolsFoldsColoursAndHintsDescribeTheDocument() throws Exception {
        List<String> names = get(server.getTextDocumentService().documentSymbol(new DocumentSymbolParams(document()))).stream()
                .map(symbol -> symbol.getRight().getName()).toList();
        assertTrue(names.contains("on Guest exit vmcall") && names.contains("Guest"), names.toString());
        int vmcs = position("^vmcs Guest").getLine();
        assertTrue(get(server.getTextDocumentService().foldingRange(new FoldingRangeRequestParams(document()))).stream()
                .anyMatch(fold -> fold.getStartLine() == vmcs));
        List<Integer> tokens = get(server.getTextDocumentService().semanticTokensFull(new SemanticTokensParams(document()))).getData();
        assertEquals(0, tokens.size() % 5);
        assertEquals(List.of(0, 0, "machine".length(), SemanticColours.LEGEND.getTokenTypes().indexOf("keyword"), 0), tokens.subList(0, 5));
        List<String> hints = get(server.getTextDocumentService().inlayHint(new InlayHintParams(document(),
                new Range(new Position(0, 0), new Position(100, 0))))).stream().map(hint -> hint.getLabel().getLeft()).toList();
        assertTrue(hints.contains("= 0x535654"), hints.toString());
    }

    @Test
    void aDocumentThatIsClosedHasNoDiagnosticsAndNoAnswers() throws Exception {
        replace("0xC09B", "0xC09A", 2);
        server.getTextDocumentService().didClose(new DidCloseTextDocumentParams(document()));
        PublishDiagnosticsParams last = client.published.poll(SECONDS, TimeUnit.SECONDS);
        assertEquals(List.of(), last.getDiagnostics());
        assertFalse(last.getUri().isEmpty());
        assertEquals(null, get(server.getTextDocumentService().hover(new HoverParams(document(), new Position(0, 0)))));
    }

    @Test
    void anUnusualAddressMakesNoRequestFail() throws Exception {
        open("untitled:Untitled-1", text);
        assertInstanceOf(List.class, get(server.getTextDocumentService().foldingRange(new FoldingRangeRequestParams(
                new TextDocumentIdentifier("untitled:Untitled-1")))));
        assertTrue(get(server.getTextDocumentService().hover(new HoverParams(new TextDocumentIdentifier("untitled:Untitled-1"),
                position("cs.acc^ess-rights")))) != null);
    }

    @Test
    void whatAnotherFileNamesFollowsThatFileBeforeItIsSavedAndWhenItChangesOnDisk() throws Exception {
        Path ports = Files.writeString(folder.resolve("ports.hv"), "const COM1 = 0x3F8\n");
        String user = folder.resolve("user.hv").toUri().toString();
        open(user, "import \"ports.hv\"\nconst SAME = COM1\n");
        assertEquals(List.of(), diagnostics(user, 1));
        Location definition = get(server.getTextDocumentService().definition(new DefinitionParams(new TextDocumentIdentifier(user),
                new Position(1, 15)))).getLeft().getFirst();
        assertEquals(new Location(ports.toUri().toString(), new Range(new Position(0, 6), new Position(0, 10))), definition);
        Location imported = get(server.getTextDocumentService().definition(new DefinitionParams(new TextDocumentIdentifier(user),
                new Position(0, 10)))).getLeft().getFirst();
        assertEquals(new Location(ports.toUri().toString(), new Range(new Position(0, 0), new Position(0, 0))), imported);
        open(ports.toUri().toString(), "const COM2 = 0x2F8\n");
        assertEquals("UNKNOWN_NAME", diagnostics(user, 1).getFirst().getCode().getLeft());
        server.getTextDocumentService().didClose(new DidCloseTextDocumentParams(new TextDocumentIdentifier(ports.toUri().toString())));
        assertEquals(List.of(), diagnostics(user, 1));
        assertEquals("workspace/didChangeWatchedFiles", get(client.registered).getRegistrations().getFirst().getMethod());
        Files.writeString(ports, "const COM3 = 0x3E8\n");
        server.getWorkspaceService().didChangeWatchedFiles(new DidChangeWatchedFilesParams(List.of(
                new FileEvent(ports.toUri().toString(), FileChangeType.Changed))));
        assertEquals("UNKNOWN_NAME", diagnostics(user, 1).getFirst().getCode().getLeft());
    }
}
