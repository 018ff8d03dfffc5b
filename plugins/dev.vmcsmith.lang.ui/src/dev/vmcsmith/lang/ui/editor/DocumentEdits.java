// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import dev.vmcsmith.lang.ide.edit.Edit;
import java.util.List;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.IDocument;
import org.eclipse.text.edits.MultiTextEdit;
import org.eclipse.text.edits.ReplaceEdit;
import org.eclipse.text.undo.DocumentUndoManagerRegistry;
import org.eclipse.text.undo.IDocumentUndoManager;

/** Applies edits to a document as one step of its history. */
public final class DocumentEdits {
    private DocumentEdits() {
    }

    /** Only in the UI thread when the document is shown. */
    public static void apply(IDocument document, List<Edit> edits) throws BadLocationException {
        IDocumentUndoManager history = DocumentUndoManagerRegistry.getDocumentUndoManager(document);
        if (history != null) {
            history.beginCompoundChange();
        }
        try {
            textEdit(edits).apply(document);
        } finally {
            if (history != null) {
                history.endCompoundChange();
            }
        }
    }

    /** The same edits as the platform knows them. */
    public static MultiTextEdit textEdit(List<Edit> edits) {
        MultiTextEdit all = new MultiTextEdit();
        edits.forEach(edit -> all.addChild(new ReplaceEdit(edit.offset(), edit.length(), edit.text())));
        return all;
    }
}
