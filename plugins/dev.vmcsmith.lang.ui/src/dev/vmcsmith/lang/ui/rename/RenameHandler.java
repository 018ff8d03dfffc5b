// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.rename;

import dev.vmcsmith.lang.ide.references.Target;
import dev.vmcsmith.lang.ui.Services;
import dev.vmcsmith.lang.ui.editor.Documents;
import dev.vmcsmith.lang.ui.editor.SetupHandler;
import java.util.Optional;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITextSelection;
import org.eclipse.ltk.ui.refactoring.RefactoringWizardOpenOperation;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.texteditor.ITextEditor;

/** Asks for another name for what stands at the cursor. */
public class RenameHandler extends SetupHandler {
    @Override
    protected void run(ITextEditor editor, IDocument document, ITextSelection selection) {
        IFile file = Documents.file(document);
        if (file == null) {
            say(editor, "Only names in files of the workspace can be changed");
            return;
        }
        String text = document.get();
        Display display = Display.getCurrent();
        Job job = Job.create("Finding the name", (ICoreRunnable) monitor -> {
            Optional<Target> target = Services.get().target(Documents.uri(document), text, selection.getOffset());
            display.asyncExec(() -> open(editor, target, new RenameRefactoring(file, text, selection.getOffset(),
                    target.map(Target::name).orElse(""))));
        });
        job.setSystem(true);
        job.schedule();
    }

    private static void open(ITextEditor editor, Optional<Target> target, RenameRefactoring refactoring) {
        if (target.isEmpty()) {
            say(editor, "Only names that a setup defines can be changed");
            return;
        }
        try {
            new RefactoringWizardOpenOperation(new RenameWizard(refactoring)).run(editor.getSite().getShell(), "Rename");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
