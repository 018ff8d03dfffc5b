// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.breakpoint;

import dev.vmcsmith.debug.breakpoint.MachineBreakpoint;
import dev.vmcsmith.debug.ui.DebugUi;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.ui.dialogs.PreferencesUtil;
import org.eclipse.ui.handlers.HandlerUtil;

/** Opens the properties of the selected breakpoint. */
public final class BreakpointPropertiesHandler extends AbstractHandler {

    @Override
    public Object execute(ExecutionEvent event) {
        if (HandlerUtil.getCurrentStructuredSelection(event).getFirstElement() instanceof MachineBreakpoint breakpoint) {
            PreferencesUtil.createPropertyDialogOn(HandlerUtil.getActiveShell(event), breakpoint, DebugUi.BREAKPOINT_PAGE, null, null)
                    .open();
        }
        return null;
    }
}
