// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.HypervisorDebug;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.debug.core.model.LineBreakpoint;

/** A breakpoint on a line of a setup or of any other source that the image's line table names. */
public final class SetupLineBreakpoint extends LineBreakpoint {

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
            marker.setAttribute(IMarker.MESSAGE, "Line breakpoint: " + file.getName() + ", line " + line);
        });
    }

    @Override
    public String getModelIdentifier() {
        return HypervisorDebug.MODEL;
    }

    /**
     * Takes over what the machine says about the breakpoint.
     *
     * @param line where it really is; 0 keeps the line
     * @param note why it cannot be hit; null when it can
     */
    void place(int line, String note) throws CoreException {
        IMarker marker = ensureMarker();
        int shown = line > 0 ? line : getLineNumber();
        String message = "Line breakpoint: " + marker.getResource().getName() + ", line " + shown + (note == null ? "" : ": " + note);
        if (shown != getLineNumber()) {
            setAttribute(IMarker.LINE_NUMBER, shown);
        }
        if (!message.equals(marker.getAttribute(IMarker.MESSAGE, ""))) {
            setAttribute(IMarker.MESSAGE, message);
        }
    }
}
