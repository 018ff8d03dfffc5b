// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.format;

import dev.vmcsmith.lang.format.FormatOptions;
import dev.vmcsmith.lang.ide.edit.Edit;
import dev.vmcsmith.lang.ui.Services;
import dev.vmcsmith.lang.ui.editor.DocumentEdits;
import dev.vmcsmith.lang.ui.editor.Documents;
import dev.vmcsmith.lang.ui.editor.SetupHandler;
import dev.vmcsmith.lang.ui.preferences.SetupPreferences;
import java.util.List;
import java.util.Optional;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.emf.common.util.URI;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITextSelection;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.texteditor.ITextEditor;
import org.eclipse.ui.texteditor.ITextEditorExtension2;

/** Lays the whole setup out. Worked out in the background; given up when the text changes meanwhile. */
public class FormatHandler extends SetupHandler {
    @Override
    protected void run(ITextEditor editor, IDocument document, ITextSelection selection) throws ExecutionException {
        if (!(editor instanceof ITextEditorExtension2 changeable) || !changeable.validateEditorInputState()) {
            return;
        }
        String text = document.get();
        URI uri = Documents.uri(document);
        Display display = Display.getCurrent();
        FormatOptions options = SetupPreferences.format();
        Job job = Job.create("Formatting", (ICoreRunnable) monitor -> {
            Optional<String> formatted = Services.get().format(uri, text, options);
            display.asyncExec(() -> show(editor, document, text, formatted));
        });
        job.setSystem(true);
        job.schedule();
    }

    private static void show(ITextEditor editor, IDocument document, String text, Optional<String> formatted) {
        if (formatted.isEmpty()) {
            say(editor, "A setup with syntax errors cannot be formatted");
            return;
        }
        List<Edit> edits = Edit.whiteSpace(text, formatted.get());
        if (!edits.isEmpty() && document.get().equals(text)) {
            try {
                DocumentEdits.apply(document, edits);
            } catch (BadLocationException e) {
                throw new IllegalStateException("edits of a text that has not changed", e);
            }
        }
    }
}
