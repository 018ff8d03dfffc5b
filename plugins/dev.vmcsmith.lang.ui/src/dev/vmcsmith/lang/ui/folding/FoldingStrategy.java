// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.folding;

import dev.vmcsmith.lang.ide.folding.Fold;
import dev.vmcsmith.lang.ide.folding.Folding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.IRegion;
import org.eclipse.jface.text.Position;
import org.eclipse.jface.text.reconciler.DirtyRegion;
import org.eclipse.jface.text.reconciler.IReconcilingStrategy;
import org.eclipse.jface.text.reconciler.IReconcilingStrategyExtension;
import org.eclipse.jface.text.source.Annotation;
import org.eclipse.jface.text.source.projection.ProjectionAnnotation;
import org.eclipse.jface.text.source.projection.ProjectionAnnotationModel;
import org.eclipse.jface.text.source.projection.ProjectionViewer;

/** Keeps the foldable regions of a viewer those of its text; one that is still there stays, folded or not. */
final class FoldingStrategy implements IReconcilingStrategy, IReconcilingStrategyExtension {
    private volatile ProjectionViewer viewer;
    private volatile IDocument document;

    void foldIn(ProjectionViewer projection) {
        viewer = projection;
    }

    @Override
    public void setDocument(IDocument newDocument) {
        document = newDocument;
    }

    @Override
    public void setProgressMonitor(IProgressMonitor monitor) {
        // is quick
    }

    @Override
    public void initialReconcile() {
        update();
    }

    @Override
    public void reconcile(IRegion partition) {
        update();
    }

    @Override
    public void reconcile(DirtyRegion dirtyRegion, IRegion subRegion) {
        update();
    }

    private void update() {
        IDocument source = document;
        ProjectionViewer projection = viewer;
        ProjectionAnnotationModel model = projection == null ? null : projection.getProjectionAnnotationModel();
        if (source == null || model == null) {
            return;
        }
        Map<Position, Annotation> known = new HashMap<>();
        List<Annotation> gone = new ArrayList<>();
        for (Iterator<Annotation> all = model.getAnnotationIterator(); all.hasNext();) {
            Annotation annotation = all.next();
            Position position = model.getPosition(annotation);
            if (position != null && known.putIfAbsent(new Position(position.offset, position.length), annotation) != null) {
                gone.add(annotation);
            }
        }
        Map<Annotation, Position> added = new HashMap<>();
        for (Fold fold : Folding.of(source.get())) {
            Position position = position(source, fold);
            if (position != null && known.remove(position) == null) {
                added.put(new ProjectionAnnotation(), position);
            }
        }
        gone.addAll(known.values());
        if (!gone.isEmpty() || !added.isEmpty()) {
            model.modifyAnnotations(gone.toArray(Annotation[]::new), added, null);
        }
    }

    /** Whole lines, with the end of the last one; null when the text has changed. */
    private static Position position(IDocument source, Fold fold) {
        try {
            int start = source.getLineOffset(fold.first());
            int end = fold.last() + 1 < source.getNumberOfLines() ? source.getLineOffset(fold.last() + 1) : source.getLength();
            return new Position(start, end - start);
        } catch (BadLocationException e) {
            return null;
        }
    }
}
