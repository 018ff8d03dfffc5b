// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.lang.ui.editor.DefinitionLinks;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.ITextOperationTarget;
import org.eclipse.jface.text.ITextSelection;
import org.eclipse.jface.text.ITextViewer;
import org.eclipse.jface.text.Region;
import org.eclipse.jface.text.hyperlink.IHyperlink;
import org.eclipse.ltk.core.refactoring.RefactoringCore;
import org.eclipse.search.ui.NewSearchUI;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Text;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeItem;
import org.eclipse.ui.IEditorPart;
import org.eclipse.ui.handlers.IHandlerService;
import org.eclipse.ui.ide.IDE;
import org.eclipse.ui.texteditor.ITextEditor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the editor does across files: one that defines names, one that imports them, one that imports that. */
class SeveralFilesTest {
    private static final String PORTS = "const COM1 = 0x3F8\nconst COM2 = 0x2F8\n";
    private static final String USER = "import \"ports.hv\"\nconst SAME = COM1 + 1\n";
    private static final String FURTHER = "import \"user.hv\"\nconst NEXT = COM1 + SAME\n";

    private SetupEditor setup;
    private IFile ports;
    private IFile user;
    private IFile further;

    @BeforeEach
    void makeThreeFiles() throws Exception {
        setup = SetupEditor.open("files-test");
        ports = create("ports.hv", PORTS);
        user = create("user.hv", USER);
        further = create("further.hv", FURTHER);
    }

    @AfterEach
    void deleteTheProject() throws Exception {
        SetupEditor.page().closeAllEditors(false);
        SetupEditor.delete(setup.project);
    }

    private IFile create(String name, String text) {
        IFile file = setup.project.getFile(name);
        SetupEditor.inBackground(monitor -> file.create(content(text), IResource.NONE, monitor));
        return file;
    }

    private static ByteArrayInputStream content(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(IFile file, String text) {
        SetupEditor.inBackground(monitor -> file.setContents(content(text), IResource.NONE, monitor));
    }

    private static ITextEditor open(IFile file) throws CoreException {
        return (ITextEditor) IDE.openEditor(SetupEditor.page(), file);
    }

    private static IDocument document(ITextEditor editor) {
        return editor.getDocumentProvider().getDocument(editor.getEditorInput());
    }

    private static List<String> rules(IFile file) {
        return SetupEditor.problems(file).stream().map(marker -> marker.getAttribute(LangUi.RULE_ID, "")).toList();
    }

    private static void execute(ITextEditor editor, String command) throws Exception {
        editor.setFocus();
        editor.getSite().getService(IHandlerService.class).executeCommand(command, null);
    }

    // ---- the builder ---------------------------------------------------------------------------------------------------------------

    @Test
    void filesThatImportAChangedFileAreCheckedAgain() {
        write(ports, "const COM3 = 0x3E8\n");
        SetupEditor.waitFor("the name that is missing", () -> rules(user).contains("UNKNOWN_NAME"));
        SetupEditor.waitFor("the name that is missing two files away", () -> rules(further).contains("UNKNOWN_NAME"));
        write(ports, PORTS);
        SetupEditor.waitFor("the problems to go", () -> rules(user).isEmpty() && rules(further).isEmpty());
    }

    @Test
    void anImportedFileThatGoesIsMissedUntilItComesBack() throws Exception {
        SetupEditor.inBackground(monitor -> ports.delete(true, monitor));
        SetupEditor.waitFor("the import to be marked", () -> rules(user).contains("FILE_NOT_READABLE"));
        create("ports.hv", PORTS);
        SetupEditor.waitFor("the problems to go", () -> rules(user).isEmpty() && rules(further).isEmpty());
    }

    @Test
    void anOpenEditorSeesTheUnsavedTextOfAFileThatItImports() throws Exception {
        ITextEditor importing = open(user);
        ITextEditor imported = open(ports);
        document(imported).replace(PORTS.indexOf("COM1"), "COM1".length(), "COM9");
        SetupEditor.waitFor("the name that is missing", () -> rules(user).contains("UNKNOWN_NAME"));
        assertTrue(imported.isDirty() && !importing.isDirty());
        SetupEditor.page().closeEditor(imported, false);
        SetupEditor.waitFor("the saved text to count again", () -> rules(user).isEmpty());
    }

    // ---- links ---------------------------------------------------------------------------------------------------------------------

    private static IHyperlink link(ITextEditor editor, int offset) {
        DefinitionLinks detector = new DefinitionLinks();
        detector.setContext(editor);
        IHyperlink[] found = detector.detectHyperlinks((ITextViewer) editor.getAdapter(ITextOperationTarget.class), new Region(offset, 0), false);
        return found == null ? null : found[0];
    }

    private static boolean isAt(IFile file, int offset, int length) {
        IEditorPart active = SetupEditor.page().getActiveEditor();
        return active instanceof ITextEditor editor && file.equals(editor.getEditorInput().getAdapter(IFile.class))
                && editor.getSelectionProvider().getSelection() instanceof ITextSelection selection && selection.getOffset() == offset
                && selection.getLength() == length;
    }

    @Test
    void thePathOfAnImportOpensTheFile() throws Exception {
        IHyperlink link = link(open(user), USER.indexOf("ports"));
        assertEquals(new Region(USER.indexOf("ports.hv"), "ports.hv".length()), link.getHyperlinkRegion());
        link.open();
        SetupEditor.waitFor("the imported file", () -> isAt(ports, 0, 0));
    }

    @Test
    void aNameOfAnImportedFileOpensThatFileAtItsDefinition() throws Exception {
        link(open(user), USER.indexOf("COM1") + 2).open();
        SetupEditor.waitFor("the definition", () -> isAt(ports, PORTS.indexOf("COM1"), "COM1".length()));
    }

    @Test
    void wordsOfTheLanguageAreNoLinks() throws Exception {
        ITextEditor editor = open(user);
        assertNull(link(editor, USER.indexOf("import") + 2));
        assertNull(link(editor, USER.indexOf("const") + 2));
        assertNull(link(setup.editor, setup.offset("cs.access-rights") + 5));
        assertNotNull(link(setup.editor, setup.offset("rip = Main") + "rip = M".length()));
    }

    // ---- references and rename -----------------------------------------------------------------------------------------------------

    @Test
    void findReferencesListsTheLinesOfAllFiles() throws Exception {
        ITextEditor editor = open(ports);
        editor.selectAndReveal(PORTS.indexOf("COM1"), 0);
        execute(editor, "org.eclipse.ui.genericeditor.findReferences");
        SetupEditor.waitFor("a line of each file", () -> SetupEditor.visibleWidgets(Table.class).anyMatch(table -> {
            List<String> lines = Arrays.stream(table.getItems()).map(item -> item.getText()).toList();
            return lines.size() == 3 && lines.get(0).startsWith("further.hv:2") && lines.get(1).startsWith("ports.hv:1")
                    && lines.get(2).startsWith("user.hv:2");
        }));
        var view = NewSearchUI.getSearchResultView();
        SetupEditor.page().hideView(SetupEditor.page().findViewReference(view.getSite().getId()));
    }

    @Test
    void renameShowsTheFilesInItsPreviewAndChangesAllOfThemUntilItIsUndone() throws Exception {
        ITextEditor editor = open(user);
        editor.selectAndReveal(USER.indexOf("COM1"), 0);
        TreeSet<String> previewed = new TreeSet<>();
        Display display = Display.getCurrent();
        display.timerExec(100, new Runnable() {
            private boolean named;

            @Override
            public void run() {
                Shell dialog = Arrays.stream(display.getShells()).filter(shell -> shell.isVisible() && shell.getText().startsWith("Rename"))
                        .findFirst().orElse(null);
                Tree preview = dialog == null ? null : SetupEditor.widgets(dialog, Tree.class).filter(Tree::isVisible).findFirst().orElse(null);
                if (preview != null && preview.getItemCount() > 0) {
                    collect(preview.getItems(), previewed);
                    press(dialog.getDefaultButton());
                    return;
                }
                if (dialog != null && !named) {
                    SetupEditor.widgets(dialog, Text.class).filter(text -> text.getText().equals("COM1")).findFirst().ifPresent(name -> {
                        name.setText("FIRST");
                        named = true;
                        display.asyncExec(() -> SetupEditor.widgets(dialog, Button.class)
                                .filter(button -> button.getText().replace("&", "").startsWith("Preview")).findFirst().ifPresent(this::press));
                    });
                }
                display.timerExec(100, this);
            }

            private void press(Button button) {
                button.notifyListeners(SWT.Selection, new Event());
            }
        });
        execute(editor, "dev.vmcsmith.lang.ui.rename");
        SetupEditor.waitFor("the new name in the open file", () -> document(editor).get().equals(USER.replace("COM1", "FIRST")));
        assertEquals(List.of("further.hv", "ports.hv", "user.hv"), List.copyOf(previewed));
        assertEquals(PORTS.replace("COM1", "FIRST"), ports.readString());
        assertEquals(FURTHER.replace("COM1", "FIRST"), further.readString());
        display.timerExec(100, new Runnable() {
            @Override
            public void run() {
                Arrays.stream(display.getShells()).filter(shell -> shell.isVisible() && shell.getParent() != null && shell.getDefaultButton() != null)
                        .findFirst().ifPresentOrElse(question -> question.getDefaultButton().notifyListeners(SWT.Selection, new Event()),
                                () -> again());
            }

            private void again() {
                if (!document(editor).get().equals(USER)) {
                    display.timerExec(100, this);
                }
            }
        });
        SetupEditor.inBackground(monitor -> RefactoringCore.getUndoManager().performUndo(null, monitor));
        SetupEditor.waitFor("the old name", () -> document(editor).get().equals(USER));
        assertEquals(PORTS, ports.readString());
        assertEquals(FURTHER, further.readString());
        SetupEditor.waitFor("no problems", () -> rules(user).isEmpty() && rules(further).isEmpty());
        assertFalse(document(editor).get().contains("FIRST"));
    }

    private static void collect(TreeItem[] items, TreeSet<String> names) {
        for (TreeItem item : items) {
            if (item.getText().matches("\\w+\\.hv.*")) {
                names.add(item.getText().split(" ")[0]);
            }
            collect(item.getItems(), names);
        }
    }
}
