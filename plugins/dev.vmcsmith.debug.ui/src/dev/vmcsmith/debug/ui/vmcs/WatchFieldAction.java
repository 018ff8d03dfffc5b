// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.vmcs;

import dev.vmcsmith.dap.protocol.VmcsArea;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import dev.vmcsmith.debug.breakpoint.DataBreakpoint;
import dev.vmcsmith.debug.ui.Icons;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.jface.action.Action;
import org.eclipse.jface.viewers.TreeViewer;
import org.eclipse.ui.statushandlers.StatusManager;

/** Sets a breakpoint on writes of the selected field. */
final class WatchFieldAction extends Action {

    private final TreeViewer viewer;

    WatchFieldAction(TreeViewer viewer) {
        super("Break When Written", Icons.BREAKPOINT_DATA.descriptor());
        this.viewer = viewer;
        setEnabled(false);
        viewer.addSelectionChangedListener(event -> setEnabled(selected() != null && selected().hvName() != null));
    }

    private VmcsFieldValue selected() {
        return viewer.getStructuredSelection().getFirstElement() instanceof VmcsFieldValue field ? field : null;
    }

    @Override
    public void run() {
        if (selected() == null || !(viewer.getInput() instanceof VmcsSnapshot snapshot)) {
            return;
        }
        VmcsArea area = snapshot.areaOf(selected());
        try {
            DebugPlugin.getDefault().getBreakpointManager()
                    .addBreakpoint(new DataBreakpoint(area.id() + "." + selected().hvName(), 0, "write"));
        } catch (CoreException e) {
            StatusManager.getManager().handle(e.getStatus(), StatusManager.SHOW | StatusManager.LOG);
        }
    }
}
