// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.debug.HypervisorDebug;
import java.util.Map;
import org.eclipse.core.runtime.CoreException;

/** A breakpoint on an instruction, by its linear address in guest or hypervisor. */
public final class InstructionBreakpoint extends WorkspaceBreakpoint {

    private static final String ADDRESS = "dev.vmcsmith.debug.address";
    private static final String SYMBOL = "dev.vmcsmith.debug.symbol";

    /** For the breakpoint manager, which sets the marker. */
    public InstructionBreakpoint() {
    }

    /**
     * Creates the marker; the caller adds the breakpoint to the breakpoint manager.
     *
     * @param symbol what is there, for the user; may be empty
     */
    public InstructionBreakpoint(long address, String symbol) throws CoreException {
        super(HypervisorDebug.INSTRUCTION_BREAKPOINT, Map.of(ADDRESS, HexLong.format(address), SYMBOL, symbol));
    }

    /** The linear address. */
    public long address() {
        return HexLong.parse(text(ADDRESS).isEmpty() ? "0" : text(ADDRESS));
    }

    @Override
    public String place() {
        return HexLong.format(address()) + (text(SYMBOL).isEmpty() ? "" : " " + text(SYMBOL)) + " [instruction]";
    }
}
