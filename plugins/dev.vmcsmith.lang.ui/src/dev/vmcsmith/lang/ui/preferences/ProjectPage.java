// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.preferences;

import dev.vmcsmith.lang.ui.problems.Recheck;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.runtime.Adapters;
import org.eclipse.core.runtime.preferences.IEclipsePreferences;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.ui.dialogs.PropertyPage;

/** CPU profile and levels of the checks of one project, in its own settings file that a team can share. */
public class ProjectPage extends PropertyPage {
    private Button specific;
    private CheckBlock block;

    @Override
    protected Control createContents(Composite parent) {
        IEclipsePreferences node = SetupPreferences.node(project());
        Composite area = new Composite(parent, SWT.NONE);
        GridLayout layout = new GridLayout();
        layout.marginWidth = 0;
        area.setLayout(layout);
        specific = new Button(area, SWT.CHECK);
        specific.setText("Enable pr&oject-specific settings");
        specific.setSelection(node.getBoolean(SetupPreferences.PROJECT_SPECIFIC, false));
        block = new CheckBlock(area, node);
        block.control().setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        specific.addListener(SWT.Selection, event -> block.setEnabled(specific.getSelection()));
        block.setEnabled(specific.getSelection());
        return area;
    }

    private IProject project() {
        return Adapters.adapt(getElement(), IProject.class);
    }

    @Override
    public boolean performOk() {
        IEclipsePreferences node = SetupPreferences.node(project());
        boolean before = node.getBoolean(SetupPreferences.PROJECT_SPECIFIC, false);
        if (specific.getSelection()) {
            node.putBoolean(SetupPreferences.PROJECT_SPECIFIC, true);
        } else {
            node.remove(SetupPreferences.PROJECT_SPECIFIC);
        }
        if (block.store() || before != specific.getSelection()) {
            Recheck.of(project());
        }
        return true;
    }

    @Override
    protected void performDefaults() {
        specific.setSelection(false);
        block.defaults();
        block.setEnabled(false);
        super.performDefaults();
    }
}
