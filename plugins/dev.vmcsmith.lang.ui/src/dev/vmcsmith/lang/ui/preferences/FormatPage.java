// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.preferences;

import org.eclipse.jface.preference.BooleanFieldEditor;
import org.eclipse.jface.preference.FieldEditorPreferencePage;
import org.eclipse.jface.preference.IntegerFieldEditor;
import org.eclipse.ui.IWorkbench;
import org.eclipse.ui.IWorkbenchPreferencePage;

/** How the formatter lays setups out. */
public class FormatPage extends FieldEditorPreferencePage implements IWorkbenchPreferencePage {
    public FormatPage() {
        super(GRID);
        setDescription("How Source › Format (Ctrl+Shift+F) lays out setups.");
    }

    @Override
    public void init(IWorkbench workbench) {
        setPreferenceStore(SetupPreferences.store());
    }

    @Override
    protected void createFieldEditors() {
        number(SetupPreferences.INDENT, "&Indentation (columns):", 1, 16);
        addField(new BooleanFieldEditor(SetupPreferences.TABS, "Indent with &tabs", getFieldEditorParent()));
        addField(new BooleanFieldEditor(SetupPreferences.ALIGN, "&Align neighbouring lines, and the comments behind them",
                getFieldEditorParent()));
        number(SetupPreferences.COMMENT_COLUMN, "&Comments begin in column:", 0, 200);
        number(SetupPreferences.WIDTH, "Longest &line (columns):", 40, 1000);
    }

    private void number(String key, String label, int least, int most) {
        IntegerFieldEditor field = new IntegerFieldEditor(key, label, getFieldEditorParent());
        field.setValidRange(least, most);
        addField(field);
    }
}
