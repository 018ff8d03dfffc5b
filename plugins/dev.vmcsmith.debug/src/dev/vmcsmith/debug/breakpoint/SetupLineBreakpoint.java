// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.HypervisorDebug;
import java.nio.file.Path;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.debug.core.DebugException;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.debug.core.model.LineBreakpoint;

/** A breakpoint on a line of a setup or of any other source that the image's line table names. */
public final class SetupLineBreakpoint extends LineBreakpoint implements MachineBreakpoint {

    /** Marker attribute: the path of a source outside of the workspace; the marker lies on the workspace itself then. */
    private static final String OUTSIDE = "dev.vmcsmith.debug.sourcePath";

    /** For the breakpoint manager, which sets the marker. */
    public SetupLineBreakpoint() {
    }

    /**
     * Creates the marker; the caller adds the breakpoint to the breakpoint manager.
     *
     * @param line from 1
     */
    public SetupLineBreakpoint(IFile file, int line) throws DebugException {
        this(file, null, line);
    }

    /**
     * Creates the marker of a breakpoint in a file outside of the workspace; the caller adds the breakpoint to the breakpoint manager.
     *
     * @param file absolute
     * @param line from 1
     */
    public SetupLineBreakpoint(Path file, int line) throws DebugException {
        this(ResourcesPlugin.getWorkspace().getRoot(), file.toString(), line);
    }

    private SetupLineBreakpoint(IResource resource, String outside, int line) throws DebugException {
        run(getMarkerRule(resource), monitor -> {
            IMarker marker = resource.createMarker(HypervisorDebug.LINE_BREAKPOINT);
            setMarker(marker);
            marker.setAttribute(OUTSIDE, outside);
            marker.setAttribute(IBreakpoint.ID, getModelIdentifier());
            marker.setAttribute(IBreakpoint.ENABLED, true);
            marker.setAttribute(IBreakpoint.PERSISTED, true);
            marker.setAttribute(IMarker.LINE_NUMBER, line);
            marker.setAttribute(IMarker.MESSAGE, place());
        });
    }

    /** Absolute path of the source in the file system; empty when the marker or its file has gone. */
    public String path() {
        IMarker marker = getMarker();
        if (marker == null) {
            return "";
        }
        String outside = marker.getAttribute(OUTSIDE, "");
        return !outside.isEmpty() || marker.getResource().getLocation() == null ? outside : marker.getResource().getLocation().toOSString();
    }

    /** Whether the source is not in the workspace. */
    public boolean isOutside() {
        return !text(OUTSIDE).isEmpty();
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
        return marker == null ? "" : nameOf(marker) + " [line: " + marker.getAttribute(IMarker.LINE_NUMBER, 0) + "]";
    }

    private static String nameOf(IMarker marker) {
        String outside = marker.getAttribute(OUTSIDE, "");
        return outside.isEmpty() ? marker.getResource().getName() : Path.of(outside).getFileName().toString();
    }

    @Override
    public String told() {
        return path() + "\t" + MachineBreakpoint.super.told();
    }
}
