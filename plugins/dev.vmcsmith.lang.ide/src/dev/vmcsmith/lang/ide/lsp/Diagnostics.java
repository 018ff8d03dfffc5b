// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.lsp;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.log4j.Logger;
import org.eclipse.emf.common.util.URI;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DiagnosticSeverity;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.xtext.validation.Issue;

/** Checks open documents shortly after each change and tells the client what is wrong. A check is given up when the text changes again. */
final class Diagnostics {
    private static final int PAUSE_MS = 150;

    private final OpenDocuments documents;
    private final Settings settings;
    private final ScheduledThreadPoolExecutor checks = new ScheduledThreadPoolExecutor(1,
            task -> Thread.ofPlatform().daemon().name("VMCSmith checks").unstarted(task));
    private final Map<URI, Future<?>> waiting = new ConcurrentHashMap<>();
    private volatile LanguageClient client;

    Diagnostics(OpenDocuments documents, Settings settings) {
        this.documents = documents;
        this.settings = settings;
        checks.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void connect(LanguageClient theClient) {
        client = theClient;
    }

    void checkAll() {
        documents.all().forEach(this::schedule);
    }

    /** Checks a document that has changed, and those that may import it. */
    void changed(URI uri) {
        schedule(uri);
        documents.all().stream().filter(other -> !other.equals(uri) && documents.get(other) instanceof TextSnapshot text
                && text.text().contains("import")).forEach(this::schedule);
    }

    private void schedule(URI uri) {
        try {
            Future<?> before = waiting.put(uri, checks.schedule(() -> check(uri), PAUSE_MS, TimeUnit.MILLISECONDS));
            if (before != null) {
                before.cancel(false);
            }
        } catch (RejectedExecutionException e) {
            waiting.remove(uri); // the conversation ends
        }
    }

    private void check(URI uri) {
        TextSnapshot text = documents.get(uri);
        if (text == null) {
            return;
        }
        try {
            List<Issue> issues = documents.services().check(uri, text.text(), settings.checks(), () -> documents.get(uri) != text);
            if (documents.get(uri) == text) {
                client.publishDiagnostics(new PublishDiagnosticsParams(text.address(),
                        issues.stream().map(issue -> diagnostic(text, issue)).toList(), text.version()));
            }
        } catch (RuntimeException e) {
            Logger.getLogger(Diagnostics.class).error(text.address() + " cannot be checked", e);
        }
    }

    private static Diagnostic diagnostic(TextSnapshot text, Issue issue) {
        int offset = issue.getOffset() == null ? 0 : issue.getOffset();
        int length = issue.getLength() == null ? 0 : issue.getLength();
        DiagnosticSeverity severity = switch (issue.getSeverity()) {
            case ERROR -> DiagnosticSeverity.Error;
            case WARNING -> DiagnosticSeverity.Warning;
            default -> DiagnosticSeverity.Information;
        };
        Diagnostic diagnostic = new Diagnostic(text.range(offset, length), issue.getMessage(), severity, "vmcsmith");
        diagnostic.setCode(issue.getCode());
        return diagnostic;
    }

    /** Takes the problems of a document away that is no longer open. */
    void closed(URI uri, String address) {
        client.publishDiagnostics(new PublishDiagnosticsParams(address, List.of()));
        changed(uri);
        waiting.remove(uri);
    }

    /** A check that runs is not interrupted: it may be writing to the client. */
    void close() {
        checks.shutdown();
    }
}
