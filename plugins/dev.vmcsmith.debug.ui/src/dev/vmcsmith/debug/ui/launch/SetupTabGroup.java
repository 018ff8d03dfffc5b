// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.launch;

import org.eclipse.debug.ui.AbstractLaunchConfigurationTabGroup;
import org.eclipse.debug.ui.CommonTab;
import org.eclipse.debug.ui.ILaunchConfigurationDialog;
import org.eclipse.debug.ui.ILaunchConfigurationTab;
import org.eclipse.debug.ui.sourcelookup.SourceLookupTab;

/** The tabs of a <em>Hypervisor Setup</em>. */
public final class SetupTabGroup extends AbstractLaunchConfigurationTabGroup {

    @Override
    public void createTabs(ILaunchConfigurationDialog dialog, String mode) {
        setTabs(new ILaunchConfigurationTab[] { new MainTab(), new ArgumentsTab(), new RuntimeTab(), new SourceLookupTab(),
                new CommonTab() });
    }
}
