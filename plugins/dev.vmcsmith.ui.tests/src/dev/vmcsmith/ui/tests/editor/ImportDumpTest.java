// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ui.imports.ImportDumpWizard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.core.commands.ParameterizedCommand;
import org.eclipse.core.expressions.IEvaluationContext;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.jface.viewers.StructuredSelection;
import org.eclipse.jface.wizard.WizardDialog;
import org.eclipse.swt.SWT;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.dnd.Transfer;
import org.eclipse.swt.graphics.GC;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.graphics.ImageData;
import org.eclipse.swt.graphics.ImageLoader;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.ISources;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.commands.ICommandService;
import org.eclipse.ui.handlers.IHandlerService;
import org.eclipse.ui.ide.undo.WorkspaceUndoUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** <em>Import › VMCS Dump</em> and <em>Paste VMCS Dump as Setup</em>. */
class ImportDumpTest {
    private static final String DUMP = """
        > [ 11.1] *** Guest State ***
        > [ 11.2] CR0: actual=0x0000000080000031, shadow=0x0000000000000011, gh_mask=fffffffffffffff7
        > [ 11.3] RFLAGS=0x00000002         DR7 = 0x0000000000000400
        > [ 11.4] *** Control State ***
        > [ 11.5] VMEntry: intr_info=80000030 errcode=00000000 ilen=00000000
        > [ 11.6]         reason=80000021 qualification=0000000000000000
        """;

    private final IProject project = ResourcesPlugin.getWorkspace().getRoot().getProject("dumps");
    @TempDir
    private Path folder;

    @BeforeEach
    void makeAProject() {
        SetupEditor.inBackground(monitor -> {
            project.create(monitor);
            project.open(monitor);
        });
    }

    @AfterEach
    void deleteTheProject() {
        SetupEditor.page().closeAllEditors(false);
        SetupEditor.delete(project);
    }

    private WizardDialog open(ImportDumpWizard wizard) {
        wizard.init(PlatformUI.getWorkbench(), new StructuredSelection(project));
        WizardDialog dialog = new WizardDialog(null, wizard);
        dialog.setBlockOnOpen(false);
        dialog.open();
        return dialog;
    }

    private static Text field(WizardDialog dialog, int index) {
        return SetupEditor.widgets(dialog.getShell(), Text.class).filter(Text::getEditable).toList().get(index);
    }

    @Test
    void theWizardShowsWhatIsWrongAndMakesASetup() throws Exception {
        ImportDumpWizard wizard = (ImportDumpWizard) PlatformUI.getWorkbench().getImportWizardRegistry()
                .findWizard("dev.vmcsmith.lang.ui.importDump").createWizard();
        WizardDialog dialog = open(wizard);
        try {
            assertFalse(wizard.canFinish());
            Text file = field(dialog, 0);
            file.setText(Files.writeString(folder.resolve("kernel.log"), DUMP).toString());
            file.notifyListeners(SWT.DefaultSelection, new Event());
            SetupEditor.waitFor("the dump", wizard::canFinish);
            Text report = SetupEditor.widgets(dialog.getShell(), Text.class).filter(text -> (text.getStyle() & SWT.MULTI) != 0).findFirst()
                    .orElseThrow();
            assertTrue(report.getText().contains("GUEST_RFLAGS_IF_EXTERNAL_INTERRUPT"), report.getText());
            assertTrue(SetupEditor.widgets(dialog.getShell(), org.eclipse.swt.widgets.List.class).findFirst().orElseThrow().getItem(0)
                    .startsWith("Line 1: Linux KVM (dump_vmcs); "));
            assertEquals("dumps", field(dialog, 1).getText());
            field(dialog, 2).setText("failed.hv");
            SetupEditor.waitFor("the end of reading", () -> file.isEnabled() && field(dialog, 2).isEnabled());
            picture(dialog.getShell());
            assertTrue(wizard.performFinish());
        } finally {
            dialog.close();
        }
        IFile setup = project.getFile("failed.hv");
        assertTrue(setup.exists());
        assertEquals("failed.hv", SetupEditor.page().getActiveEditor().getTitle());
        SetupEditor.waitFor("the problem", () -> SetupEditor.problems(setup).stream().anyMatch(marker -> marker.getAttribute("ruleId", "")
                .equals("GUEST_RFLAGS_IF_EXTERNAL_INTERRUPT")));
    }

    /** For people to look at. */
    private static void picture(Shell shell) throws IOException {
        Image image = new Image(shell.getDisplay(), shell.getBounds().width, shell.getBounds().height);
        GC gc = new GC(shell);
        for (long end = System.currentTimeMillis() + 500; System.currentTimeMillis() < end;) {
            if (!shell.getDisplay().readAndDispatch()) {
                shell.update();
            }
        }
        gc.copyArea(image, 0, 0);
        gc.dispose();
        ImageLoader loader = new ImageLoader();
        loader.data = new ImageData[] {image.getImageData()};
        image.dispose();
        Files.createDirectories(Path.of("target/screenshots"));
        loader.save("target/screenshots/import-dump.png", SWT.IMAGE_PNG);
    }

    @Test
    void theWizardRefusesWhatIsNoDump() throws Exception {
        ImportDumpWizard wizard = new ImportDumpWizard();
        WizardDialog dialog = open(wizard);
        try {
            Text file = field(dialog, 0);
            file.setText(Files.writeString(folder.resolve("poem.txt"), "nothing to see here\n").toString());
            file.notifyListeners(SWT.DefaultSelection, new Event());
            assertFalse(wizard.canFinish());
            assertTrue(dialog.getCurrentPage().getErrorMessage().startsWith("No VMCS dump"), dialog.getCurrentPage().getErrorMessage());
            file.setText(folder.resolve("missing").toString());
            file.notifyListeners(SWT.DefaultSelection, new Event());
            assertFalse(wizard.canFinish());
            assertTrue(dialog.getCurrentPage().getErrorMessage().startsWith("There is no file"), dialog.getCurrentPage().getErrorMessage());
        } finally {
            dialog.close();
        }
    }

    @Test
    void aPastedDumpBecomesASetupThatUndoTakesAway() throws Exception {
        Clipboard clipboard = new Clipboard(Display.getCurrent());
        clipboard.setContents(new Object[] {DUMP}, new Transfer[] {TextTransfer.getInstance()});
        clipboard.dispose();
        IHandlerService handlers = PlatformUI.getWorkbench().getService(IHandlerService.class);
        IEvaluationContext context = handlers.createContextSnapshot(false);
        context.addVariable(ISources.ACTIVE_CURRENT_SELECTION_NAME, new StructuredSelection(project));
        ParameterizedCommand command = new ParameterizedCommand(PlatformUI.getWorkbench().getService(ICommandService.class)
                .getCommand("dev.vmcsmith.lang.ui.pasteDump"), null);
        handlers.executeCommandInContext(command, null, context);
        IFile setup = project.getFile("imported.hv");
        SetupEditor.waitFor("the setup", () -> setup.exists() && SetupEditor.page().getActiveEditor() != null);
        assertEquals("imported.hv", SetupEditor.page().getActiveEditor().getTitle());
        SetupEditor.page().closeAllEditors(false);
        PlatformUI.getWorkbench().getOperationSupport().getOperationHistory().undo(WorkspaceUndoUtil.getWorkspaceUndoContext(), null,
                WorkspaceUndoUtil.getUIInfoAdapter(SetupEditor.page().getWorkbenchWindow().getShell()));
        assertEquals(List.of(), List.of(project.members()).stream().filter(member -> member.getName().endsWith(".hv")).toList());
    }
}
