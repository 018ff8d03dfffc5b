// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.wizards;

import dev.vmcsmith.lang.ui.LangUi;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.ui.dialogs.WizardNewProjectCreationPage;

/** Name and place of a new project, and what its setup begins with. */
final class NewProjectPage extends WizardNewProjectCreationPage {
    private SetupContent content;

    NewProjectPage() {
        super("project");
        setTitle("Hypervisor Project");
        setDescription("A project with a setup that runs and can be debugged at once.");
    }

    @Override
    public void createControl(Composite parent) {
        super.createControl(parent);
        content = new SetupContent((Composite) getControl());
    }

    /** The setup is called like the project. */
    String fileName() {
        return getProjectName() + "." + LangUi.FILE_EXTENSION;
    }

    String text() {
        return content.text(fileName());
    }
}
