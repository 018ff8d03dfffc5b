// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.references;

import dev.vmcsmith.lang.ui.editor.Documents;
import dev.vmcsmith.lang.ui.editor.SetupHandler;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITextSelection;
import org.eclipse.search.ui.NewSearchUI;
import org.eclipse.ui.texteditor.ITextEditor;

/** Lists every place of the name at the cursor in the Search view. */
public class FindReferencesHandler extends SetupHandler {
    @Override
    protected void run(ITextEditor editor, IDocument document, ITextSelection selection) {
        NewSearchUI.runQueryInBackground(new ReferencesQuery(Documents.file(document), Documents.uri(document), document.get(),
                selection.getOffset()));
    }
}
