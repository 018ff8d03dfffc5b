// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.core.commands.ParameterizedCommand;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.ui.IWorkbench;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.commands.ICommandService;
import org.eclipse.ui.handlers.IHandlerService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CreateExampleCommandTest {
    private final IProject project = ResourcesPlugin.getWorkspace().getRoot().getProject("walkthrough");

    @AfterEach
    void deleteTheProject() {
        SetupEditor.page().closeAllEditors(false);
        if (project.exists()) {
            SetupEditor.delete(project);
        }
    }

    private static void create(String example) throws Exception {
        IWorkbench workbench = PlatformUI.getWorkbench();
        ParameterizedCommand command = ParameterizedCommand.generateCommand(
                workbench.getService(ICommandService.class).getCommand("dev.vmcsmith.lang.ui.createExample"),
                Map.of("dev.vmcsmith.lang.ui.createExample.name", example));
        workbench.getService(IHandlerService.class).executeCommand(command, null);
    }

    @Test
    void theCommandOfAFirstStartMakesTheWalkthroughAndOpensIt() throws Exception {
        create("walkthrough");
        SetupEditor.waitFor("the editor", () -> SetupEditor.page().getActiveEditor() != null
                && SetupEditor.page().getActiveEditor().getTitle().equals("walkthrough.hv"));
    }

    @Test
    void anExampleThatDoesNotExistIsAnError() {
        assertThrows(ExecutionException.class, () -> create("nonesuch"));
    }
}
