// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ide;

import java.util.Map;
import org.eclipse.core.commands.Command;
import org.eclipse.core.commands.ParameterizedCommand;
import org.eclipse.core.commands.common.CommandException;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.Platform;
import org.eclipse.core.runtime.preferences.IEclipsePreferences;
import org.eclipse.core.runtime.preferences.InstanceScope;
import org.eclipse.ui.IStartup;
import org.eclipse.ui.IWorkbench;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.commands.ICommandService;
import org.eclipse.ui.handlers.IHandlerService;
import org.osgi.service.prefs.BackingStoreException;

/**
 * Gives a new workspace of our own product the walkthrough, opened in the editor of a window with room for it. Once: a workspace that was
 * emptied stays empty.
 */
public class FirstStart implements IStartup {
    private static final String BUNDLE = "dev.vmcsmith.ide";
    private static final String PRODUCT = "dev.vmcsmith.ide.product";
    private static final String DONE = "walkthroughCreated";
    private static final String COMMAND = "dev.vmcsmith.lang.ui.createExample";
    private static final Map<String, String> WALKTHROUGH = Map.of("dev.vmcsmith.lang.ui.createExample.name", "walkthrough");

    @Override
    public void earlyStartup() {
        boolean ours = Platform.getProduct() != null && PRODUCT.equals(Platform.getProduct().getId());
        IEclipsePreferences preferences = InstanceScope.INSTANCE.getNode(BUNDLE);
        if (!ours || preferences.getBoolean(DONE, false)) {
            return;
        }
        PlatformUI.getWorkbench().getDisplay().asyncExec(WindowSize::enlarge);
        if (ResourcesPlugin.getWorkspace().getRoot().getProjects().length == 0) {
            PlatformUI.getWorkbench().getDisplay().asyncExec(FirstStart::createWalkthrough);
        }
        preferences.putBoolean(DONE, true);
        try {
            preferences.flush();
        } catch (BackingStoreException e) {
            ILog.get().warn("The preferences of the workspace cannot be saved", e);
        }
    }

    private static void createWalkthrough() {
        IWorkbench workbench = PlatformUI.getWorkbench();
        Command command = workbench.getService(ICommandService.class).getCommand(COMMAND);
        try {
            workbench.getService(IHandlerService.class).executeCommand(ParameterizedCommand.generateCommand(command, WALKTHROUGH), null);
        } catch (CommandException e) {
            ILog.get().warn("The walkthrough cannot be created", e);
        }
    }
}
