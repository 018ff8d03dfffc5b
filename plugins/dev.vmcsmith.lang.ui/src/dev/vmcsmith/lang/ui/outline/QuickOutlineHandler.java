// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.outline;

import dev.vmcsmith.lang.ide.outline.OutlineNode;
import dev.vmcsmith.lang.ui.Services;
import dev.vmcsmith.lang.ui.editor.Documents;
import dev.vmcsmith.lang.ui.editor.SetupHandler;
import java.util.List;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.emf.common.util.URI;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITextSelection;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.texteditor.ITextEditor;

/** Opens the outline as a popup in which typing finds an element. */
public class QuickOutlineHandler extends SetupHandler {
    @Override
    protected void run(ITextEditor editor, IDocument document, ITextSelection selection) {
        URI uri = Documents.uri(document);
        String text = document.get();
        Display display = Display.getCurrent();
        Job job = Job.create("Outline", (ICoreRunnable) monitor -> {
            List<OutlineNode> nodes = Services.get().outline(uri, text);
            display.asyncExec(() -> {
                if (editor.getSite().getShell() != null && !editor.getSite().getShell().isDisposed()) {
                    new QuickOutline(editor, nodes, selection.getOffset()).open();
                }
            });
        });
        job.setSystem(true);
        job.schedule();
    }
}
