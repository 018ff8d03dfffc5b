// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ui.editor.HvBracketMatcher;
import dev.vmcsmith.lang.ui.minings.SetupMinings;
import dev.vmcsmith.lang.ui.occurrences.MarkOccurrences;
import dev.vmcsmith.lang.ui.preferences.SetupPreferences;
import dev.vmcsmith.lang.ui.rename.RenameRefactoring;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.NullProgressMonitor;
import org.eclipse.jface.text.IRegion;
import org.eclipse.jface.text.ITextOperationTarget;
import org.eclipse.jface.text.codemining.ICodeMining;
import org.eclipse.jface.text.source.Annotation;
import org.eclipse.jface.text.source.IAnnotationModel;
import org.eclipse.jface.text.source.ISourceViewer;
import org.eclipse.jface.text.source.ISourceViewerExtension2;
import org.eclipse.jface.text.source.inlined.AbstractInlinedAnnotation;
import org.eclipse.jface.text.source.projection.ProjectionAnnotation;
import org.eclipse.jface.text.source.projection.ProjectionViewer;
import org.eclipse.ltk.core.refactoring.Change;
import org.eclipse.ltk.core.refactoring.CheckConditionsOperation;
import org.eclipse.ltk.core.refactoring.PerformRefactoringOperation;
import org.eclipse.ltk.core.refactoring.RefactoringCore;
import org.eclipse.search.ui.ISearchResultViewPart;
import org.eclipse.search.ui.NewSearchUI;
import org.eclipse.search.ui.text.AbstractTextSearchResult;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Text;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeItem;
import org.eclipse.ui.handlers.IHandlerService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.event.EventAdmin;

/** What the editor does on command, and what it shows by itself. */
class EditorCommandsTest {
    private SetupEditor setup;

    @BeforeEach
    void openTheWalkthrough() throws Exception {
        setup = SetupEditor.open("commands-test");
        setup.editor.setFocus();
    }

    @AfterEach
    void deleteTheProject() throws Exception {
        setup.close();
    }

    private void execute(String command) throws Exception {
        setup.editor.getSite().getService(IHandlerService.class).executeCommand(command, null);
    }

    private List<Annotation> annotations(IAnnotationModel model, String type) {
        List<Annotation> found = new ArrayList<>();
        model.getAnnotationIterator().forEachRemaining(annotation -> {
            if (annotation.getType().equals(type)) {
                found.add(annotation);
            }
        });
        return found;
    }

    @Test
    void formatLaysTheTextOutAndUndoTakesItBackInOneStep() throws Exception {
        String tidy = setup.document().get();
        setup.replace("    cpu    \"skylake\"                 // which", "  cpu \"skylake\" // which");
        setup.replace("        mov   eax, 1\n", " mov eax,1\n");
        String loose = setup.document().get();
        execute("dev.vmcsmith.lang.ui.format");
        SetupEditor.waitFor("the text to be formatted", () -> setup.document().get().equals(tidy));
        setup.run(ITextOperationTarget.UNDO);
        assertEquals(loose, setup.document().get());
    }

    @Test
    void blocksAndCommentsFold() {
        ProjectionViewer viewer = (ProjectionViewer) setup.viewer();
        SetupEditor.waitFor("the folds", () -> viewer.getProjectionAnnotationModel() != null
                && annotations(viewer.getProjectionAnnotationModel(), ProjectionAnnotation.TYPE).size() >= 8);
        int lines = setup.textWidget().getLineCount();
        viewer.doOperation(ProjectionViewer.COLLAPSE_ALL);
        SetupEditor.waitFor("lines to be hidden", () -> setup.textWidget().getLineCount() < lines / 2);
        viewer.doOperation(ProjectionViewer.EXPAND_ALL);
        SetupEditor.waitFor("all lines again", () -> setup.textWidget().getLineCount() == lines);
    }

    @Test
    void thePlacesOfTheNameAtTheCursorAreMarked() {
        setup.editor.selectAndReveal(setup.offset("STOP "), 0);
        SetupEditor.waitFor("three places of STOP", () -> annotations(setup.viewer().getAnnotationModel(), MarkOccurrences.OCCURRENCE).size() == 3);
        setup.editor.selectAndReveal(setup.offset("// One 32-bit"), 0);
        SetupEditor.waitFor("no places of a comment",
                () -> annotations(setup.viewer().getAnnotationModel(), MarkOccurrences.OCCURRENCE).isEmpty());
    }

    @Test
    void theQuickOutlineFindsAnElementByTyping() throws Exception {
        execute("dev.vmcsmith.lang.ui.quickOutline");
        SetupEditor.waitFor("the popup", () -> popupTree() != null);
        Shell popup = popupTree().getShell();
        Text filter = SetupEditor.widgets(popup, Text.class).filter(text -> "Filter".equals(text.getMessage())).findFirst().orElseThrow();
        filter.setText("vmcall");
        SetupEditor.waitFor("one element to be left", () -> popupTree().getItemCount() == 1);
        assertEquals("on Guest exit vmcall", popupTree().getItem(0).getText());
        Event enter = new Event();
        enter.keyCode = SWT.CR;
        filter.notifyListeners(SWT.KeyDown, enter);
        SetupEditor.waitFor("the element to be selected", () -> setup.viewer().getSelectedRange().x == setup.offset("vmcall {"));
        assertTrue(popup.isDisposed());
    }

    private static Tree popupTree() {
        return Arrays.stream(Display.getCurrent().getShells()).filter(Shell::isVisible)
                .filter(shell -> SetupEditor.widgets(shell, Text.class).anyMatch(text -> "Filter".equals(text.getMessage())))
                .flatMap(shell -> SetupEditor.widgets(shell, Tree.class)).findFirst().orElse(null);
    }

    @Test
    void findReferencesListsTheLinesInTheSearchView() throws Exception {
        setup.editor.selectAndReveal(setup.offset("STOP "), 0);
        execute("org.eclipse.ui.genericeditor.findReferences");
        SetupEditor.waitFor("the Search view with three places", () -> NewSearchUI.getSearchResultView() != null
                && NewSearchUI.getSearchResultView().getActivePage() != null && matches() == 3);
        SetupEditor.waitFor("the lines", () -> SetupEditor.visibleWidgets(Table.class).anyMatch(table -> Arrays.stream(table.getItems())
                .anyMatch(item -> item.getText().startsWith("walkthrough.hv:") && item.getText().contains("if eax == STOP"))));
        ISearchResultViewPart view = NewSearchUI.getSearchResultView();
        SetupEditor.page().hideView(view.getViewSite().getPage().findViewReference(NewSearchUI.SEARCH_VIEW_ID));
    }

    private static int matches() {
        return NewSearchUI.getQueries().length == 0 ? 0
                : ((AbstractTextSearchResult) NewSearchUI.getQueries()[0].getSearchResult()).getMatchCount();
    }

    @Test
    void renamingChangesEveryPlaceAndIsUndone() throws Exception {
        String before = setup.document().get();
        RenameRefactoring rename = new RenameRefactoring(setup.file, before, setup.offset("STOP "), "STOP");
        rename.newName("GOODBYE");
        PerformRefactoringOperation operation = new PerformRefactoringOperation(rename, CheckConditionsOperation.ALL_CONDITIONS);
        SetupEditor.inBackground(operation::run);
        assertFalse(operation.getConditionStatus().hasError(), operation.getConditionStatus().toString());
        SetupEditor.waitFor("the new name", () -> setup.document().get().equals(before.replace("STOP", "GOODBYE")));
        Change undo = operation.getUndoChange();
        assertTrue(undo != null);
        SetupEditor.inBackground(monitor -> RefactoringCore.getUndoManager().performUndo(null, monitor));
        SetupEditor.waitFor("the old name", () -> setup.document().get().equals(before));
    }

    @Test
    void theRenameDialogRefusesANameThatIsTaken() throws Exception {
        setup.editor.selectAndReveal(setup.offset("STOP "), 0);
        boolean[] refused = {false};
        Display display = Display.getCurrent();
        Runnable drive = new Runnable() {
            @Override
            public void run() {
                Shell dialog = Arrays.stream(display.getShells()).filter(shell -> shell.isVisible() && shell.getText().startsWith("Rename"))
                        .findFirst().orElse(null);
                if (dialog == null) {
                    display.timerExec(100, this);
                    return;
                }
                Text name = SetupEditor.widgets(dialog, Text.class).filter(text -> text.getText().equals("STOP")).findFirst().orElse(null);
                refused[0] = name != null && !dialog.getDefaultButton().isEnabled();
                dialog.close();
            }
        };
        display.timerExec(100, drive);
        execute("dev.vmcsmith.lang.ui.rename");
        SetupEditor.waitFor("the dialog, which wants another name than the old one", () -> refused[0]);
    }

    @Test
    void theRenameDialogShowsEveryChangeInTwoFilesBeforeItMakesThem() throws Exception {
        IFile other = setup.project.getFile("other.hv");
        String importing = "import \"walkthrough.hv\"\nconst TWICE = STOP * 2\n";
        SetupEditor.inBackground(monitor -> other.create(importing.getBytes(StandardCharsets.UTF_8), true, false, monitor));
        String before = setup.document().get();
        setup.editor.selectAndReveal(setup.offset("STOP "), 0);
        List<String> previewed = new ArrayList<>();
        Dialogs.whenOpen("Rename", shell -> {
            Dialogs.text(shell, "STOP").setText("GOODBYE");
            Dialogs.press(shell, "Preview");
            SetupEditor.waitFor("the preview", () -> SetupEditor.widgets(shell, Tree.class).anyMatch(tree -> tree.isVisible()
                    && tree.getItemCount() > 0));
            Tree tree = Dialogs.find(shell, Tree.class, Tree::isVisible);
            Arrays.stream(tree.getItems()).forEach(item -> collect(item, previewed));
            Dialogs.press(shell, "OK");
        });
        execute("dev.vmcsmith.lang.ui.rename");
        SetupEditor.waitFor("the new name in both files", () -> setup.document().get().equals(before.replace("STOP", "GOODBYE"))
                && text(other).equals(importing.replace("STOP", "GOODBYE")));
        assertTrue(previewed.stream().anyMatch(text -> text.startsWith("walkthrough.hv")), previewed.toString());
        assertTrue(previewed.stream().anyMatch(text -> text.startsWith("other.hv")), previewed.toString());
    }

    private static void collect(TreeItem item, List<String> labels) {
        labels.add(item.getText());
        Arrays.stream(item.getItems()).forEach(inner -> collect(inner, labels));
    }

    private static String text(IFile file) {
        try {
            return file.readString();
        } catch (CoreException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theBracketThatBelongsToTheOneAtTheCursorIsFound() {
        int open = setup.offset("primary    {") + "primary    {".length();
        setup.editor.selectAndReveal(open, 0);
        IRegion pair = new HvBracketMatcher().match(setup.document(), open);
        assertEquals(open - 1, pair.getOffset());
        assertEquals("{ cr3-load-exiting, cr3-store-exiting, use-msr-bitmaps }", setup.document().get().substring(pair.getOffset(),
                pair.getOffset() + pair.getLength()));
    }

    @Test
    void linesAreIndentedWhileTypingByTheStepOfTheFormatter() throws Exception {
        setup.editor.selectAndReveal(setup.document().getLength(), 0);
        type("on Guest exit hlt {");
        type("\n");
        type("stop");
        type("\n");
        type("}");
        assertTrue(setup.document().get().endsWith("on Guest exit hlt {\n    stop\n}"), setup.document().get());
        SetupPreferences.store().setValue(SetupPreferences.INDENT, 2);
        try {
            type("\n");
            type("on Guest exit hlt {");
            type("\n");
            assertTrue(setup.document().get().endsWith("on Guest exit hlt {\n  "), setup.document().get());
        } finally {
            SetupPreferences.store().setToDefault(SetupPreferences.INDENT);
        }
    }

    /** What the keyboard would put in: edits of the widget go through the editor's own strategies. */
    private void type(String text) {
        int caret = setup.textWidget().getCaretOffset();
        setup.textWidget().insert(text);
        if (setup.textWidget().getCaretOffset() == caret) {
            setup.textWidget().setCaretOffset(setup.textWidget().getCharCount());
        }
    }

    @Test
    void remarksShowFinalValuesSizesAndTheExitsOfTheLastRun() {
        SetupEditor.waitFor("the size of the guest code", () -> remarks().stream().anyMatch(text -> text.contains("bytes, 0x10000 to")));
        assertTrue(remarks().stream().anyMatch(text -> text.contains("activate-secondary-controls")), remarks().toString());
        BundleContext context = FrameworkUtil.getBundle(EditorCommandsTest.class).getBundleContext();
        EventAdmin events = context.getService(context.getServiceReference(EventAdmin.class));
        Map<String, Object> run = new HashMap<>();
        run.put("file", setup.file.getLocation().toOSString());
        run.put("exits", Map.of(10, 1L, 28, 2L, 18, 1L));
        events.sendEvent(new org.osgi.service.event.Event("dev/vmcsmith/run/EXITS", run));
        SetupEditor.waitFor("the exits of the run", () -> remarks().stream().anyMatch(text -> text.contains("2 exits in the last run")));
    }

    /** Those that the editor would be given now, once it shows some. */
    private List<String> remarks() {
        int[] shown = {0};
        ((ISourceViewerExtension2) setup.viewer()).getVisualAnnotationModel().getAnnotationIterator()
                .forEachRemaining(annotation -> shown[0] += annotation instanceof AbstractInlinedAnnotation ? 1 : 0);
        return shown[0] == 0 ? List.of() : new SetupMinings().provideCodeMinings(setup.viewer(), new NullProgressMonitor()).join().stream()
                .map(ICodeMining::getLabel).toList();
    }
}
