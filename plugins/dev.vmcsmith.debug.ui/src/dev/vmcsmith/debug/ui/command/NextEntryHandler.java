// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.command;

import dev.vmcsmith.debug.command.INextEntryHandler;
import org.eclipse.debug.ui.actions.DebugCommandHandler;

/** <em>Step to Next VM Entry</em>, enabled with the active debug context. */
public final class NextEntryHandler extends DebugCommandHandler {

    @Override
    protected Class<?> getCommandType() {
        return INextEntryHandler.class;
    }
}
