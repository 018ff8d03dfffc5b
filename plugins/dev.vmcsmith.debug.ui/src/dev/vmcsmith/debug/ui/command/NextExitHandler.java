// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.command;

import dev.vmcsmith.debug.command.INextExitHandler;
import org.eclipse.debug.ui.actions.DebugCommandHandler;

/** <em>Step to Next VM Exit</em>, enabled with the active debug context. */
public final class NextExitHandler extends DebugCommandHandler {

    @Override
    protected Class<?> getCommandType() {
        return INextExitHandler.class;
    }
}
