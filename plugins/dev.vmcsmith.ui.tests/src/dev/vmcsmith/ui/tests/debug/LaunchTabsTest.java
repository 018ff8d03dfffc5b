// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.LaunchAttributes;
import dev.vmcsmith.debug.ui.launch.SetupTabGroup;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.core.resources.IFile;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.core.ILaunchConfigurationWorkingCopy;
import org.eclipse.debug.core.ILaunchManager;
import org.eclipse.debug.ui.ILaunchConfigurationTab;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Shell;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LaunchTabsTest {

    private WalkthroughProject walkthrough;

    @BeforeEach
    void createProject() throws Exception {
        walkthrough = new WalkthroughProject();
    }

    @AfterEach
    void deleteProject() throws Exception {
        walkthrough.delete();
    }

    @Test
    void theTabsShowAndKeepEveryAttribute() throws Exception {
        ILaunchConfigurationWorkingCopy full = walkthrough.configuration().getWorkingCopy();
        full.setAttribute(LaunchAttributes.CPU, "skylake");
        full.setAttribute(LaunchAttributes.MEMORY, "64 MiB");
        full.setAttribute(LaunchAttributes.CPUS, "2");
        full.setAttribute(LaunchAttributes.STOP_AT, StopAt.VMLAUNCH.id());
        full.setAttribute(LaunchAttributes.NO_EXPECTATIONS, true);
        full.setAttribute(LaunchAttributes.COMMAND_LINE, "quiet");
        full.setAttribute(LaunchAttributes.MODULES, List.of("/debugged/walkthrough.hv first"));
        full.setAttribute(LaunchAttributes.VM_ARGUMENTS, "-Xmx1g");
        full.setAttribute(ILaunchManager.ATTR_ENVIRONMENT_VARIABLES, Map.of("NAME", "value"));
        ILaunchConfiguration before = full.doSave();
        SetupTabGroup group = new SetupTabGroup();
        group.createTabs(null, ILaunchManager.DEBUG_MODE);
        assertEquals(List.of("Main", "Arguments", "Environment", "Source", "Common"),
                Arrays.stream(group.getTabs()).map(tab -> tab.getName().replace("&", "")).toList());
        ILaunchConfigurationWorkingCopy after = before.getWorkingCopy();
        Shell shell = new Shell(Display.getCurrent());
        try {
            for (ILaunchConfigurationTab tab : Arrays.asList(group.getTabs()).subList(0, 3)) {
                tab.createControl(shell);
                tab.initializeFrom(before);
                tab.performApply(after);
                assertTrue(tab.isValid(after), tab.getErrorMessage());
            }
            assertEquals(before.getAttributes(), after.getAttributes());
            after.setAttribute(LaunchAttributes.CPUS, "none");
            assertFalse(group.getTabs()[0].isValid(after));
            assertEquals("Virtual processors is \"none\": write a number from 1 to 64.", group.getTabs()[0].getErrorMessage());
        } finally {
            group.dispose();
            shell.dispose();
        }
    }

    @Test
    void aSharedConfigurationHoldsNoPathOfThisMachine() throws Exception {
        ILaunchConfigurationWorkingCopy copy = walkthrough.configuration().getWorkingCopy();
        copy.setContainer(walkthrough.file().getProject());
        ILaunchConfiguration shared = copy.doSave();
        IFile file = shared.getFile();
        String text = file.readString();
        assertTrue(text.contains("value=\"/debugged/walkthrough.hv\""), text);
        assertFalse(text.contains(file.getProject().getLocation().toOSString()), text);
        shared.delete();
    }
}
