// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.HypervisorDebug;
import java.util.Map;
import org.eclipse.core.runtime.CoreException;

/** A breakpoint on VM exits of one reason. */
public final class ExitBreakpoint extends WorkspaceBreakpoint {

    private static final String REASON = "dev.vmcsmith.debug.exitReason";
    private static final String LABEL = "dev.vmcsmith.debug.exitLabel";

    /** For the breakpoint manager, which sets the marker. */
    public ExitBreakpoint() {
    }

    /**
     * Creates the marker; the caller adds the breakpoint to the breakpoint manager.
     *
     * @param reason the reason's name in setups, such as {@code ept-violation}; a filter of the debug adapter
     * @param label the reason as the SDM calls it, with its number
     */
    public ExitBreakpoint(String reason, String label) throws CoreException {
        super(HypervisorDebug.EXIT_BREAKPOINT, Map.of(REASON, reason, LABEL, label));
    }

    /** The reason's name in setups. */
    public String reason() {
        return text(REASON);
    }

    @Override
    public boolean canCount() {
        return false;
    }

    @Override
    public String place() {
        return text(LABEL) + " [VM exit]";
    }
}
