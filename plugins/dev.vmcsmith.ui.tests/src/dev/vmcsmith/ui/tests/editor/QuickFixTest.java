// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ui.LangUi;
import java.util.Arrays;
import java.util.List;
import org.eclipse.core.resources.IMarker;
import org.eclipse.jface.text.ITextOperationTarget;
import org.eclipse.jface.text.source.ISourceViewer;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.StyledText;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Table;
import org.eclipse.ui.IMarkerResolution;
import org.eclipse.ui.IMarkerResolution2;
import org.eclipse.ui.ide.IDE;
import org.eclipse.ui.views.markers.WorkbenchMarkerResolution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Problems are repaired from the Problems view and with Ctrl+1. */
class QuickFixTest {
    private static final String GOOD = "cs.access-rights = 0xC09B";
    private static final String LABEL = "Set guest.cs.access-rights to 0x0000C09B";

    private SetupEditor setup;
    private String before;

    @BeforeEach
    void breakARule() throws Exception {
        setup = SetupEditor.open("fix-test");
        before = setup.document().get();
        setup.replace(GOOD, "cs.access-rights = 0xC09A");
        SetupEditor.waitFor("the marker of the broken rule", () -> marker("GUEST_CS_AR_TYPE") != null);
    }

    @AfterEach
    void deleteTheProject() throws Exception {
        setup.close();
    }

    private IMarker marker(String rule) {
        return setup.problems().stream().filter(m -> rule.equals(m.getAttribute(LangUi.RULE_ID, ""))).findFirst().orElse(null);
    }

    private IMarker markerAt(String rule, String text) {
        return setup.problems().stream().filter(m -> rule.equals(m.getAttribute(LangUi.RULE_ID, ""))
                && m.getAttribute(IMarker.CHAR_START, -1) == setup.document().get().indexOf(text)).findFirst().orElse(null);
    }

    private static IMarkerResolution resolution(IMarker marker, String label) {
        List<IMarkerResolution> all = List.of(IDE.getMarkerHelpRegistry().getResolutions(marker));
        return all.stream().filter(fix -> fix.getLabel().equals(label)).findFirst()
                .orElseThrow(() -> new AssertionError(label + " is not in " + all.stream().map(IMarkerResolution::getLabel).toList()));
    }

    @Test
    void theProblemsViewOffersTheFixWithAPreviewAndUndoTakesItBack() {
        IMarker marker = marker("GUEST_CS_AR_TYPE");
        assertTrue(IDE.getMarkerHelpRegistry().hasResolutions(marker));
        IMarkerResolution fix = resolution(marker, LABEL);
        String preview = ((IMarkerResolution2) fix).getDescription();
        assertTrue(preview.contains("- ") && preview.contains("0xC09A") && preview.contains("0xC09B"), preview);
        fix.run(marker);
        assertEquals(before, setup.document().get());
        SetupEditor.waitFor("the marker to go", () -> marker("GUEST_CS_AR_TYPE") == null);
        setup.run(ITextOperationTarget.UNDO);
        assertTrue(setup.document().get().contains("0xC09A"));
    }

    @Test
    void controlAndOneOffersTheFixInTheEditorAndAppliesIt() {
        setup.editor.setFocus();
        setup.editor.selectAndReveal(setup.offset("0xC09A") + 1, 0);
        setup.run(ISourceViewer.QUICK_ASSIST);
        SetupEditor.waitFor("the fix in the popup", () -> table() != null);
        Table table = table();
        int index = Arrays.stream(table.getItems()).map(item -> item.getText()).toList().indexOf(LABEL);
        table.setSelection(index);
        table.notifyListeners(SWT.DefaultSelection, new Event());
        SetupEditor.waitFor("the fix in the text", () -> setup.document().get().equals(before));
    }

    private static Table table() {
        return SetupEditor.visibleWidgets(Table.class).filter(table -> {
            for (int i = 0; i < table.getItemCount(); i++) {
                table.showItem(table.getItem(i));
            }
            return Arrays.stream(table.getItems()).anyMatch(item -> item.getText().equals(LABEL));
        }).findFirst().orElse(null);
    }

    @Test
    void aMisspeltNameAndAMissingHandlerHaveFixesToo() throws Exception {
        setup.replace("rip = Main", "rip = Mian");
        SetupEditor.waitFor("the marker of the name", () -> marker("UNKNOWN_NAME") != null);
        resolution(marker("UNKNOWN_NAME"), "Change to 'Main'").run(marker("UNKNOWN_NAME"));
        assertTrue(setup.document().get().contains("rip = Main\n"));
        setup.replace("on Guest exit other { panic \"not handled: {exit-reason}\" }\n", "");
        setup.replace("{ cr3-load-exiting,", "{ hlt-exiting, cr3-load-exiting,");
        SetupEditor.waitFor("the marker of the control", () -> markerAt("NO_HANDLER", "hlt-exiting") != null);
        IMarker marker = markerAt("NO_HANDLER", "hlt-exiting");
        resolution(marker, "Create the handler 'on Guest exit hlt'").run(marker);
        assertTrue(setup.document().get().contains("on Guest exit hlt {\n    emulate\n}\nrun Guest"), setup.document().get());
    }

    /** Breaks the setup, and repairs it with a fix whose preview shows the line that it makes. */
    private void repair(String text, String replacement, String rule, String label, String line) throws Exception {
        setup.document().set(before);
        setup.replace(text, replacement);
        SetupEditor.waitFor("the marker of " + rule, () -> marker(rule) != null);
        IMarkerResolution fix = resolution(marker(rule), label);
        String preview = ((IMarkerResolution2) fix).getDescription().replace("&gt;", ">");
        assertTrue(preview.contains("+ ") && preview.contains(line.strip()), preview);
        fix.run(marker(rule));
        assertTrue(setup.document().get().contains(line), setup.document().get());
        SetupEditor.waitFor("the marker of " + rule + " to go", () -> marker(rule) == null);
    }

    @Test
    void everyKindOfProblemHasItsFixWithAPreview() throws Exception {
        repair(GOOD, "cs.access-rights = 0x9A", "GUEST_CS_AR_TYPE", "Set guest.cs.access-rights to 0x0000009B", "cs.access-rights = 0x9B ");
        repair(GOOD, GOOD + "\n        rflags = 0", "GUEST_RFLAGS_FIXED", "Set guest.rflags to 0x00000002", "        rflags = 0x2 ");
        repair("on Guest exit other", "on Guest exit rdtsc { emulate }\non Guest exit other", "HANDLER_NEVER_RUNS",
                "Add the control rdtsc-exiting to Guest", "use-msr-bitmaps, rdtsc-exiting }");
        repair("    vpid 1", "    pin-based { virtual-nmis }\n    vpid 1", "CTL_VIRTUAL_NMIS_NEED_NMI_EXITING",
                "Set \"nmi-exiting\" in pin-based", "pin-based { virtual-nmis, nmi-exiting }");
        repair("0 .. 16 MiB -> identity rwx WB", "0 .. 0x1_0000 -> identity rwx WB", "GUEST_NOT_MAPPED",
                "Map 0x10000 to 0x10FFF in Identity", "    map 0x10000 .. 0x11000 -> identity rwx WB\n");
        repair("rsp = GUEST_STACK", "rsp = GEST_STACK", "UNKNOWN_NAME", "Change to 'GUEST_STACK'", "rsp = GUEST_STACK\n");
    }

    @Test
    void thePopupShowsThePreviewOfTheFixThatIsChosen() {
        setup.editor.setFocus();
        setup.editor.selectAndReveal(setup.offset("0xC09A") + 1, 0);
        setup.run(ISourceViewer.QUICK_ASSIST);
        SetupEditor.waitFor("the fix in the popup", () -> table() != null);
        Table table = table();
        table.setSelection(Arrays.stream(table.getItems()).map(item -> item.getText()).toList().indexOf(LABEL));
        table.notifyListeners(SWT.Selection, new Event());
        SetupEditor.waitFor("the lines before and after beside it", () -> SetupEditor.visibleWidgets(StyledText.class).anyMatch(text -> text
                .getText().contains("- ") && text.getText().contains("+ ") && text.getText().contains("0xC09B")));
        table.getShell().close();
    }

    @Test
    void aFileThatIsNotOpenIsRepairedAndSaved() throws Exception {
        setup.editor.doSave(null);
        SetupEditor.page().closeEditor(setup.editor, false);
        SetupEditor.waitFor("the marker of the saved text", () -> marker("GUEST_CS_AR_TYPE") != null);
        IMarkerResolution fix = resolution(marker("GUEST_CS_AR_TYPE"), LABEL);
        assertEquals(0, ((WorkbenchMarkerResolution) fix).findOtherMarkers(setup.problems().toArray(IMarker[]::new)).length);
        fix.run(marker("GUEST_CS_AR_TYPE"));
        assertEquals(before, setup.file.readString());
        SetupEditor.waitFor("the marker to go", () -> setup.problems().isEmpty());
    }
}
