// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITextSelection;
import org.eclipse.text.edits.InsertEdit;
import org.eclipse.text.edits.MalformedTreeException;
import org.eclipse.text.edits.MultiTextEdit;
import org.eclipse.text.edits.ReplaceEdit;
import org.eclipse.text.edits.TextEdit;
import org.eclipse.ui.handlers.HandlerUtil;
import org.eclipse.ui.texteditor.ITextEditor;

/** Puts {@code //} before every selected line, or takes it away when all of them have it. */
public class ToggleCommentHandler extends AbstractHandler {
    private static final String COMMENT = "//";

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        if (HandlerUtil.getActiveEditor(event) instanceof ITextEditor editor && editor.isEditable()
                && editor.getSelectionProvider().getSelection() instanceof ITextSelection selection) {
            IDocument document = editor.getDocumentProvider().getDocument(editor.getEditorInput());
            try {
                toggle(document, selection.getStartLine(), lastLine(document, selection)).apply(document);
            } catch (MalformedTreeException | BadLocationException e) {
                throw new ExecutionException("The selected lines cannot be changed", e);
            }
        }
        return null;
    }

    /** A selection that ends at the start of a line does not mean that line. */
    private static int lastLine(IDocument document, ITextSelection selection) throws BadLocationException {
        boolean atStart = selection.getEndLine() > selection.getStartLine()
                && document.getLineOffset(selection.getEndLine()) == selection.getOffset() + selection.getLength();
        return atStart ? selection.getEndLine() - 1 : selection.getEndLine();
    }

    static TextEdit toggle(IDocument document, int first, int last) throws BadLocationException {
        boolean all = true;
        int column = Integer.MAX_VALUE;
        for (int line = first; line <= last; line++) {
            String text = line(document, line);
            if (!text.isBlank()) {
                all &= text.stripLeading().startsWith(COMMENT);
                column = Math.min(column, text.length() - text.stripLeading().length());
            }
        }
        MultiTextEdit edits = new MultiTextEdit();
        for (int line = first; line <= last; line++) {
            String text = line(document, line);
            if (text.isBlank()) {
                continue;
            }
            int offset = document.getLineOffset(line);
            if (all) {
                int at = text.indexOf(COMMENT);
                int length = text.startsWith(COMMENT + " ", at) ? COMMENT.length() + 1 : COMMENT.length();
                edits.addChild(new ReplaceEdit(offset + at, length, ""));
            } else {
                edits.addChild(new InsertEdit(offset + column, COMMENT + " "));
            }
        }
        return edits;
    }

    private static String line(IDocument document, int line) throws BadLocationException {
        return document.get(document.getLineOffset(line), document.getLineInformation(line).getLength());
    }
}
