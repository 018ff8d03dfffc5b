// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.preferences;

import dev.vmcsmith.lang.ui.problems.Recheck;
import org.eclipse.jface.preference.BooleanFieldEditor;
import org.eclipse.jface.preference.PreferencePage;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.ui.IWorkbench;
import org.eclipse.ui.IWorkbenchPreferencePage;

/** CPU profile, levels of the checks and remarks, for the workspace. */
public class SetupPage extends PreferencePage implements IWorkbenchPreferencePage {
    private CheckBlock block;
    private BooleanFieldEditor minings;

    @Override
    public void init(IWorkbench workbench) {
        setPreferenceStore(SetupPreferences.store());
    }

    @Override
    protected Control createContents(Composite parent) {
        Composite area = new Composite(parent, SWT.NONE);
        GridLayout layout = new GridLayout();
        layout.marginWidth = 0;
        layout.marginHeight = 0;
        area.setLayout(layout);
        Composite field = new Composite(area, SWT.NONE);
        minings = new BooleanFieldEditor(SetupPreferences.MININGS,
                "Show &remarks behind lines: final control values, sizes, VM exits of the last run", field);
        minings.setPreferenceStore(getPreferenceStore());
        minings.load();
        block = new CheckBlock(area, SetupPreferences.node(null));
        block.control().setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        return area;
    }

    @Override
    public boolean performOk() {
        minings.store();
        if (block.store()) {
            Recheck.all();
        }
        return true;
    }

    @Override
    protected void performDefaults() {
        minings.loadDefault();
        block.defaults();
        super.performDefaults();
    }
}
