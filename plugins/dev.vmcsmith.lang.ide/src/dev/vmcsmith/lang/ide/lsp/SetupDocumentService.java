// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.lsp;

import dev.vmcsmith.lang.ide.EditorServices;
import dev.vmcsmith.lang.ide.edit.Edit;
import dev.vmcsmith.lang.ide.fixes.QuickFix;
import dev.vmcsmith.lang.ide.folding.Folding;
import dev.vmcsmith.lang.ide.minings.LastRun;
import dev.vmcsmith.lang.ide.references.Occurrence;
import dev.vmcsmith.lang.ide.references.Renaming;
import dev.vmcsmith.lang.ide.templates.Templates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import org.eclipse.emf.common.util.URI;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionKind;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.Command;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionList;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DefinitionParams;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DidSaveTextDocumentParams;
import org.eclipse.lsp4j.DocumentFormattingParams;
import org.eclipse.lsp4j.DocumentHighlight;
import org.eclipse.lsp4j.DocumentHighlightKind;
import org.eclipse.lsp4j.DocumentHighlightParams;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.FoldingRange;
import org.eclipse.lsp4j.FoldingRangeKind;
import org.eclipse.lsp4j.FoldingRangeRequestParams;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.InlayHint;
import org.eclipse.lsp4j.InlayHintParams;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.LocationLink;
import org.eclipse.lsp4j.PrepareRenameDefaultBehavior;
import org.eclipse.lsp4j.PrepareRenameParams;
import org.eclipse.lsp4j.PrepareRenameResult;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.ReferenceParams;
import org.eclipse.lsp4j.RenameParams;
import org.eclipse.lsp4j.SemanticTokens;
import org.eclipse.lsp4j.SemanticTokensParams;
import org.eclipse.lsp4j.SymbolInformation;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentPositionParams;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.messages.Either3;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.eclipse.lsp4j.services.TextDocumentService;

/** The requests on documents: each answered for the text at the moment it came, in a thread of its own. */
final class SetupDocumentService implements TextDocumentService {
    private final OpenDocuments documents;
    private final Diagnostics diagnostics;
    private final Settings settings;
    private final Folders folders;
    private volatile boolean snippets;
    private final ExecutorService answers = Executors.newVirtualThreadPerTaskExecutor();

    SetupDocumentService(OpenDocuments documents, Diagnostics diagnostics, Settings settings, Folders folders) {
        this.documents = documents;
        this.diagnostics = diagnostics;
        this.settings = settings;
        this.folders = folders;
    }

    /** Whether the client lets the user fill in the places of a template. */
    void snippets(boolean understood) {
        snippets = understood;
    }

    void close() {
        answers.shutdown();
    }

    // ---- documents -----------------------------------------------------------------------------------------------------------------

    @Override
    public void didOpen(DidOpenTextDocumentParams params) {
        String address = params.getTextDocument().getUri();
        URI uri = OpenDocuments.uri(address);
        documents.open(uri, address, params.getTextDocument().getText(), params.getTextDocument().getVersion());
        diagnostics.changed(uri);
    }

    @Override
    public void didChange(DidChangeTextDocumentParams params) {
        URI uri = OpenDocuments.uri(params.getTextDocument().getUri());
        documents.change(uri, params.getContentChanges(), params.getTextDocument().getVersion());
        diagnostics.changed(uri);
    }

    @Override
    public void didClose(DidCloseTextDocumentParams params) {
        URI uri = OpenDocuments.uri(params.getTextDocument().getUri());
        documents.close(uri);
        diagnostics.closed(uri, params.getTextDocument().getUri());
    }

    @Override
    public void didSave(DidSaveTextDocumentParams params) {
        diagnostics.checkAll();
    }

    /** Answers with nothing for a document that is not open. */
    private <T> CompletableFuture<T> answer(TextDocumentIdentifier document, T nothing, BiFunction<URI, TextSnapshot, T> service) {
        URI uri = OpenDocuments.uri(document.getUri());
        TextSnapshot text = documents.get(uri);
        return text == null ? CompletableFuture.completedFuture(nothing) : CompletableFuture.supplyAsync(() -> service.apply(uri, text), answers);
    }

    private EditorServices services() {
        return documents.services();
    }

    private static int offset(TextDocumentPositionParams params, TextSnapshot text) {
        return text.offset(params.getPosition());
    }

    // ---- at a place ----------------------------------------------------------------------------------------------------------------

    @Override
    public CompletableFuture<Either<List<CompletionItem>, CompletionList>> completion(CompletionParams params) {
        return answer(params.getTextDocument(), Either.forLeft(List.of()), (uri, text) -> {
            int offset = offset(params, text);
            List<CompletionItem> items = new ArrayList<>();
            services().complete(uri, text.text(), offset).forEach(entry -> items.add(Answers.completion(text, offset, entry, items.size())));
            Templates.start(text.text(), offset).ifPresent(start -> Templates.elements().stream()
                    .filter(template -> template.name().startsWith(text.text().substring(start, offset)))
                    .forEach(template -> items.add(Answers.template(text.range(start, offset - start), template, snippets))));
            return Either.forLeft(items);
        });
    }

    @Override
    public CompletableFuture<Hover> hover(HoverParams params) {
        return answer(params.getTextDocument(), null, (uri, text) -> services().hover(uri, text.text(), offset(params, text))
                .map(hover -> new Hover(Answers.markdown(hover.facts()), text.range(hover.offset(), hover.length()))).orElse(null));
    }

    @Override
    public CompletableFuture<Either<List<? extends Location>, List<? extends LocationLink>>> definition(DefinitionParams params) {
        return answer(params.getTextDocument(), Either.forLeft(List.of()), (uri, text) -> Either.forLeft(
                services().definition(uri, text.text(), offset(params, text))
                        .map(found -> location(uri, text, found.file(), found.offset(), found.length())).stream().toList()));
    }

    private Location location(URI uri, TextSnapshot text, URI file, int offset, int length) {
        TextSnapshot in = text(uri, text, file);
        return new Location(in.address(), in.range(offset, length));
    }

    /** The text of a file that an answer is about: that of the document of the request is the one which the answer is for. */
    private TextSnapshot text(URI uri, TextSnapshot text, URI file) {
        return file.equals(uri) ? text : documents.read(file);
    }

    @Override
    public CompletableFuture<List<? extends Location>> references(ReferenceParams params) {
        return answer(params.getTextDocument(), List.of(), (uri, text) -> services()
                .references(uri, text.text(), offset(params, text), folders.around(uri)).stream()
                .filter(place -> params.getContext() == null || params.getContext().isIncludeDeclaration() || !place.definition())
                .map(place -> location(uri, text, place.file(), place.offset(), place.length())).toList());
    }

    @Override
    public CompletableFuture<List<? extends DocumentHighlight>> documentHighlight(DocumentHighlightParams params) {
        return answer(params.getTextDocument(), List.of(), (uri, text) -> services().occurrences(uri, text.text(), offset(params, text)).stream()
                .map(place -> new DocumentHighlight(text.range(place.offset(), place.length()),
                        place.write() ? DocumentHighlightKind.Write : DocumentHighlightKind.Read)).toList());
    }

    // ---- rename --------------------------------------------------------------------------------------------------------------------

    @Override
    public CompletableFuture<Either3<Range, PrepareRenameResult, PrepareRenameDefaultBehavior>> prepareRename(PrepareRenameParams params) {
        return answer(params.getTextDocument(), null, (uri, text) -> {
            int offset = offset(params, text);
            return services().occurrences(uri, text.text(), offset).stream().filter(place -> place.offset() <= offset && offset <= place.end())
                    .findFirst().map(place -> Either3.<Range, PrepareRenameResult, PrepareRenameDefaultBehavior>forSecond(
                            new PrepareRenameResult(text.range(place.offset(), place.length()), name(text, place)))).orElse(null);
        });
    }

    private static String name(TextSnapshot text, Occurrence place) {
        return text.text().substring(place.offset(), place.end());
    }

    @Override
    public CompletableFuture<WorkspaceEdit> rename(RenameParams params) {
        return answer(params.getTextDocument(), null, (uri, text) -> {
            Renaming renaming = services().rename(uri, text.text(), offset(params, text), params.getNewName(), folders.around(uri));
            if (!renaming.problems().isEmpty()) {
                throw new ResponseErrorException(new ResponseError(ResponseErrorCode.InvalidParams, renaming.problems().getFirst(), null));
            }
            Map<String, List<TextEdit>> changes = new HashMap<>();
            renaming.edits().forEach((file, edits) -> {
                TextSnapshot in = text(uri, text, file);
                changes.put(in.address(), in.edits(edits));
            });
            return new WorkspaceEdit(changes);
        });
    }

    // ---- the whole document --------------------------------------------------------------------------------------------------------

    @Override
    public CompletableFuture<List<Either<SymbolInformation, DocumentSymbol>>> documentSymbol(DocumentSymbolParams params) {
        return answer(params.getTextDocument(), List.of(), (uri, text) -> services().outline(uri, text.text()).stream()
                .map(node -> Either.<SymbolInformation, DocumentSymbol>forRight(Answers.symbol(text, node))).toList());
    }

    @Override
    public CompletableFuture<List<Either<Command, CodeAction>>> codeAction(CodeActionParams params) {
        return answer(params.getTextDocument(), List.of(), (uri, text) -> {
            List<Either<Command, CodeAction>> actions = new ArrayList<>();
            List<String> wanted = params.getContext().getOnly();
            if (wanted != null && wanted.stream().noneMatch(CodeActionKind.QuickFix::startsWith)) {
                return actions;
            }
            for (Diagnostic problem : params.getContext().getDiagnostics()) {
                int start = text.offset(problem.getRange().getStart());
                String code = problem.getCode() != null && problem.getCode().isLeft() ? problem.getCode().getLeft() : null;
                services().fixes(uri, text.text(), code, start, text.offset(problem.getRange().getEnd()) - start)
                        .forEach(fix -> actions.add(Either.forRight(action(text, problem, fix))));
            }
            return actions;
        });
    }

    private static CodeAction action(TextSnapshot text, Diagnostic problem, QuickFix fix) {
        CodeAction action = new CodeAction(fix.label());
        action.setKind(CodeActionKind.QuickFix);
        action.setDiagnostics(List.of(problem));
        action.setEdit(new WorkspaceEdit(Map.of(text.address(), text.edits(fix.edits()))));
        return action;
    }

    @Override
    public CompletableFuture<List<? extends TextEdit>> formatting(DocumentFormattingParams params) {
        return answer(params.getTextDocument(), List.of(), (uri, text) -> services()
                .format(uri, text.text(), settings.format(params.getOptions().getTabSize(), params.getOptions().isInsertSpaces()))
                .map(formatted -> text.edits(Edit.whiteSpace(text.text(), formatted))).orElse(List.of()));
    }

    @Override
    public CompletableFuture<List<FoldingRange>> foldingRange(FoldingRangeRequestParams params) {
        return answer(params.getTextDocument(), List.of(), (uri, text) -> Folding.of(text.text()).stream().map(fold -> {
            FoldingRange range = new FoldingRange(fold.first(), fold.last());
            range.setKind(fold.comment() ? FoldingRangeKind.Comment : FoldingRangeKind.Region);
            return range;
        }).toList());
    }

    @Override
    public CompletableFuture<SemanticTokens> semanticTokensFull(SemanticTokensParams params) {
        return answer(params.getTextDocument(), new SemanticTokens(List.of()), (uri, text) -> SemanticColours.of(text));
    }

    @Override
    public CompletableFuture<List<InlayHint>> inlayHint(InlayHintParams params) {
        return answer(params.getTextDocument(), List.of(), (uri, text) -> services().minings(uri, text.text(), LastRun.NONE).stream().map(mining -> {
            InlayHint hint = new InlayHint(text.lineEnd(mining.offset()), Either.forLeft(mining.text()));
            hint.setPaddingLeft(true);
            return hint;
        }).filter(hint -> hint.getPosition().getLine() >= params.getRange().getStart().getLine()
                && hint.getPosition().getLine() <= params.getRange().getEnd().getLine()).toList());
    }
}
