// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ide.EditorServices;
import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.lang.ui.editor.HvContentAssist;
import dev.vmcsmith.lang.ui.editor.HvTextHover;
import dev.vmcsmith.lang.ui.preferences.SetupPreferences;
import dev.vmcsmith.ui.tests.debug.SetupRun;
import java.awt.event.KeyEvent;
import java.util.Arrays;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.runtime.preferences.IEclipsePreferences;
import org.eclipse.jface.preference.PreferenceDialog;
import org.eclipse.jface.text.source.Annotation;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.CCombo;
import org.eclipse.swt.graphics.Rectangle;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.List;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.TableItem;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.dialogs.PreferencesUtil;
import org.eclipse.ui.handlers.IHandlerService;
import org.eclipse.ui.texteditor.SimpleMarkerAnnotation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The preference pages and the page of a project, and what the editor makes of them. */
class PreferencesTest {
    private static final String SETUP_PAGE = "dev.vmcsmith.lang.ui.setupPage";
    private static final String FORMAT_PAGE = "dev.vmcsmith.lang.ui.formatPage";
    private static final String PROJECT_PAGE = "dev.vmcsmith.lang.ui.projectPage";
    private static final String CPU = "    cpu    \"skylake\"";
    private static final String UNUSED = "on Guest exit rdtsc { emulate }\n";

    private SetupEditor setup;
    private PreferenceDialog dialog;

    @BeforeEach
    void openTheWalkthrough() throws Exception {
        setup = SetupEditor.open("preferences-test");
        setup.editor.setFocus();
    }

    @AfterEach
    void deleteTheProject() throws Exception {
        if (dialog != null) {
            dialog.close();
        }
        IEclipsePreferences node = SetupPreferences.node(null);
        for (String key : node.keys()) {
            node.remove(key);
        }
        setup.close();
    }

    private Shell open(PreferenceDialog opened) {
        dialog = opened;
        dialog.setBlockOnOpen(false);
        dialog.open();
        Input.awaitActive(dialog.getShell());
        return dialog.getShell();
    }

    private Shell preferences(String page) {
        return open(PreferencesUtil.createPreferenceDialogOn(setup.editor.getSite().getShell(), page, new String[] {page}, null));
    }

    private Shell properties() {
        return open(PreferencesUtil.createPropertyDialogOn(setup.editor.getSite().getShell(), setup.project, PROJECT_PAGE,
                new String[] {PROJECT_PAGE}, null));
    }

    private static void accept(Shell shell) {
        Dialogs.press(shell, "Apply and Close");
    }

    private IMarker marker(String rule) {
        return setup.problems().stream().filter(m -> rule.equals(m.getAttribute(LangUi.RULE_ID, ""))).findFirst().orElse(null);
    }

    private int severity(String rule) {
        IMarker marker = marker(rule);
        return marker == null ? -1 : marker.getAttribute(IMarker.SEVERITY, -1);
    }

    /** The page shows the level of a check that its filter finds. */
    private static void shows(Shell shell, String rule, String level) {
        Dialogs.find(shell, Text.class, text -> "type filter text".equals(text.getMessage()) && table(shell).getParent() == text.getParent())
                .setText(rule);
        Table table = table(shell);
        SetupEditor.waitFor("one check to be left", () -> table.getItemCount() == 1);
        assertEquals(rule, table.getItem(0).getText(1));
        assertEquals(level, table.getItem(0).getText(0));
    }

    private static void level(IProject project, String rule, String level) {
        SetupPreferences.node(project).put(SetupPreferences.LEVEL + rule, level);
    }

    private static Table table(Shell shell) {
        return Dialogs.table(shell, "Level");
    }

    @Test
    void theCpuOfTheWorkspaceCountsForASetupThatNamesNone() throws Exception {
        setup.replace(CPU, "");
        SetupEditor.waitFor("the check of the text", () -> setup.problems().isEmpty());
        Shell shell = preferences(SETUP_PAGE);
        Dialogs.choose(Dialogs.combo(shell, "penryn"), "penryn");
        accept(shell);
        SetupEditor.waitFor("the control that a Penryn lacks", () -> marker("CONTROL_NOT_AVAILABLE") != null);
        HvTextHover hover = new HvTextHover();
        String info = hover.getHoverInfo(setup.viewer(), hover.getHoverRegion(setup.viewer(), setup.offset("enable-ept")));
        assertTrue(info.contains("of penryn: must be 0"), info);
        setup.replace("{ enable-ept,", "{ ");
        java.util.List<String> offered = proposals(setup.document().get().indexOf('{', setup.offset("secondary ")) + 2);
        assertTrue(offered.contains("virtualize-apic-accesses") && !offered.contains("enable-ept"), offered.toString());
        Shell again = preferences(SETUP_PAGE);
        Dialogs.choose(Dialogs.combo(again, "penryn"), EditorServices.defaultCpu());
        accept(again);
        SetupEditor.waitFor("the marker to go", () -> marker("CONTROL_NOT_AVAILABLE") == null);
        assertEquals(null, SetupPreferences.node(null).get(SetupPreferences.CPU, null));
    }

    @Test
    void aSetupThatNamesNoCpuIsLaunchedOnTheChosenOne() throws Exception {
        setup.replace(CPU, "");
        setup.editor.doSave(null);
        assertEquals(0, SetupRun.exitCode(setup.file));
        SetupPreferences.node(null).put(SetupPreferences.CPU, "penryn");
        String why = SetupRun.refusal(setup.file);
        assertTrue(why.contains("walkthrough.hv has ") && why.contains("errors"), why);
    }

    private java.util.List<String> proposals(int offset) {
        return Arrays.stream(new HvContentAssist().computeCompletionProposals(setup.viewer(), offset)).map(proposal -> proposal
                .getDisplayString().split("  ")[0]).toList();
    }

    @Test
    void theCpuOfAProjectCountsMoreThanThatOfTheWorkspace() throws Exception {
        setup.replace(CPU, "");
        SetupPreferences.node(null).put(SetupPreferences.CPU, "penryn");
        SetupEditor.waitFor("the control that a Penryn lacks", () -> marker("CONTROL_NOT_AVAILABLE") != null);
        Shell shell = properties();
        assertFalse(Dialogs.combo(shell, "ice-lake").isEnabled());
        Dialogs.press(shell, "Enable project-specific settings");
        Dialogs.choose(Dialogs.combo(shell, "ice-lake"), "ice-lake");
        accept(shell);
        SetupEditor.waitFor("the marker to go", () -> marker("CONTROL_NOT_AVAILABLE") == null);
        assertTrue(setup.project.getFile(".settings/dev.vmcsmith.lang.ui.prefs").exists());
        SetupPreferences.node(setup.project).remove(SetupPreferences.PROJECT_SPECIFIC);
        SetupEditor.waitFor("the workspace to count again", () -> marker("CONTROL_NOT_AVAILABLE") != null);
    }

    @Test
    void theLevelOfACheckChangesMarkersAndAnnotations() throws Exception {
        setup.document().replace(setup.offset("on Guest exit other"), 0, UNUSED);
        SetupEditor.waitFor("the warning", () -> severity("HANDLER_NEVER_RUNS") == IMarker.SEVERITY_WARNING);
        SetupEditor.waitFor("the annotation of a warning", () -> "org.eclipse.ui.workbench.texteditor.warning".equals(annotation(
                "HANDLER_NEVER_RUNS")));
        level(null, "HANDLER_NEVER_RUNS", "error");
        SetupEditor.waitFor("the error", () -> severity("HANDLER_NEVER_RUNS") == IMarker.SEVERITY_ERROR);
        SetupEditor.waitFor("the annotation of an error", () -> "org.eclipse.ui.workbench.texteditor.error".equals(annotation(
                "HANDLER_NEVER_RUNS")));
        Shell shell = preferences(SETUP_PAGE);
        shows(shell, "HANDLER_NEVER_RUNS", "Error");
        accept(shell);
        level(setup.project, "HANDLER_NEVER_RUNS", "ignore");
        Shell project = properties();
        Dialogs.press(project, "Enable project-specific settings");
        shows(project, "HANDLER_NEVER_RUNS", "Ignore");
        accept(project);
        SetupEditor.waitFor("nothing", () -> marker("HANDLER_NEVER_RUNS") == null);
    }

    @Test
    void theLevelOfAnEntryRuleCountsForFilesThatAreNotOpen() throws Exception {
        setup.replace("cs.access-rights = 0xC09B", "cs.access-rights = 0xC09A");
        setup.editor.doSave(null);
        SetupEditor.page().closeEditor(setup.editor, false);
        SetupEditor.waitFor("the error", () -> severity("GUEST_CS_AR_TYPE") == IMarker.SEVERITY_ERROR);
        level(setup.project, "GUEST_CS_AR_TYPE", "info");
        Shell shell = properties();
        Dialogs.press(shell, "Enable project-specific settings");
        shows(shell, "GUEST_CS_AR_TYPE", "Info");
        accept(shell);
        SetupEditor.waitFor("the remark", () -> severity("GUEST_CS_AR_TYPE") == IMarker.SEVERITY_INFO);
        Shell again = properties();
        Dialogs.press(again, "Restore Defaults");
        accept(again);
        SetupEditor.waitFor("the error", () -> severity("GUEST_CS_AR_TYPE") == IMarker.SEVERITY_ERROR);
    }

    @Test
    void aLevelIsChosenWithTheMouse() throws Exception {
        setup.document().replace(setup.offset("on Guest exit other"), 0, UNUSED);
        SetupEditor.waitFor("the warning", () -> severity("HANDLER_NEVER_RUNS") == IMarker.SEVERITY_WARNING);
        Shell shell = preferences(SETUP_PAGE);
        shows(shell, "HANDLER_NEVER_RUNS", "Warning");
        chooseWithTheMouse(shell, "Error");
        Input.click(Dialogs.button(shell, "Apply and Close"));
        SetupEditor.waitFor("the error", () -> severity("HANDLER_NEVER_RUNS") == IMarker.SEVERITY_ERROR);
        Shell project = properties();
        Input.click(Dialogs.button(project, "Enable project-specific settings"));
        SetupEditor.waitFor("the table to be enabled", () -> table(project).isEnabled());
        shows(project, "HANDLER_NEVER_RUNS", "Warning");
        chooseWithTheMouse(project, "Ignore");
        Input.click(Dialogs.button(project, "Apply and Close"));
        SetupEditor.waitFor("nothing", () -> marker("HANDLER_NEVER_RUNS") == null);
        assertEquals("error", SetupPreferences.node(null).get(SetupPreferences.LEVEL + "HANDLER_NEVER_RUNS", ""));
    }

    private static void chooseWithTheMouse(Shell shell, String level) {
        TableItem item = table(shell).getItem(0);
        SetupEditor.waitFor("the cell to be laid out", () -> item.getBounds(0).width > 50);
        Rectangle cell = item.getBounds(0);
        Input.click(table(shell), cell.x + cell.width / 2, cell.y + cell.height / 2);
        SetupEditor.waitFor("the levels", () -> levels() != null);
        List list = levels();
        Input.click(list, 20, list.getItemHeight() * list.indexOf(level) + list.getItemHeight() / 2);
        SetupEditor.waitFor("the choice", () -> levels() == null);
    }

    /** The open list of levels. */
    private static List levels() {
        return SetupEditor.visibleWidgets(List.class).filter(list -> list.indexOf("Ignore") >= 0).findFirst().orElse(null);
    }

    @Test
    void aLevelIsChosenWithTheKeyboard() throws Exception {
        setup.document().replace(setup.offset("on Guest exit other"), 0, UNUSED);
        SetupEditor.waitFor("the warning", () -> severity("HANDLER_NEVER_RUNS") == IMarker.SEVERITY_WARNING);
        Shell shell = preferences(SETUP_PAGE);
        shows(shell, "HANDLER_NEVER_RUNS", "Warning");
        Table table = table(shell);
        table.setFocus();
        table.setSelection(0);
        SetupEditor.waitFor("the focus", table::isFocusControl);
        Input.key(KeyEvent.VK_F2);
        SetupEditor.waitFor("the choice of a level", () -> SetupEditor.widgets(shell, CCombo.class).anyMatch(CCombo::isVisible));
        CCombo choice = SetupEditor.widgets(shell, CCombo.class).filter(CCombo::isVisible).findFirst().orElseThrow();
        SetupEditor.waitFor("the focus in the choice", choice::isFocusControl);
        Input.key(KeyEvent.VK_UP);
        SetupEditor.waitFor("the level above", () -> choice.getText().equals("Error"));
        Input.key(KeyEvent.VK_ENTER);
        SetupEditor.waitFor("the level in the table", () -> table.getItem(0).getText(0).equals("Error") && !choice.isVisible());
        assertFalse(shell.isDisposed(), "the Enter key ends the choice, not the dialog");
        accept(shell);
        SetupEditor.waitFor("the error", () -> severity("HANDLER_NEVER_RUNS") == IMarker.SEVERITY_ERROR);
    }

    private String annotation(String rule) {
        String[] type = {""};
        setup.viewer().getAnnotationModel().getAnnotationIterator().forEachRemaining(annotation -> {
            if (annotation instanceof SimpleMarkerAnnotation problem && rule.equals(problem.getMarker().getAttribute(LangUi.RULE_ID, ""))) {
                type[0] = ((Annotation) problem).getType();
            }
        });
        return type[0];
    }

    @Test
    void theFormatterPageChangesTheLayout() throws Exception {
        Shell shell = preferences(FORMAT_PAGE);
        Text indent = Dialogs.text(shell, "4");
        indent.setText("0");
        indent.notifyListeners(SWT.KeyUp, new Event());
        assertFalse(Dialogs.button(shell, "Apply and Close").isEnabled(), "from 1 to 16");
        indent.setText("2");
        indent.notifyListeners(SWT.KeyUp, new Event());
        accept(shell);
        setup.editor.getSite().getService(IHandlerService.class).executeCommand("dev.vmcsmith.lang.ui.format", null);
        SetupEditor.waitFor("two columns of indentation", () -> setup.document().get().contains("\n  cpu ") && setup.document().get()
                .contains("\n    rip = Main"));
    }
}
