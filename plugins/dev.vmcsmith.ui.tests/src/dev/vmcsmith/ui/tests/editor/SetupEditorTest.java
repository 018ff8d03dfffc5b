// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.lang.ui.editor.HvTextHover;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.resources.IResource;
import org.eclipse.jface.text.ITextOperationTarget;
import org.eclipse.jface.text.source.ISourceViewer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.graphics.RGB;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.handlers.IHandlerService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SetupEditorTest {
    private static final String GOOD_RIGHTS = "cs.access-rights = 0xC09B";

    private SetupEditor setup;

    @BeforeEach
    void openTheWalkthrough() throws Exception {
        setup = SetupEditor.open("editor-test");
    }

    @AfterEach
    void deleteTheProject() throws Exception {
        setup.close();
    }

    private boolean hasProblem(String ruleId) {
        return setup.problems().stream().anyMatch(marker -> ruleId.equals(marker.getAttribute(LangUi.RULE_ID, "")));
    }

    @Test
    void aSetupOpensInTheGenericEditorWithItsContentType() throws Exception {
        assertEquals(LangUi.EDITOR, setup.editor.getEditorSite().getId());
        assertEquals(LangUi.CONTENT_TYPE, setup.file.getContentDescription().getContentType().getId());
        assertEquals("UTF-8", setup.file.getCharset());
    }

    @Test
    void keywordsAndFieldsHaveTheirColours() {
        RGB plain = setup.textWidget().getForeground().getRGB();
        RGB keyword = colour("vmcs Guest");
        assertNotEquals(plain, keyword);
        assertEquals(keyword, colour("machine {"));
        assertNotEquals(keyword, colour(GOOD_RIGHTS));
        assertNotEquals(plain, colour(GOOD_RIGHTS));
    }

    private RGB colour(String text) {
        return setup.textWidget().getStyleRangeAtOffset(setup.offset(text)).foreground.getRGB();
    }

    @Test
    void aRuleThatIsBrokenWhileTypingIsMarkedAtItsLineUntilTheEditIsUndone() throws Exception {
        setup.replace(GOOD_RIGHTS, "cs.access-rights = 0x9A");
        SetupEditor.waitFor("the marker of the broken rule", () -> hasProblem("GUEST_CS_AR_TYPE"));
        IMarker marker = setup.problems().stream().filter(m -> "GUEST_CS_AR_TYPE".equals(m.getAttribute(LangUi.RULE_ID, ""))).findFirst()
                .orElseThrow();
        int line = setup.document().getLineOfOffset(setup.offset("cs.access-rights")) + 1;
        assertEquals(line, marker.getAttribute(IMarker.LINE_NUMBER, -1));
        assertEquals(IMarker.SEVERITY_ERROR, marker.getAttribute(IMarker.SEVERITY, -1));
        assertTrue(setup.editor.isDirty(), "nothing was saved");
        setup.run(ITextOperationTarget.UNDO);
        SetupEditor.waitFor("the marker to go", () -> !hasProblem("GUEST_CS_AR_TYPE"));
    }

    @Test
    void closingWithoutSavingLeavesTheProblemsOfTheSavedText() throws Exception {
        setup.replace("const STOP", "const const STOP");
        SetupEditor.waitFor("a problem", () -> !setup.problems().isEmpty());
        SetupEditor.page().closeEditor(setup.editor, false);
        SetupEditor.waitFor("the problem to go", () -> setup.problems().isEmpty());
    }

    @Test
    void savingAFileChecksItWithoutAnEditor() throws Exception {
        IFile other = setup.project.getFile("other.hv");
        SetupEditor.inBackground(monitor -> other.create(new ByteArrayInputStream("const = 3\n".getBytes(StandardCharsets.UTF_8)),
                IResource.NONE, monitor));
        SetupEditor.waitFor("a problem in the new file", () -> !SetupEditor.problems(other).isEmpty());
    }

    @Test
    void contentAssistShowsTheFieldsOfTheAreaAndInsertsTheChosenOne() throws Exception {
        setup.replace(GOOD_RIGHTS, "tr.acc");
        setup.editor.setFocus();
        setup.editor.selectAndReveal(setup.offset("tr.acc") + "tr.acc".length(), 0);
        setup.run(ISourceViewer.CONTENTASSIST_PROPOSALS);
        SetupEditor.waitFor("the popup or its only proposal", () -> setup.document().get().contains("tr.access-rights")
                || SetupEditor.visibleWidgets(Table.class).anyMatch(table -> shows(table, "tr.access-rights")));
        SetupEditor.visibleWidgets(Table.class).filter(table -> shows(table, "tr.access-rights")).findFirst().ifPresent(table -> {
            table.setSelection(0);
            table.notifyListeners(SWT.DefaultSelection, new Event());
        });
        SetupEditor.waitFor("the proposal in the text", () -> setup.document().get().contains("tr.access-rights"));
    }

    @Test
    void contentAssistOnAnEmptyLineListsFieldsWithTheirNamesInTheManual() throws Exception {
        setup.replace(GOOD_RIGHTS, "");
        int line = setup.document().getLineOfOffset(setup.offset("rsp = GUEST_STACK")) + 1;
        setup.editor.setFocus();
        setup.editor.selectAndReveal(setup.document().getLineOffset(line) + 8, 0);
        setup.run(ISourceViewer.CONTENTASSIST_PROPOSALS);
        SetupEditor.waitFor("the fields in the popup", () -> SetupEditor.visibleWidgets(Table.class)
                .anyMatch(table -> shows(table, "cr0  Guest CR0") && shows(table, "cs.access-rights  Guest CS access rights")));
    }

    private static boolean shows(Table table, String text) {
        for (int i = 0; i < table.getItemCount(); i++) {
            table.showItem(table.getItem(i));
        }
        return Arrays.stream(table.getItems()).anyMatch(item -> item.getText().startsWith(text));
    }

    @Test
    void aHoverSaysWhatAFieldIs() {
        HvTextHover hover = new HvTextHover();
        String info = hover.getHoverInfo(setup.viewer(), hover.getHoverRegion(setup.viewer(), setup.offset(GOOD_RIGHTS) + 4));
        assertTrue(info.contains("Guest CS access rights") && info.contains("0x4816"), info);
    }

    @Test
    void aHoverOverAProblemHasItsRuleAndWholeMessage() throws Exception {
        setup.replace(GOOD_RIGHTS, "cs.access-rights = 0x9A");
        SetupEditor.waitFor("the marker of the broken rule", () -> hasProblem("GUEST_CS_AR_TYPE"));
        HvTextHover hover = new HvTextHover();
        int offset = setup.offset("0x9A");
        SetupEditor.waitFor("the hover with the rule", () -> String.valueOf(hover.getHoverInfo(setup.viewer(),
                hover.getHoverRegion(setup.viewer(), offset))).contains("<b>GUEST_CS_AR_TYPE</b>"));
        String info = hover.getHoverInfo(setup.viewer(), hover.getHoverRegion(setup.viewer(), offset));
        assertTrue(info.replace("<br>", " ").contains("Checks on Guest Segment Registers"), info);
    }

    @Test
    void toggleCommentCommentsTheSelectedLinesAndBack() throws Exception {
        String before = setup.document().get();
        int start = setup.offset("rip = Main");
        setup.editor.setFocus();
        setup.editor.selectAndReveal(start, setup.offset(GOOD_RIGHTS) - start);
        toggleComment();
        assertTrue(setup.document().get().contains("        // rip = Main\n        // rsp = GUEST_STACK\n        // cs.access"),
                setup.document().get());
        setup.editor.selectAndReveal(setup.offset("// rip"), setup.offset("// cs.access") - setup.offset("// rip"));
        toggleComment();
        assertEquals(before, setup.document().get());
    }

    private void toggleComment() throws Exception {
        setup.editor.getSite().getService(IHandlerService.class).executeCommand("dev.vmcsmith.lang.ui.toggleComment", null);
    }

    @Test
    void aNewLineBehindAnOpeningBraceIsIndented() throws Exception {
        int offset = setup.offset("machine {") + "machine {".length();
        setup.editor.selectAndReveal(offset, 0);
        setup.textWidget().insert("\n");
        assertTrue(setup.document().get().contains("machine {\n    \n    cpu"), setup.document().get());
    }

    @Test
    void openHyperlinkLeadsToTheDefinition() throws Exception {
        setup.editor.setFocus();
        setup.editor.selectAndReveal(setup.offset("rip = Main") + "rip = ".length() + 1, 0);
        setup.editor.getSite().getService(IHandlerService.class).executeCommand("org.eclipse.ui.edit.text.open.hyperlink", null);
        SetupEditor.waitFor("the name in the definition to be selected",
                () -> setup.viewer().getSelectedRange().x == setup.offset("Main at 0x1_0000"));
        assertEquals("Main", setup.textWidget().getSelectionText());
    }

    @Test
    void theOutlineViewShowsTheElements() throws Exception {
        setup.editor.setFocus();
        IViewPart view = SetupEditor.page().showView("org.eclipse.ui.views.ContentOutline");
        SetupEditor.page().activate(setup.editor);
        SetupEditor.waitFor("the outline", () -> SetupEditor.visibleWidgets(Tree.class)
                .anyMatch(tree -> Arrays.stream(tree.getItems()).anyMatch(item -> item.getText().equals("on Guest exit cpuid"))));
        SetupEditor.page().hideView(view);
    }
}
