// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.lsp4j.CodeActionContext;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DocumentFormattingParams;
import org.eclipse.lsp4j.FormattingOptions;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.RenameParams;
import org.eclipse.lsp4j.ShowMessageRequestParams;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentItem;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.launch.LSPLauncher;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The language server as an editor starts it: {@code ./vmcsmith lsp}, with pipes to its standard input and output. */
class LanguageServerTest {
    private static final int SECONDS = 120;
    private static final String SCRIPT = Checkout.ROOT.resolve("vmcsmith").toString();

    @TempDir
    private Path folder;
    private final Client client = new Client();
    private Process process;
    private LanguageServer server;
    private String address;
    private String text;
    private int version;

    private static final class Client implements LanguageClient {
        private final BlockingQueue<PublishDiagnosticsParams> published = new LinkedBlockingQueue<>();

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

    private Process start(String... command) throws Exception {
        process = new ProcessBuilder(command).directory(folder.toFile()).redirectError(folder.resolve("err.txt").toFile()).start();
        return process;
    }

    private void connect() throws Exception {
        connect(ProcessHandle.current().pid());
    }

    private void connect(long editor) throws Exception {
        start(SCRIPT, "lsp");
        Launcher<LanguageServer> launcher = LSPLauncher.createClientLauncher(client, process.getInputStream(), process.getOutputStream());
        launcher.startListening();
        server = launcher.getRemoteProxy();
        InitializeParams start = new InitializeParams();
        start.setProcessId(Math.toIntExact(editor));
        start.setWorkspaceFolders(List.of(new WorkspaceFolder(folder.toUri().toString(), "test")));
        assertTrue(get(server.initialize(start)).getCapabilities().getHoverProvider().getLeft());
        server.initialized(new InitializedParams());
    }

    private static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(SECONDS, TimeUnit.SECONDS);
    }

    private void open(String content) throws Exception {
        text = content;
        version = 1;
        address = Files.writeString(folder.resolve("setup.hv"), text).toUri().toString();
        server.getTextDocumentService().didOpen(new DidOpenTextDocumentParams(new TextDocumentItem(address, "hv", version, text)));
    }

    private List<Diagnostic> edit(String newText) throws Exception {
        text = newText;
        server.getTextDocumentService().didChange(new DidChangeTextDocumentParams(new VersionedTextDocumentIdentifier(address, ++version),
            List.of(new TextDocumentContentChangeEvent(text))));
        return diagnostics();
    }

    private List<Diagnostic> diagnostics() throws InterruptedException {
        PublishDiagnosticsParams found;
        do {
            found = client.published.poll(SECONDS, TimeUnit.SECONDS);
            assertTrue(found != null, "no diagnostics of version " + version);
        } while (!address.equals(found.getUri()) || found.getVersion() != version);
        return found.getDiagnostics();
    }

    private TextDocumentIdentifier document() {
        return new TextDocumentIdentifier(address);
    }

    /** The place of the cursor {@code ^} in a piece of the text that is written without it. */
    private Position cursor(String marked) {
        int at = text.indexOf(marked.replace("^", ""));
        assertTrue(at >= 0, marked);
        String before = text.substring(0, at + marked.indexOf('^'));
        return new Position((int) before.chars().filter(c -> c == '\n').count(), before.length() - before.lastIndexOf('\n') - 1);
    }

    private int offset(Position position) {
        int start = 0;
        for (int line = 0; line < position.getLine(); line++) {
            start = text.indexOf('\n', start) + 1;
        }
        return start + position.getCharacter();
    }

    private String applied(List<? extends TextEdit> edits) {
        StringBuilder out = new StringBuilder(text);
        edits.stream().sorted((a, b) -> offset(b.getRange().getStart()) - offset(a.getRange().getStart()))
            .forEach(edit -> out.replace(offset(edit.getRange().getStart()), offset(edit.getRange().getEnd()), edit.getNewText()));
        return out.toString();
    }

    private static String walkthrough() throws Exception {
        return Files.readString(Checkout.ROOT.resolve("plugins/dev.vmcsmith.examples/walkthrough/walkthrough.hv"));
    }

    @AfterEach
    void endTheProcess() {
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    void anEditorOpensEditsAndRepairsTheWalkthrough() throws Exception {
        connect();
        String good = walkthrough();
        open(good);
        assertEquals(List.of(), diagnostics());

        Matcher rights = Pattern.compile("(cs\\.access-rights\\s*=\\s*)0x(C09B)").matcher(good);
        assertTrue(rights.find(), "the walkthrough sets cs.access-rights");
        List<Diagnostic> problems = edit(new StringBuilder(good).replace(rights.start(2), rights.end(2), "C09A").toString());
        assertEquals("GUEST_CS_AR_TYPE", problems.getFirst().getCode().getLeft());

        var fix = get(server.getTextDocumentService().codeAction(new CodeActionParams(document(), problems.getFirst().getRange(),
            new CodeActionContext(problems)))).getFirst().getRight();
        assertEquals(good, applied(fix.getEdit().getChanges().get(address)));
        assertEquals(List.of(), edit(good));

        String hover = get(server.getTextDocumentService().hover(new HoverParams(document(), cursor("cs.acc^ess-rights")))).getContents()
            .getRight().getValue();
        assertTrue(hover.contains("0x4816"), hover);

        edit(good.replaceFirst("cs\\.access-rights\\s*=.*", "cs.acc"));
        CompletionItem item = get(server.getTextDocumentService().completion(new CompletionParams(document(), cursor("cs.acc^")))).getLeft()
            .stream().filter(candidate -> candidate.getLabel().equals("cs.access-rights")).findFirst().orElseThrow();
        assertTrue(item.getDocumentation().getRight().getValue().contains("0x4816"), item.toString());

        edit(good.replaceFirst(" {4}cpu {4}\"", "  cpu \""));
        assertEquals(good, applied(get(server.getTextDocumentService().formatting(new DocumentFormattingParams(document(),
            new FormattingOptions(4, true))))));
        end(0);
    }

    @Test
    void renamingChangesTheFileThatImportsTheNameToo() throws Exception {
        Path user = Files.writeString(folder.resolve("user.hv"), "import \"setup.hv\"\nconst SAME = PORT\n");
        connect();
        open("const PORT = 0x3F8\n");
        assertEquals(List.of(), diagnostics());
        WorkspaceEdit edit = get(server.getTextDocumentService().rename(new RenameParams(document(), cursor("const PO^RT"), "COM1")));
        assertEquals("const COM1 = 0x3F8\n", applied(edit.getChanges().get(address)));
        text = Files.readString(user);
        assertEquals("import \"setup.hv\"\nconst SAME = COM1\n", applied(edit.getChanges().get(user.toUri().toString())));
        end(0);
    }

    private void end(int expected) throws Exception {
        get(server.shutdown());
        server.exit();
        assertEnds(expected);
        assertEquals("", Files.readString(folder.resolve("err.txt")));
    }

    private void assertEnds(int expected) throws Exception {
        assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "it did not end");
        assertEquals(expected, process.exitValue());
    }

    @Test
    void itEndsWhenTheEditorGoesAway() throws Exception {
        connect();
        process.getOutputStream().close();
        assertEnds(1);
    }

    @Test
    void itEndsWhenTheEditorDiesThoughItsPipesStayOpen() throws Exception {
        Process editor = new ProcessBuilder("sleep", "600").start();
        connect(editor.pid());
        editor.destroyForcibly();
        assertEnds(1);
    }

    @Test
    void helpAndWrongArgumentsAreAnsweredLikeThoseOfOtherCommands() throws Exception {
        String help = new String(start(SCRIPT, "lsp", "--help").getInputStream().readAllBytes());
        assertEnds(0);
        assertTrue(help.startsWith("Usage: vmcsmith lsp"), help);
        assertEquals("", new String(start(SCRIPT, "lsp", "--port").getInputStream().readAllBytes()));
        assertEnds(2);
        assertEquals("vmcsmith: there is no option or further argument --port; see 'vmcsmith lsp --help'\n",
            Files.readString(folder.resolve("err.txt")));
    }

    @Test
    void inATerminalItSaysWhoIsToStartIt() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script(1) is not installed: apt-get install bsdutils");
        String said = new String(start("/usr/bin/script", "-qec", "'" + SCRIPT + "' lsp", "/dev/null").getInputStream().readAllBytes());
        assertEnds(2);
        assertTrue(said.contains("lsp talks to an editor"), said);
    }
}
