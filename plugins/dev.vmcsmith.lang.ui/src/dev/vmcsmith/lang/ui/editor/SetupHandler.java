// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.editor;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITextSelection;
import org.eclipse.ui.IEditorSite;
import org.eclipse.ui.handlers.HandlerUtil;
import org.eclipse.ui.texteditor.ITextEditor;

/** A command on the setup in the active editor. */
public abstract class SetupHandler extends AbstractHandler {
    @Override
    public final Object execute(ExecutionEvent event) throws ExecutionException {
        if (HandlerUtil.getActiveEditor(event) instanceof ITextEditor editor
                && editor.getSelectionProvider().getSelection() instanceof ITextSelection selection) {
            IDocument document = editor.getDocumentProvider().getDocument(editor.getEditorInput());
            if (document != null) {
                run(editor, document, selection);
            }
        }
        return null;
    }

    /** In the UI thread. */
    protected abstract void run(ITextEditor editor, IDocument document, ITextSelection selection) throws ExecutionException;

    /** Says in the status line why nothing happens. */
    protected static void say(ITextEditor editor, String message) {
        IEditorSite site = (IEditorSite) editor.getSite();
        site.getActionBars().getStatusLineManager().setErrorMessage(message);
        site.getShell().getDisplay().beep();
    }
}
