// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.HypervisorDebug;
import java.util.Map;
import org.eclipse.core.runtime.CoreException;

/** A breakpoint on a symbol of the image: a function, or a label of the guest's code. */
public final class FunctionBreakpoint extends WorkspaceBreakpoint {

    private static final String SYMBOL = "dev.vmcsmith.debug.symbol";

    /** For the breakpoint manager, which sets the marker. */
    public FunctionBreakpoint() {
    }

    /** Creates the marker; the caller adds the breakpoint to the breakpoint manager. */
    public FunctionBreakpoint(String symbol) throws CoreException {
        super(HypervisorDebug.FUNCTION_BREAKPOINT, Map.of(SYMBOL, symbol));
    }

    /** Name of the symbol, as in the symbol table of the image. */
    public String symbol() {
        return text(SYMBOL);
    }

    @Override
    public String place() {
        return symbol() + " [function]";
    }
}
