// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.eclipse.core.filesystem.EFS;
import org.eclipse.jface.text.ITextOperationTarget;
import org.eclipse.jface.text.source.Annotation;
import org.eclipse.jface.text.source.ISourceViewer;
import org.eclipse.ui.IEditorPart;
import org.eclipse.ui.ide.IDE;
import org.junit.jupiter.api.Test;

class ExternalFileTest {
    @Test
    void aFileOutsideOfTheWorkspaceHasItsProblemsAsAnnotations() throws Exception {
        Path file = Files.createTempFile("outside", ".hv");
        IEditorPart editor = null;
        try {
            Files.writeString(file, "const = 3\n");
            editor = IDE.openEditorOnFileStore(SetupEditor.page(), EFS.getStore(file.toUri()));
            ISourceViewer viewer = (ISourceViewer) editor.getAdapter(ITextOperationTarget.class);
            SetupEditor.waitFor("the annotation of an error", () -> hasError(viewer));
        } finally {
            SetupEditor.page().closeEditor(editor, false);
            Files.delete(file);
        }
    }

    private static boolean hasError(ISourceViewer viewer) {
        for (Iterator<Annotation> all = viewer.getAnnotationModel().getAnnotationIterator(); all.hasNext();) {
            if (all.next().getType().equals("org.eclipse.ui.workbench.texteditor.error")) {
                return true;
            }
        }
        return false;
    }
}
