// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ui.templates.SetupTemplates;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.jface.preference.PreferenceDialog;
import org.eclipse.jface.text.link.LinkedModeModel;
import org.eclipse.jface.text.source.ISourceViewer;
import org.eclipse.jface.text.templates.Template;
import org.eclipse.jface.text.templates.persistence.TemplatePersistenceData;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.TableItem;
import org.eclipse.ui.dialogs.PreferencesUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Templates: in content assist, filled in place by place, and on their preference page. */
class TemplatesTest {
    private static final String VMCS = "vmcs - a VMCS with a 32-bit guest under EPT";

    private SetupEditor setup;

    @BeforeEach
    void openTheWalkthrough() throws Exception {
        setup = SetupEditor.open("template-test");
        setup.editor.setFocus();
    }

    @AfterEach
    void deleteTheProject() throws Exception {
        setup.close();
    }

    /** Types at the end of the file and asks for proposals. */
    private void propose(String typed) throws Exception {
        setup.document().replace(setup.document().getLength(), 0, typed);
        setup.editor.selectAndReveal(setup.document().getLength(), 0);
        setup.textWidget().getShell().forceActive();
        setup.editor.setFocus();
        SetupEditor.waitFor("the focus, without which the popup goes at once", setup.textWidget()::isFocusControl);
        setup.run(ISourceViewer.CONTENTASSIST_PROPOSALS);
    }

    private static Optional<Table> popup(String label) {
        return SetupEditor.visibleWidgets(Table.class).filter(table -> index(table, label) >= 0).findFirst();
    }

    /** Takes a proposal for what is typed; the only one is inserted without a popup. */
    private void insert(String typed, String label, String expectedEnd) throws Exception {
        propose(typed);
        SetupEditor.waitFor(label, () -> setup.document().get().endsWith(expectedEnd) || popup(label).isPresent());
        popup(label).ifPresent(table -> {
            table.setSelection(index(table, label));
            table.notifyListeners(SWT.DefaultSelection, new Event());
        });
        SetupEditor.waitFor("the text of the template", () -> setup.document().get().endsWith(expectedEnd));
    }

    private static int index(Table table, String label) {
        for (int i = 0; i < table.getItemCount(); i++) {
            table.showItem(table.getItem(i));
        }
        return Arrays.stream(table.getItems()).map(TableItem::getText).toList().indexOf(label);
    }

    @Test
    void aTemplateIsInsertedAndEveryPlaceOfAWordFollowsTheFirst() throws Exception {
        String before = setup.document().get();
        insert("handl", "handler - a handler that logs and emulates", """
                on Guest exit cpuid {
                    log "cpuid at {rip:x}"
                    emulate
                }
                """);
        assertTrue(LinkedModeModel.hasInstalledModel(setup.document()), "the places can be filled in");
        assertEquals("Guest", setup.document().get(setup.viewer().getSelectedRange().x, setup.viewer().getSelectedRange().y));
        setup.document().replace(setup.document().get().lastIndexOf("exit cpuid") + "exit ".length(), "cpuid".length(), "hlt");
        SetupEditor.waitFor("the other place", () -> setup.document().get().endsWith("log \"hlt at {rip:x}\"\n    emulate\n}\n"));
        assertTrue(setup.document().get().startsWith(before));
    }

    @Test
    void theElementsOfASetupAreOfferedWhereOneCanBegin() throws Exception {
        propose("");
        SetupEditor.waitFor("the popup", () -> popup(VMCS).isPresent());
        Table table = popup(VMCS).orElseThrow();
        for (String name : List.of("machine", "guest", "data", "tables", "ept", "vmcs", "on", "handler", "other-handler", "run")) {
            assertTrue(Arrays.stream(table.getItems()).anyMatch(item -> item.getText().startsWith(name + " - ")), name);
        }
    }

    @Test
    void insideABlockNoTemplateIsOffered() throws Exception {
        setup.editor.selectAndReveal(setup.offset("rip = Main"), 0);
        setup.run(ISourceViewer.CONTENTASSIST_PROPOSALS);
        SetupEditor.waitFor("the popup", () -> SetupEditor.visibleWidgets(Table.class).anyMatch(table -> table.getItemCount() > 0
                && Arrays.stream(table.getItems()).anyMatch(item -> item.getText().startsWith("cr0"))));
        assertFalse(popup(VMCS).isPresent());
    }

    @Test
    void aTemplateOfTheUserIsOfferedToo() throws Exception {
        var own = new TemplatePersistenceData(new Template("mine", "one of my own", SetupTemplates.CONTEXT, "const ${NAME} = 1\n", true), true);
        SetupTemplates.get().store().add(own);
        try {
            insert("min", "mine - one of my own", "const NAME = 1\n");
        } finally {
            SetupTemplates.get().store().delete(own);
        }
    }

    @Test
    void thePreferencePageListsTheTemplates() {
        PreferenceDialog dialog = PreferencesUtil.createPreferenceDialogOn(setup.editor.getSite().getShell(),
                "dev.vmcsmith.lang.ui.templatesPage", null, null);
        try {
            dialog.setBlockOnOpen(false);
            dialog.open();
            SetupEditor.waitFor("the templates", () -> SetupEditor.widgets(dialog.getShell(), Table.class)
                    .anyMatch(table -> Arrays.stream(table.getItems()).anyMatch(item -> item.getText(0).equals("other-handler"))));
        } finally {
            dialog.close();
        }
    }
}
