// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.launch;

import dev.vmcsmith.debug.LaunchAttributes;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.core.ILaunchConfigurationWorkingCopy;
import org.eclipse.debug.ui.EnvironmentTab;
import org.eclipse.debug.ui.ILaunchConfigurationDialog;
import org.eclipse.jface.layout.GridDataFactory;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Group;

/** What the machine itself runs in: the options of its Java virtual machine, and the platform's page of environment variables. */
final class RuntimeTab extends FieldsTab {

    private static final int OPTION_LINES = 3;

    private final EnvironmentTab variables = new EnvironmentTab();

    @Override
    void createGroups(Composite body) {
        Group jvm = group(body, "Java virtual machine that runs the machine", 2);
        add(new LaunchField.OptionsField(jvm, "&VM arguments:", LaunchAttributes.VM_ARGUMENTS,
                "Options such as -Xmx2g, parted by spaces or lines; quote what contains spaces", OPTION_LINES, this::changed));
        variables.createControl(body);
        GridDataFactory.fillDefaults().grab(true, true).applyTo(variables.getControl());
    }

    @Override
    public void setLaunchConfigurationDialog(ILaunchConfigurationDialog dialog) {
        super.setLaunchConfigurationDialog(dialog);
        variables.setLaunchConfigurationDialog(dialog);
    }

    @Override
    public void setDefaults(ILaunchConfigurationWorkingCopy configuration) {
        variables.setDefaults(configuration);
    }

    @Override
    public void initializeFrom(ILaunchConfiguration configuration) {
        super.initializeFrom(configuration);
        variables.initializeFrom(configuration);
    }

    @Override
    public void performApply(ILaunchConfigurationWorkingCopy configuration) {
        super.performApply(configuration);
        variables.performApply(configuration);
    }

    @Override
    public void dispose() {
        variables.dispose();
        super.dispose();
    }

    @Override
    public String getName() {
        return "Environment";
    }

    @Override
    public Image getImage() {
        return variables.getImage();
    }
}
