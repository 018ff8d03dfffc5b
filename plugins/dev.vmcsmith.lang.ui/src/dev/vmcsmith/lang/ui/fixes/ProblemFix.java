// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.fixes;

import dev.vmcsmith.lang.ide.facts.Facts;
import dev.vmcsmith.lang.ide.fixes.QuickFix;
import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.lang.ui.editor.DocumentEdits;
import java.util.Arrays;
import org.eclipse.core.filebuffers.ITextFileBuffer;
import org.eclipse.core.filebuffers.ITextFileBufferManager;
import org.eclipse.core.filebuffers.LocationKind;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ILog;
import org.eclipse.jface.text.BadLocationException;
import org.eclipse.jface.text.IDocument;
import org.eclipse.swt.graphics.Image;
import org.eclipse.ui.views.markers.WorkbenchMarkerResolution;

/** One quick fix of one problem, and of others that the same change repairs elsewhere. */
final class ProblemFix extends WorkbenchMarkerResolution {
    private final IMarker problem;
    private final QuickFix fix;
    private final String text;

    ProblemFix(IMarker problem, QuickFix fix, String text) {
        this.problem = problem;
        this.fix = fix;
        this.text = text;
    }

    @Override
    public String getLabel() {
        return fix.label();
    }

    /** What will be changed: the lines before and after. */
    @Override
    public String getDescription() {
        return new Facts(fix.label(), fix.preview(text)).html();
    }

    @Override
    public Image getImage() {
        return LangUi.icon("fix");
    }

    /** Applies the fix to the shared text of the file; a file that is open in no editor with unsaved changes is saved. */
    @Override
    public void run(IMarker marker) {
        if (!(marker.getResource() instanceof IFile file)) {
            return;
        }
        ITextFileBufferManager buffers = ITextFileBufferManager.DEFAULT;
        try {
            buffers.connect(file.getFullPath(), LocationKind.IFILE, null);
            try {
                ITextFileBuffer buffer = buffers.getTextFileBuffer(file.getFullPath(), LocationKind.IFILE);
                boolean save = !buffer.isDirty();
                boolean shown = buffer.isShared();
                if (apply(marker, file, buffer.getDocument()) && save && !shown) {
                    buffer.commit(null, false);
                }
            } finally {
                buffers.disconnect(file.getFullPath(), LocationKind.IFILE, null);
            }
        } catch (CoreException e) {
            ILog.get().log(e.getStatus());
        }
    }

    private boolean apply(IMarker marker, IFile file, IDocument document) {
        String now = document.get();
        QuickFix current = marker.equals(problem) && now.equals(text) ? fix : ProblemFixes.fixes(marker, file, now).stream()
                .filter(other -> other.label().equals(fix.label())).findFirst().orElse(null);
        if (current == null) {
            return false;
        }
        try {
            DocumentEdits.apply(document, current.edits());
            return true;
        } catch (BadLocationException e) {
            ILog.get().warn("A quick fix no longer fits the text", e);
            return false;
        }
    }

    @Override
    public IMarker[] findOtherMarkers(IMarker[] markers) {
        String rule = problem.getAttribute(LangUi.RULE_ID, "");
        return Arrays.stream(markers).filter(marker -> !marker.equals(problem) && rule.equals(marker.getAttribute(LangUi.RULE_ID, null)))
                .filter(marker -> marker.getResource() instanceof IFile file
                        && Arrays.stream(new ProblemFixes().getResolutions(marker)).anyMatch(other -> other.getLabel().equals(getLabel())))
                .toArray(IMarker[]::new);
    }
}
