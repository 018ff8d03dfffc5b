// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.command;

import dev.vmcsmith.debug.command.IReverseResumeHandler;
import org.eclipse.debug.ui.actions.DebugCommandHandler;

/** <em>Reverse Resume</em>, enabled with the active debug context. */
public final class ReverseResumeHandler extends DebugCommandHandler {

    @Override
    protected Class<?> getCommandType() {
        return IReverseResumeHandler.class;
    }
}
