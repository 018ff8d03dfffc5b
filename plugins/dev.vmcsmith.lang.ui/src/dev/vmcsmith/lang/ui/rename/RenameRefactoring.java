// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.rename;

import dev.vmcsmith.lang.ide.edit.Edit;
import dev.vmcsmith.lang.ide.references.Renaming;
import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.lang.ui.Services;
import dev.vmcsmith.lang.ui.SetupFiles;
import dev.vmcsmith.lang.ui.editor.Documents;
import java.util.List;
import java.util.Map;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.emf.common.util.URI;
import org.eclipse.ltk.core.refactoring.Change;
import org.eclipse.ltk.core.refactoring.CompositeChange;
import org.eclipse.ltk.core.refactoring.Refactoring;
import org.eclipse.ltk.core.refactoring.RefactoringStatus;
import org.eclipse.ltk.core.refactoring.TextEditChangeGroup;
import org.eclipse.ltk.core.refactoring.TextFileChange;
import org.eclipse.text.edits.MultiTextEdit;
import org.eclipse.text.edits.ReplaceEdit;
import org.eclipse.text.edits.TextEditGroup;

/** Gives something another name in all setups of its project. Undone with <em>Edit › Undo</em>. */
public final class RenameRefactoring extends Refactoring {
    private final IFile file;
    private final String text;
    private final int offset;
    private final String oldName;
    private String newName;
    private Renaming renaming;

    /** @param text of the file when the cursor was at {@code offset} */
    public RenameRefactoring(IFile file, String text, int offset, String oldName) {
        this.file = file;
        this.text = text;
        this.offset = offset;
        this.oldName = oldName;
        this.newName = oldName;
    }

    String oldName() {
        return oldName;
    }

    public void newName(String name) {
        newName = name;
    }

    @Override
    public String getName() {
        return "Rename '" + oldName + "'";
    }

    @Override
    public RefactoringStatus checkInitialConditions(IProgressMonitor monitor) {
        return new RefactoringStatus();
    }

    @Override
    public RefactoringStatus checkFinalConditions(IProgressMonitor monitor) throws CoreException {
        renaming = Services.get().rename(Documents.uri(file), text, offset, newName, SetupFiles.others(file));
        RefactoringStatus status = new RefactoringStatus();
        renaming.problems().forEach(status::addFatalError);
        for (URI uri : renaming.edits().keySet()) {
            IFile changed = changed(uri);
            if (changed == null) {
                status.addFatalError(uri.toFileString() + " is outside of the workspace; add its folder to a project");
            } else if (changed.isReadOnly()) {
                status.addFatalError(changed.getFullPath() + " is read-only");
            }
        }
        return status;
    }

    private IFile changed(URI uri) {
        return uri.equals(Documents.uri(file)) ? file : SetupFiles.at(uri);
    }

    @Override
    public Change createChange(IProgressMonitor monitor) {
        CompositeChange all = new CompositeChange("Rename '" + oldName + "' to '" + newName + "'");
        for (Map.Entry<URI, List<Edit>> entry : renaming.edits().entrySet()) {
            all.add(change(changed(entry.getKey()), entry.getValue()));
        }
        return all;
    }

    private static TextFileChange change(IFile changed, List<Edit> edits) {
        TextFileChange change = new TextFileChange(changed.getName(), changed);
        change.setTextType(LangUi.FILE_EXTENSION);
        MultiTextEdit root = new MultiTextEdit();
        change.setEdit(root);
        for (Edit edit : edits) {
            ReplaceEdit replace = new ReplaceEdit(edit.offset(), edit.length(), edit.text());
            root.addChild(replace);
            change.addTextEditChangeGroup(new TextEditChangeGroup(change, new TextEditGroup("Use of the name", replace)));
        }
        return change;
    }
}
