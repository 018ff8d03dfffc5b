// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.outline;

import dev.vmcsmith.lang.ide.outline.OutlineNode;
import dev.vmcsmith.lang.ui.Services;
import dev.vmcsmith.lang.ui.editor.Documents;
import java.util.List;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.IJobFunction;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.jface.text.DocumentEvent;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.IDocumentListener;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.ui.texteditor.ITextEditor;
import org.eclipse.ui.views.contentoutline.ContentOutlinePage;

/** The elements of the setup in an editor; made anew in the background after each pause in typing. */
final class OutlinePage extends ContentOutlinePage implements IDocumentListener {
    private static final int PAUSE_MS = 300;

    private final ITextEditor editor;
    private final Job refresh = Job.create("Outline", (IJobFunction) monitor -> refresh());
    private IDocument document;

    OutlinePage(ITextEditor editor) {
        this.editor = editor;
        refresh.setSystem(true);
    }

    @Override
    public void createControl(Composite parent) {
        super.createControl(parent);
        TreeViewer viewer = getTreeViewer();
        viewer.setContentProvider(new OutlineContent());
        viewer.setLabelProvider(new OutlineLabels());
        viewer.setAutoExpandLevel(2);
        viewer.addSelectionChangedListener(event -> reveal(event.getStructuredSelection()));
        document = editor.getDocumentProvider().getDocument(editor.getEditorInput());
        if (document != null) {
            document.addDocumentListener(this);
        }
        refresh.schedule();
    }

    @Override
    public void dispose() {
        if (document != null) {
            document.removeDocumentListener(this);
        }
        refresh.cancel();
        super.dispose();
    }

    @Override
    public void documentAboutToBeChanged(DocumentEvent event) {
        // the outline follows the text that is there
    }

    @Override
    public void documentChanged(DocumentEvent event) {
        refresh.schedule(PAUSE_MS);
    }

    private IStatus refresh() {
        IDocument source = document;
        if (source != null) {
            List<OutlineNode> nodes = Services.get().outline(Documents.uri(source), source.get());
            Composite control = (Composite) getControl();
            if (control != null && !control.isDisposed()) {
                control.getDisplay().asyncExec(() -> show(nodes));
            }
        }
        return Status.OK_STATUS;
    }

    private void show(List<OutlineNode> nodes) {
        if (getTreeViewer() != null && !getTreeViewer().getControl().isDisposed()) {
            Object[] expanded = getTreeViewer().getInput() == null ? null
                    : List.of(getTreeViewer().getExpandedElements()).stream().map(node -> ((OutlineNode) node).label()).toArray();
            getTreeViewer().setInput(nodes);
            if (expanded != null) {
                List<Object> labels = List.of(expanded);
                nodes.forEach(node -> getTreeViewer().setExpandedState(node, labels.contains(node.label())));
            }
        }
    }

    private void reveal(IStructuredSelection selection) {
        if (selection.getFirstElement() instanceof OutlineNode node && getControl().isFocusControl()) {
            editor.selectAndReveal(node.nameOffset(), node.nameLength());
        }
    }
}
