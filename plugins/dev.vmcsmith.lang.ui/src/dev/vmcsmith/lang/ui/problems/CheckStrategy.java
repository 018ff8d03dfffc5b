// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.lang.ui.Services;
import dev.vmcsmith.lang.ui.editor.Documents;
import dev.vmcsmith.lang.ui.preferences.SetupPreferences;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.core.runtime.preferences.IEclipsePreferences.IPreferenceChangeListener;
import org.eclipse.core.runtime.preferences.InstanceScope;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.IDocumentExtension4;
import org.eclipse.jface.text.IRegion;
import org.eclipse.jface.text.Position;
import org.eclipse.jface.text.reconciler.DirtyRegion;
import org.eclipse.jface.text.reconciler.IReconcilingStrategy;
import org.eclipse.jface.text.reconciler.IReconcilingStrategyExtension;
import org.eclipse.jface.text.source.Annotation;
import org.eclipse.jface.text.source.IAnnotationModel;
import org.eclipse.jface.text.source.IAnnotationModelExtension;
import org.eclipse.jface.text.source.ISourceViewer;
import org.eclipse.jface.text.source.ISourceViewerExtension5;
import org.eclipse.swt.custom.StyledText;
import org.eclipse.xtext.validation.Issue;

/**
 * Checks a snapshot of a document and shows what is wrong: as markers of its file, or as plain annotations when the file is not in the
 * workspace. A check is given up as soon as the text changes again.
 */
final class CheckStrategy implements IReconcilingStrategy, IReconcilingStrategyExtension {
    private static final int PREFERENCES_PAUSE_MS = 200;
    private static final int OTHER_TEXT_PAUSE_MS = 250;
    private static final String ANNOTATION = "org.eclipse.ui.workbench.texteditor.";

    private final Job again = Job.create("Checking the editor", (ICoreRunnable) monitor -> {
        check();
        remarks();
    });
    private final IPreferenceChangeListener chosen = event -> again.schedule(PREFERENCES_PAUSE_MS);
    private OtherTexts others;
    private ISourceViewer viewer;
    private Annotation[] annotations = {};
    private volatile IDocument document;
    private volatile IFile file;
    private IProject project;

    void showIn(ISourceViewer sourceViewer) {
        viewer = sourceViewer;
        again.setSystem(true);
        InstanceScope.INSTANCE.getNode(LangUi.BUNDLE).addPreferenceChangeListener(chosen);
        others = new OtherTexts(this::otherText);
    }

    /** What this setup imports may be another than before. */
    private void otherText(IDocument changed) {
        IDocument own = document;
        if (own != null && own != changed && own.get().contains("import")) {
            again.cancel();
            again.schedule(OTHER_TEXT_PAUSE_MS);
        }
    }

    /** The editor closes: the markers become those of the saved text again. */
    void close() {
        InstanceScope.INSTANCE.getNode(LangUi.BUNDLE).removePreferenceChangeListener(chosen);
        if (others != null) {
            others.close();
        }
        listenTo(null);
        IFile checked = file;
        file = null;
        document = null;
        if (checked != null) {
            SetupCheck.scheduleAfterEditing(checked);
        }
    }

    @Override
    public void setDocument(IDocument newDocument) {
        document = newDocument;
        file = Documents.file(newDocument);
        listenTo(file == null ? null : file.getProject());
    }

    /** A project can have its own levels and processor. */
    private void listenTo(IProject listened) {
        synchronized (chosen) { // never waits for a check
            if (!Objects.equals(project, listened)) {
                if (project != null && project.isAccessible()) {
                    SetupPreferences.node(project).removePreferenceChangeListener(chosen);
                }
                project = listened;
                if (project != null && project.isAccessible()) {
                    SetupPreferences.node(project).addPreferenceChangeListener(chosen);
                }
            }
        }
    }

    @Override
    public void setProgressMonitor(IProgressMonitor monitor) {
        // a check is given up when the text changes
    }

    @Override
    public void initialReconcile() {
        check();
    }

    @Override
    public void reconcile(IRegion partition) {
        check();
    }

    @Override
    public void reconcile(DirtyRegion dirtyRegion, IRegion subRegion) {
        check();
    }

    private synchronized void check() {
        IDocument checked = document;
        if (checked == null) {
            return;
        }
        long before = stamp(checked);
        List<Issue> issues = Services.get().check(Documents.uri(checked), checked.get(), SetupPreferences.checks(project(checked)),
                () -> isOutdated(checked, before));
        if (isOutdated(checked, before)) {
            return;
        }
        IFile shown = Documents.file(checked);
        file = shown;
        if (shown == null) {
            annotate(issues);
            return;
        }
        try {
            ProblemMarkers.set(shown, issues);
        } catch (CoreException e) {
            ILog.get().log(e.getStatus());
        }
    }

    /** Remarks hold values that depend on the processor. */
    private void remarks() {
        StyledText widget = viewer == null ? null : viewer.getTextWidget();
        if (widget != null && viewer instanceof ISourceViewerExtension5 remarked) {
            widget.getDisplay().asyncExec(() -> {
                if (!widget.isDisposed()) {
                    remarked.updateCodeMinings();
                }
            });
        }
    }

    private static IProject project(IDocument checked) {
        IFile setup = Documents.file(checked);
        return setup == null ? null : setup.getProject();
    }

    private boolean isOutdated(IDocument checked, long before) {
        return document != checked || stamp(checked) != before;
    }

    private static long stamp(IDocument document) {
        return document instanceof IDocumentExtension4 stamped ? stamped.getModificationStamp() : 0;
    }

    private void annotate(List<Issue> issues) {
        IAnnotationModel model = viewer == null ? null : viewer.getAnnotationModel();
        if (model instanceof IAnnotationModelExtension extension) {
            Map<Annotation, Position> added = new HashMap<>();
            for (Issue issue : issues) {
                if (issue.getOffset() != null && issue.getLength() != null) {
                    String type = ANNOTATION + issue.getSeverity().name().toLowerCase();
                    added.put(new Annotation(type, false, ProblemText.of(issue)), new Position(issue.getOffset(), issue.getLength()));
                }
            }
            extension.replaceAnnotations(annotations, added);
            annotations = added.keySet().toArray(Annotation[]::new);
        }
    }
}
