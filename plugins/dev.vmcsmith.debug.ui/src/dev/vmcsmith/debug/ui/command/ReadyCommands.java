// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.command;

import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.EveryWindow;
import java.util.List;
import org.eclipse.core.commands.Command;
import org.eclipse.core.expressions.IEvaluationContext;
import org.eclipse.ui.ISources;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.commands.ICommandService;
import org.eclipse.ui.handlers.IHandlerService;

/**
 * Lets the commands follow the debug context of a window from its beginning. The platform asks a command for the first time when its key is
 * pressed or its menu is shown, and finds out in the background whether it is enabled: that first time nothing would happen.
 */
public final class ReadyCommands extends EveryWindow {

    private static final List<String> COMMANDS = List.of("nextExit", "nextEntry", "previousExit", "stepBack", "reverseResume");

    @Override
    public void windowOpened(IWorkbenchWindow window) {
        IEvaluationContext context = window.getService(IHandlerService.class).createContextSnapshot(false);
        context.addVariable(ISources.ACTIVE_WORKBENCH_WINDOW_NAME, window);
        for (String name : COMMANDS) {
            Command command = window.getService(ICommandService.class).getCommand(DebugUi.BUNDLE + "." + name);
            command.setEnabled(context);
        }
    }
}
