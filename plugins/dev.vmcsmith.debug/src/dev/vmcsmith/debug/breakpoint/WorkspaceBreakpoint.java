// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.HypervisorDebug;
import java.util.Map;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.resources.IWorkspaceRunnable;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.model.Breakpoint;
import org.eclipse.debug.core.model.IBreakpoint;

/** A breakpoint without a place in a source: its marker lies on the workspace itself. */
public abstract class WorkspaceBreakpoint extends Breakpoint implements MachineBreakpoint {

    /** For the breakpoint manager, which sets the marker. */
    WorkspaceBreakpoint() {
    }

    /** Creates the marker; the caller adds the breakpoint to the breakpoint manager. */
    WorkspaceBreakpoint(String markerType, Map<String, ?> attributes) throws CoreException {
        IResource root = ResourcesPlugin.getWorkspace().getRoot();
        IWorkspaceRunnable create = monitor -> {
            IMarker marker = root.createMarker(markerType);
            marker.setAttributes(attributes);
            setMarker(marker);
            marker.setAttribute(IBreakpoint.ID, getModelIdentifier());
            marker.setAttribute(IBreakpoint.ENABLED, true);
            marker.setAttribute(IBreakpoint.PERSISTED, true);
            marker.setAttribute(IMarker.MESSAGE, place());
        };
        run(getMarkerRule(root), create);
    }

    @Override
    public final String getModelIdentifier() {
        return HypervisorDebug.MODEL;
    }
}
