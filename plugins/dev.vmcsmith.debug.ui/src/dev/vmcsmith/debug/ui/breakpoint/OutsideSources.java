// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.breakpoint;

import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.EveryWindow;
import org.eclipse.jface.text.source.IAnnotationModel;
import org.eclipse.jface.text.source.IAnnotationModelExtension;
import org.eclipse.ui.IEditorReference;
import org.eclipse.ui.IPartListener2;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.IWorkbenchPartReference;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.texteditor.IDocumentProvider;
import org.eclipse.ui.texteditor.ITextEditor;

/** Shows breakpoints in the rulers of editors whose files are outside of the workspace, where source lookup finds foreign sources. */
public final class OutsideSources extends EveryWindow implements IPartListener2 {

    private static final Object KEY = DebugUi.BUNDLE + ".outsideBreakpoints";

    @Override
    public void windowOpened(IWorkbenchWindow window) {
        window.getPartService().addPartListener(this);
        for (IWorkbenchPage page : window.getPages()) {
            for (IEditorReference editor : page.getEditorReferences()) {
                partOpened(editor);
            }
        }
    }

    @Override
    public void partOpened(IWorkbenchPartReference reference) {
        if (reference.getPart(false) instanceof ITextEditor editor) {
            SourceFile source = SourceFile.of(editor);
            IDocumentProvider provider = editor.getDocumentProvider();
            IAnnotationModel model = provider == null ? null : provider.getAnnotationModel(editor.getEditorInput());
            if (source != null && source.inWorkspace() == null && model instanceof IAnnotationModelExtension extended
                    && extended.getAnnotationModel(KEY) == null) {
                extended.addAnnotationModel(KEY, new OutsideAnnotations(source.path()));
            }
        }
    }

    @Override
    public void partInputChanged(IWorkbenchPartReference reference) {
        partOpened(reference);
    }

    @Override
    public void windowClosed(IWorkbenchWindow window) {
        window.getPartService().removePartListener(this);
    }
}
