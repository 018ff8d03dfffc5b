// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.HypervisorDebug;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.core.resources.IMarker;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.debug.core.model.IBreakpointImportParticipant;

/**
 * Finds the breakpoint that is imported among those that there are. By default the platform compares no more than type and line, which
 * breakpoints in two files, or on two fields, can have in common.
 */
public final class BreakpointImport implements IBreakpointImportParticipant {

    private static final String PATH = "path";
    private static final Set<String> ACTIONS = Set.of(MachineBreakpoint.CONDITION, MachineBreakpoint.HIT_CONDITION,
            MachineBreakpoint.LOG_MESSAGE);

    @Override
    public boolean matches(Map<String, Object> attributes, IBreakpoint breakpoint) throws CoreException {
        IMarker marker = breakpoint.getMarker();
        return breakpoint instanceof MachineBreakpoint && marker != null && marker.getType().equals(attributes.get("type"))
                && marker.getResource().getFullPath().toString().equals(attributes.get(PATH))
                && place(marker.getAttributes()).equals(place(attributes));
    }

    /** What says where a breakpoint stops. Texts that look like numbers are imported as numbers. */
    private static Map<String, String> place(Map<String, Object> attributes) {
        Map<String, String> place = new TreeMap<>();
        attributes.forEach((name, value) -> {
            boolean own = name.startsWith(HypervisorDebug.MODEL + ".") && !ACTIONS.contains(name) || name.equals(IMarker.LINE_NUMBER);
            if (own && value != null) {
                place.put(name, value.toString());
            }
        });
        return place;
    }

    @Override
    public void verify(IBreakpoint breakpoint) {
        // every place can be one of a machine
    }
}
