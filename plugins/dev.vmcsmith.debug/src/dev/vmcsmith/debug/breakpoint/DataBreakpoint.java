// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.HypervisorDebug;
import java.util.Map;
import org.eclipse.core.runtime.CoreException;

/** A breakpoint on accesses to memory or to a field of the VMCS. */
public final class DataBreakpoint extends WorkspaceBreakpoint {

    private static final String EXPRESSION = "dev.vmcsmith.debug.data";
    private static final String BYTES = "dev.vmcsmith.debug.bytes";
    private static final String ACCESS = "dev.vmcsmith.debug.access";

    /** For the breakpoint manager, which sets the marker. */
    public DataBreakpoint() {
    }

    /**
     * Creates the marker; the caller adds the breakpoint to the breakpoint manager.
     *
     * @param expression a VMCS field such as {@code guest.cr3}, a symbol, or an address such as {@code guest-physical:0x1000}
     * @param bytes length of the memory; 0 leaves it to the machine
     * @param access {@code read}, {@code write} or {@code readWrite}, as in the Debug Adapter Protocol
     */
    public DataBreakpoint(String expression, int bytes, String access) throws CoreException {
        super(HypervisorDebug.DATA_BREAKPOINT, Map.of(EXPRESSION, expression, BYTES, bytes, ACCESS, access));
    }

    /** What is watched. */
    public String expression() {
        return text(EXPRESSION);
    }

    /** Length of the memory; 0 leaves it to the machine. */
    public int bytes() {
        return getMarker() == null ? 0 : getMarker().getAttribute(BYTES, 0);
    }

    /** The protocol's access type. */
    public String access() {
        return text(ACCESS);
    }

    @Override
    public String place() {
        String kind = switch (access()) {
            case "read" -> "read";
            case "readWrite" -> "read or write";
            default -> "write";
        };
        return expression() + (bytes() == 0 ? "" : ", " + bytes() + (bytes() == 1 ? " byte" : " bytes")) + " [" + kind + "]";
    }
}
