// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.lang.ui.examples.NewExampleWizard;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.jface.viewers.StructuredSelection;
import org.eclipse.jface.wizard.WizardDialog;
import org.eclipse.swt.widgets.List;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.wizards.IWizardDescriptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NewExampleWizardTest {
    private final IProject project = ResourcesPlugin.getWorkspace().getRoot().getProject("from-wizard");

    @AfterEach
    void deleteTheProject() {
        SetupEditor.page().closeAllEditors(false);
        if (project.exists()) {
            SetupEditor.delete(project);
        }
    }

    @Test
    void theWizardMakesAProjectOfTheChosenExampleAndOpensIt() throws Exception {
        IWizardDescriptor descriptor = PlatformUI.getWorkbench().getNewWizardRegistry().findWizard("dev.vmcsmith.lang.ui.newExample");
        assertEquals("VMCSmith Example", descriptor.getLabel());
        NewExampleWizard wizard = (NewExampleWizard) descriptor.createWizard();
        wizard.init(PlatformUI.getWorkbench(), StructuredSelection.EMPTY);
        WizardDialog dialog = new WizardDialog(null, wizard);
        dialog.setBlockOnOpen(false);
        dialog.open();
        try {
            List examples = SetupEditor.widgets(dialog.getShell(), List.class).findFirst().orElseThrow();
            examples.setSelection(new String[] {"walkthrough"});
            Text name = SetupEditor.widgets(dialog.getShell(), Text.class).filter(Text::getEditable).findFirst().orElseThrow();
            name.setText("from-wizard");
            assertTrue(wizard.canFinish());
            assertTrue(wizard.performFinish());
        } finally {
            dialog.close();
        }
        assertTrue(project.hasNature(LangUi.NATURE));
        assertTrue(project.getFile("walkthrough.hv").exists());
        assertEquals("walkthrough.hv", SetupEditor.page().getActiveEditor().getTitle());
    }
}
