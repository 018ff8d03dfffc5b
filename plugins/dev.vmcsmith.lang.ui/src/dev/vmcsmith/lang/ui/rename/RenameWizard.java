// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.rename;

import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.ltk.core.refactoring.RefactoringStatus;
import org.eclipse.ltk.ui.refactoring.RefactoringWizard;
import org.eclipse.ltk.ui.refactoring.UserInputWizardPage;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;

/** One page for the new name, then the preview of all changes. */
final class RenameWizard extends RefactoringWizard {
    private final RenameRefactoring refactoring;

    RenameWizard(RenameRefactoring refactoring) {
        super(refactoring, DIALOG_BASED_USER_INTERFACE | PREVIEW_EXPAND_FIRST_NODE);
        this.refactoring = refactoring;
        setDefaultPageTitle("Rename");
    }

    @Override
    protected void addUserInputPages() {
        addPage(new NamePage());
    }

    /** Asks for the name. */
    private final class NamePage extends UserInputWizardPage {
        NamePage() {
            super("name");
        }

        @Override
        public void createControl(Composite parent) {
            Composite area = new Composite(parent, SWT.NONE);
            GridLayoutFactory.swtDefaults().numColumns(2).applyTo(area);
            new Label(area, SWT.NONE).setText("&New name:");
            Text name = new Text(area, SWT.BORDER);
            GridDataFactory.fillDefaults().grab(true, false).hint(300, SWT.DEFAULT).applyTo(name);
            name.setText(refactoring.oldName());
            name.selectAll();
            name.addListener(SWT.Modify, event -> changed(name.getText().strip()));
            changed(refactoring.oldName());
            setControl(area);
            name.setFocus();
        }

        private void changed(String name) {
            refactoring.newName(name);
            setPageComplete(name.isEmpty() ? RefactoringStatus.createFatalErrorStatus("Enter a name") : new RefactoringStatus());
            if (name.equals(refactoring.oldName())) {
                setPageComplete(false);
            }
        }
    }
}
