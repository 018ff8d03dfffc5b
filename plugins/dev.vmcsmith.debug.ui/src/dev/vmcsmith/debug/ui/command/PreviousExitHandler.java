// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.command;

import dev.vmcsmith.debug.command.IPreviousExitHandler;
import org.eclipse.debug.ui.actions.DebugCommandHandler;

/** <em>Previous VM Exit</em>, enabled with the active debug context. */
public final class PreviousExitHandler extends DebugCommandHandler {

    @Override
    protected Class<?> getCommandType() {
        return IPreviousExitHandler.class;
    }
}
