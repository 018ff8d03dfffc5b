// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.HypervisorDebug;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.resources.IResource;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.debug.core.model.LineBreakpoint;

/** A breakpoint on a line of a setup or of any other source that the image's line table names. */
public final class SetupLineBreakpoint extends LineBreakpoint implements MachineBreakpoint {

    /** For the breakpoint manager, which sets the marker. */
    public SetupLineBreakpoint() {
    }

    /**
     * Creates the marker; the caller adds the breakpoint to the breakpoint manager.
     *
     * @param line from 1
     */
    public SetupLineBreakpoint(IResource file, int line) throws DebugException {
        run(getMarkerRule(file), monitor -> {
            IMarker marker = file.createMarker(HypervisorDebug.LINE_BREAKPOINT);
            setMarker(marker);
            marker.setAttribute(IBreakpoint.ID, getModelIdentifier());
            marker.setAttribute(IBreakpoint.ENABLED, true);
            marker.setAttribute(IBreakpoint.PERSISTED, true);
            marker.setAttribute(IMarker.LINE_NUMBER, line);
            marker.setAttribute(IMarker.MESSAGE, place(file, line));
        });
    }

    @Override
    public String getModelIdentifier() {
        return HypervisorDebug.MODEL;
    }

    @Override
    public boolean canLog() {
        return true;
    }

    @Override
    public String place() {
        IMarker marker = getMarker();
        return marker == null ? "" : place(marker.getResource(), marker.getAttribute(IMarker.LINE_NUMBER, 0));
    }

    private static String place(IResource file, int line) {
        return file.getName() + " [line: " + line + "]";
    }
}
