// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.memory;

import dev.vmcsmith.debug.ui.context.MachineContext;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.window.Window;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.handlers.HandlerUtil;

/** Asks for an address space and an address, and monitors the memory there. */
public final class MonitorMemoryHandler extends AbstractHandler {

    @Override
    public Object execute(ExecutionEvent event) {
        IWorkbenchWindow window = HandlerUtil.getActiveWorkbenchWindow(event);
        MachineContext context = MachineContext.of(DebugUITools.getDebugContextManager().getContextService(window).getActiveContext());
        if (!context.isSuspended()) {
            MessageDialog.openInformation(window.getShell(), "Monitor Memory", "Suspend a machine first: its memory is read then.");
            return null;
        }
        MonitorMemoryDialog dialog = new MonitorMemoryDialog(window.getShell());
        if (dialog.open() == Window.OK) {
            MonitorMemory.show(window.getActivePage(), context.machine(), dialog.place());
        }
        return null;
    }
}
