// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.lsp;

import dev.vmcsmith.lang.ide.facts.Facts;
import dev.vmcsmith.lang.ide.outline.OutlineNode;
import dev.vmcsmith.lang.ide.templates.Template;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionItemKind;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.InsertTextFormat;
import org.eclipse.lsp4j.MarkupContent;
import org.eclipse.lsp4j.MarkupKind;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.SymbolKind;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistEntry;

/** Answers of the services in the words of the protocol. */
final class Answers {
    private Answers() {
    }

    /** @param rank of the proposal among all, best first */
    static CompletionItem completion(TextSnapshot text, int offset, ContentAssistEntry entry, int rank) {
        CompletionItem item = new CompletionItem(entry.getProposal());
        int prefix = entry.getPrefix() == null ? 0 : entry.getPrefix().length();
        item.setTextEdit(Either.forLeft(new TextEdit(text.range(offset - prefix, prefix), entry.getProposal())));
        item.setSortText("%05d".formatted(rank));
        item.setDetail(entry.getDescription());
        if (entry.getDocumentation() != null) {
            item.setDocumentation(new MarkupContent(MarkupKind.MARKDOWN, fromHtml(entry.getDocumentation())));
        }
        item.setKind(switch (String.valueOf(entry.getKind())) {
            case ContentAssistEntry.KIND_FIELD -> CompletionItemKind.Field;
            case ContentAssistEntry.KIND_PROPERTY -> CompletionItemKind.Property;
            case ContentAssistEntry.KIND_ENUM -> CompletionItemKind.EnumMember;
            case ContentAssistEntry.KIND_VARIABLE -> CompletionItemKind.Variable;
            case ContentAssistEntry.KIND_FUNCTION -> CompletionItemKind.Function;
            case ContentAssistEntry.KIND_KEYWORD -> CompletionItemKind.Keyword;
            case ContentAssistEntry.KIND_REFERENCE -> CompletionItemKind.Reference;
            case ContentAssistEntry.KIND_FILE -> CompletionItemKind.File;
            default -> CompletionItemKind.Value;
        });
        return item;
    }

    /**
     * @param typed   what the template takes the place of
     * @param snippet whether its places are to be filled in, or hold their own words
     */
    static CompletionItem template(Range typed, Template template, boolean snippet) {
        CompletionItem item = new CompletionItem(template.name());
        item.setTextEdit(Either.forLeft(new TextEdit(typed, snippet ? template.snippet() : template.plain())));
        item.setInsertTextFormat(snippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText);
        item.setKind(CompletionItemKind.Snippet);
        item.setDetail(template.description());
        item.setSortText("1" + template.name());
        return item;
    }

    /** The documentation of a proposal is HTML of bold text and line breaks. */
    private static String fromHtml(String html) {
        return html.replace("*", "\\*").replace("<b>", "**").replace("</b>", "**").replace("<br>", "  \n");
    }

    private static String escaped(String text) {
        return text.replace("*", "\\*").replace("&", "&amp;").replace("<", "&lt;");
    }

    static MarkupContent markdown(Facts facts) {
        return new MarkupContent(MarkupKind.MARKDOWN, "**" + escaped(facts.title()) + "**"
                + (facts.lines().isEmpty() ? "" : "\n\n" + escaped(String.join("\n", facts.lines())).replace("\n", "  \n")));
    }

    static DocumentSymbol symbol(TextSnapshot text, OutlineNode node) {
        Range whole = text.range(node.offset(), node.length());
        Range name = text.range(node.nameOffset(), node.nameLength());
        SymbolKind kind = switch (node.kind()) {
            case "vmcs", "state" -> SymbolKind.Struct;
            case "const" -> SymbolKind.Constant;
            case "var" -> SymbolKind.Variable;
            case "on" -> SymbolKind.Event;
            case "guest code", "label", "function" -> SymbolKind.Function;
            case "controls" -> SymbolKind.Property;
            case "guest file", "import" -> SymbolKind.File;
            case "machine", "run" -> SymbolKind.Module;
            default -> SymbolKind.Object;
        };
        String label = node.label().isBlank() ? node.kind() : node.label();
        return new DocumentSymbol(label, kind, whole, name, node.kind(), node.children().stream().map(child -> symbol(text, child)).toList());
    }
}
