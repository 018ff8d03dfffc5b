// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.launch;

import dev.vmcsmith.debug.launch.LaunchOptions;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.core.ILaunchConfigurationWorkingCopy;
import org.eclipse.debug.ui.AbstractLaunchConfigurationTab;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.jface.layout.GridLayoutFactory;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Group;

/** A tab of fields that each edit one attribute. Every tab shows what is wrong with the configuration, as the launch would. */
abstract class FieldsTab extends AbstractLaunchConfigurationTab {

    private final List<LaunchField> fields = new ArrayList<>();

    @Override
    public final void createControl(Composite parent) {
        Composite body = new Composite(parent, SWT.NONE);
        GridLayoutFactory.swtDefaults().applyTo(body);
        setControl(body);
        createGroups(body);
    }

    /** Creates the groups of fields. */
    abstract void createGroups(Composite body);

    static Group group(Composite body, String title, int columns) {
        Group group = new Group(body, SWT.NONE);
        group.setText(title);
        GridLayoutFactory.swtDefaults().numColumns(columns).applyTo(group);
        GridDataFactory.fillDefaults().grab(true, false).applyTo(group);
        return group;
    }

    final <T extends LaunchField> T add(T field) {
        fields.add(field);
        return field;
    }

    final void changed() {
        updateLaunchConfigurationDialog();
    }

    @Override
    public void setDefaults(ILaunchConfigurationWorkingCopy configuration) {
        // a missing attribute is the default
    }

    @Override
    public void initializeFrom(ILaunchConfiguration configuration) {
        fields.forEach(field -> field.load(configuration));
    }

    @Override
    public void performApply(ILaunchConfigurationWorkingCopy configuration) {
        fields.forEach(field -> field.store(configuration));
    }

    @Override
    public boolean isValid(ILaunchConfiguration configuration) {
        setErrorMessage(null);
        setMessage(null);
        try {
            LaunchOptions.read(configuration, false);
            return true;
        } catch (CoreException e) {
            setErrorMessage(e.getStatus().getMessage());
            return false;
        }
    }
}
