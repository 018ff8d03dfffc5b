// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.fixes;

import dev.vmcsmith.lang.ide.fixes.QuickFix;
import dev.vmcsmith.lang.ide.fixes.QuickFixes;
import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.lang.ui.Services;
import dev.vmcsmith.lang.ui.editor.Documents;
import java.util.List;
import org.eclipse.core.filebuffers.ITextFileBuffer;
import org.eclipse.core.filebuffers.ITextFileBufferManager;
import org.eclipse.core.filebuffers.LocationKind;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ILog;
import org.eclipse.ui.IMarkerResolution;
import org.eclipse.ui.IMarkerResolutionGenerator2;

/** Offers the quick fixes of a problem wherever the workbench asks: Ctrl+1 and the hover in the editor, the Problems view. */
public class ProblemFixes implements IMarkerResolutionGenerator2 {
    @Override
    public boolean hasResolutions(IMarker marker) {
        return QuickFixes.mayHave(marker.getAttribute(LangUi.RULE_ID, null));
    }

    @Override
    public IMarkerResolution[] getResolutions(IMarker marker) {
        if (!(marker.getResource() instanceof IFile file) || !marker.exists()) {
            return new IMarkerResolution[0];
        }
        try {
            String text = text(file);
            return fixes(marker, file, text).stream().map(fix -> new ProblemFix(marker, fix, text)).toArray(IMarkerResolution[]::new);
        } catch (CoreException e) {
            ILog.get().log(e.getStatus());
            return new IMarkerResolution[0];
        }
    }

    static List<QuickFix> fixes(IMarker marker, IFile file, String text) {
        int start = marker.getAttribute(IMarker.CHAR_START, -1);
        int end = marker.getAttribute(IMarker.CHAR_END, -1);
        return start < 0 || end < start ? List.of()
                : Services.get().fixes(Documents.uri(file), text, marker.getAttribute(LangUi.RULE_ID, null), start, end - start);
    }

    /** The text as it is being edited, or else as it is saved. */
    private static String text(IFile file) throws CoreException {
        ITextFileBuffer buffer = ITextFileBufferManager.DEFAULT.getTextFileBuffer(file.getFullPath(), LocationKind.IFILE);
        return buffer != null ? buffer.getDocument().get() : file.readString();
    }
}
