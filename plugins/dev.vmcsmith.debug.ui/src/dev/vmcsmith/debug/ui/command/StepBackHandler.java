// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.command;

import dev.vmcsmith.debug.command.IStepBackHandler;
import org.eclipse.debug.ui.actions.DebugCommandHandler;

/** <em>Step Back</em>, enabled with the active debug context. */
public final class StepBackHandler extends DebugCommandHandler {

    @Override
    protected Class<?> getCommandType() {
        return IStepBackHandler.class;
    }
}
