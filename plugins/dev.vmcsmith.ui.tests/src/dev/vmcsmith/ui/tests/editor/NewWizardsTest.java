// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.ui.tests.debug.SetupRun;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.jface.viewers.StructuredSelection;
import org.eclipse.jface.wizard.WizardDialog;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.INewWizard;
import org.eclipse.ui.IWorkbench;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.part.FileEditorInput;
import org.eclipse.ui.wizards.IWizardDescriptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** <em>New › Hypervisor Project</em> and <em>New › Setup File</em>, from the workbench's own list of wizards. */
class NewWizardsTest {
    private static final String PROJECT = "made-by-wizard";

    private WizardDialog dialog;

    @AfterEach
    void clean() throws Exception {
        if (dialog != null && dialog.getShell() != null && !dialog.getShell().isDisposed()) {
            dialog.close();
        }
        SetupEditor.page().closeAllEditors(false);
        if (project().exists()) {
            SetupEditor.delete(project());
        }
    }

    private static IProject project() {
        return ResourcesPlugin.getWorkspace().getRoot().getProject(PROJECT);
    }

    private Shell open(String id, IStructuredSelection selection) throws Exception {
        IWorkbench workbench = PlatformUI.getWorkbench();
        IWizardDescriptor descriptor = workbench.getNewWizardRegistry().findWizard(id);
        INewWizard wizard = (INewWizard) descriptor.createWizard();
        wizard.init(workbench, selection);
        dialog = new WizardDialog(workbench.getWorkbenchWindows()[0].getShell(), wizard);
        dialog.setBlockOnOpen(false);
        dialog.open();
        return dialog.getShell();
    }

    /** The field for the name: the first text that can be changed. */
    private static Text name(Shell shell) {
        return Dialogs.find(shell, Text.class, text -> text.isEnabled() && text.getEditable() && text.getLayoutData() != null);
    }

    private static boolean canFinish(Shell shell) {
        return Dialogs.button(shell, "Finish").isEnabled();
    }

    private static List<String> kinds(Shell shell) {
        return Stream.of(Dialogs.combo(shell, "Empty setup").getItems()).toList();
    }

    private static void finishAndSeeTheEditor(Shell shell, IFile file) {
        Dialogs.press(shell, "Finish");
        SetupEditor.waitFor("the editor of the new setup", () -> SetupEditor.page().getActiveEditor() != null
                && SetupEditor.page().getActiveEditor().getEditorInput() instanceof FileEditorInput input && input.getFile().equals(file));
        assertTrue(shell.isDisposed());
    }

    @Test
    void aNewProjectHasASetupThatChecksCleanAndRuns() throws Exception {
        Shell shell = open("dev.vmcsmith.lang.ui.newProject", StructuredSelection.EMPTY);
        assertFalse(canFinish(shell), "a project has a name");
        name(shell).setText("bad/name");
        assertFalse(canFinish(shell), "a name has no slash");
        assertTrue(dialog.getCurrentPage().getErrorMessage().contains("/"), dialog.getCurrentPage().getErrorMessage());
        name(shell).setText(PROJECT);
        assertTrue(canFinish(shell));
        Combo cpu = Dialogs.combo(shell, "skylake");
        Dialogs.choose(cpu, "ice-lake");
        IFile file = project().getFile(PROJECT + ".hv");
        finishAndSeeTheEditor(shell, file);
        assertTrue(project().hasNature(LangUi.NATURE));
        assertTrue(file.readString().contains("cpu    \"ice-lake\""), file.readString());
        assertEquals(List.of(), SetupEditor.problems(file).stream().map(Object::toString).toList());
        assertEquals(0, SetupRun.exitCode(file));
    }

    @Test
    void aNameThatIsTakenIsRefused() throws Exception {
        SetupEditor.inBackground(monitor -> {
            project().create(monitor);
            project().open(monitor);
        });
        Shell shell = open("dev.vmcsmith.lang.ui.newProject", StructuredSelection.EMPTY);
        name(shell).setText(PROJECT);
        assertFalse(canFinish(shell));
        assertTrue(dialog.getCurrentPage().getErrorMessage().contains("already exists"), dialog.getCurrentPage().getErrorMessage());
    }

    @Test
    void everyKindOfNewSetupChecksCleanAndRuns() throws Exception {
        SetupEditor.inBackground(monitor -> {
            project().create(monitor);
            project().open(monitor);
        });
        List<String> kinds = kinds(open("dev.vmcsmith.lang.ui.newSetup", new StructuredSelection(project())));
        dialog.close();
        assertTrue(kinds.size() >= 4, kinds.toString());
        for (int i = 0; i < kinds.size(); i++) {
            Shell shell = open("dev.vmcsmith.lang.ui.newSetup", new StructuredSelection(project()));
            Dialogs.text(shell, "setup.hv").setText("kind" + i);
            Dialogs.choose(Dialogs.combo(shell, "Empty setup"), kinds.get(i));
            IFile file = project().getFile("kind" + i + ".hv");
            finishAndSeeTheEditor(shell, file);
            SetupEditor.waitFor("the check of " + kinds.get(i), () -> SetupEditor.problems(file).isEmpty());
            if (!kinds.get(i).equals("Empty setup")) {
                assertEquals(0, SetupRun.exitCode(file), kinds.get(i));
            }
        }
    }

    @Test
    void aSetupIsNotWrittenOverAnother() throws Exception {
        SetupEditor.inBackground(monitor -> {
            project().create(monitor);
            project().open(monitor);
            project().getFile("taken.hv").create(new byte[0], true, false, monitor);
        });
        Shell shell = open("dev.vmcsmith.lang.ui.newSetup", new StructuredSelection(project()));
        Text name = Dialogs.text(shell, "setup.hv");
        name.setText("taken.hv");
        assertFalse(canFinish(shell));
        assertTrue(dialog.getCurrentPage().getErrorMessage().contains("already exists"), dialog.getCurrentPage().getErrorMessage());
        name.setText("");
        assertFalse(canFinish(shell));
        name.setText("free.hv");
        assertTrue(canFinish(shell));
    }
}
