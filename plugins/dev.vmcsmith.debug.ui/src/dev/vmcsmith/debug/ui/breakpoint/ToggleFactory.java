// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.breakpoint;

import java.util.Set;
import org.eclipse.debug.ui.actions.IToggleBreakpointsTarget;
import org.eclipse.debug.ui.actions.IToggleBreakpointsTargetFactory;
import org.eclipse.jface.viewers.ISelection;
import org.eclipse.ui.IWorkbenchPart;

/** Offers line breakpoints in editors of setups and of a hypervisor's sources. */
public final class ToggleFactory implements IToggleBreakpointsTargetFactory {

    private static final String LINE = "dev.vmcsmith.debug.ui.toggleLine";

    private final IToggleBreakpointsTarget target = new ToggleLineBreakpoint();

    @Override
    public Set<String> getToggleTargets(IWorkbenchPart part, ISelection selection) {
        return SourceFile.of(part) == null ? Set.of() : Set.of(LINE);
    }

    @Override
    public String getDefaultToggleTarget(IWorkbenchPart part, ISelection selection) {
        return SourceFile.of(part) == null ? null : LINE;
    }

    @Override
    public String getToggleTargetName(String id) {
        return "Hypervisor Line Breakpoints";
    }

    @Override
    public String getToggleTargetDescription(String id) {
        return "Suspends the machine when it reaches the line.";
    }

    @Override
    public IToggleBreakpointsTarget createToggleTarget(String id) {
        return LINE.equals(id) ? target : null;
    }
}
