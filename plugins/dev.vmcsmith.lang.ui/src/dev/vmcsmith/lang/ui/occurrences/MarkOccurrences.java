// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.occurrences;

import dev.vmcsmith.lang.ide.references.Occurrence;
import dev.vmcsmith.lang.ui.Services;
import dev.vmcsmith.lang.ui.editor.Documents;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.IJobFunction;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.emf.common.util.URI;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITextSelection;
import org.eclipse.jface.text.ITextViewer;
import org.eclipse.jface.text.Position;
import org.eclipse.jface.text.reconciler.IReconciler;
import org.eclipse.jface.text.reconciler.IReconcilingStrategy;
import org.eclipse.jface.text.source.Annotation;
import org.eclipse.jface.text.source.IAnnotationModel;
import org.eclipse.jface.text.source.IAnnotationModelExtension;
import org.eclipse.jface.text.source.ISourceViewer;
import org.eclipse.jface.viewers.IPostSelectionProvider;
import org.eclipse.jface.viewers.ISelectionChangedListener;
import org.eclipse.jface.viewers.SelectionChangedEvent;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.commands.ICommandService;

/** Marks every place of the name at the cursor, found in the background once the cursor rests. */
public class MarkOccurrences implements IReconciler, ISelectionChangedListener {
    /** Type of the annotations. */
    public static final String OCCURRENCE = "dev.vmcsmith.lang.ui.occurrence";
    /** Type of the annotations where a handler changes a value. */
    public static final String WRITE = "dev.vmcsmith.lang.ui.writeOccurrence";

    private static final String TOGGLE = "org.eclipse.ui.genericeditor.togglehighlight";
    private static final int PAUSE_MS = 200;

    private final Job job = Job.create("Mark Occurrences", (IJobFunction) this::find);
    private ISourceViewer viewer;
    private volatile Snapshot wanted;
    private Annotation[] shown = {};

    private record Snapshot(URI uri, IDocument document, String text, int offset) {
    }

    @Override
    public void install(ITextViewer textViewer) {
        if (textViewer instanceof ISourceViewer source && textViewer.getSelectionProvider() instanceof IPostSelectionProvider selections) {
            viewer = source;
            job.setSystem(true);
            selections.addPostSelectionChangedListener(this);
        }
    }

    @Override
    public void uninstall() {
        if (viewer != null && viewer.getSelectionProvider() instanceof IPostSelectionProvider selections) {
            selections.removePostSelectionChangedListener(this);
        }
        job.cancel();
        viewer = null;
    }

    @Override
    public IReconcilingStrategy getReconcilingStrategy(String contentType) {
        return null;
    }

    @Override
    public void selectionChanged(SelectionChangedEvent event) {
        IDocument document = viewer == null ? null : viewer.getDocument();
        if (document == null || !(event.getSelection() instanceof ITextSelection selection)) {
            return;
        }
        job.cancel();
        wanted = isOn() ? new Snapshot(Documents.uri(document), document, document.get(), selection.getOffset()) : null;
        if (wanted == null) {
            show(document, List.of());
        } else {
            job.schedule(PAUSE_MS);
        }
    }

    /** The switch that the generic editor has in the tool bar. */
    private static boolean isOn() {
        ICommandService commands = PlatformUI.getWorkbench().getService(ICommandService.class);
        return !Boolean.FALSE.equals(commands.getCommand(TOGGLE).getState("org.eclipse.ui.commands.toggleState").getValue());
    }

    private IStatus find(IProgressMonitor monitor) {
        Snapshot snapshot = wanted;
        if (snapshot != null) {
            List<Occurrence> found = Services.get().occurrences(snapshot.uri(), snapshot.text(), snapshot.offset());
            if (!monitor.isCanceled() && snapshot == wanted && snapshot.document().getLength() == snapshot.text().length()) {
                show(snapshot.document(), found);
            }
        }
        return Status.OK_STATUS;
    }

    private synchronized void show(IDocument document, List<Occurrence> found) {
        ISourceViewer source = viewer;
        IAnnotationModel model = source == null || source.getDocument() != document ? null : source.getAnnotationModel();
        if (model instanceof IAnnotationModelExtension extension) {
            Map<Annotation, Position> added = new HashMap<>();
            for (Occurrence place : found) {
                added.put(new Annotation(place.write() ? WRITE : OCCURRENCE, false, "Occurrence"),
                        new Position(place.offset(), place.length()));
            }
            extension.replaceAnnotations(shown, added);
            shown = added.keySet().toArray(Annotation[]::new);
        }
    }
}
