// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.breakpoint;

import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.ui.actions.IToggleBreakpointsTarget;
import org.eclipse.jface.text.ITextSelection;
import org.eclipse.jface.viewers.ISelection;
import org.eclipse.ui.IWorkbenchPart;

/** Sets or removes the line breakpoint in the line of a text selection. */
public final class ToggleLineBreakpoint implements IToggleBreakpointsTarget {

    @Override
    public void toggleLineBreakpoints(IWorkbenchPart part, ISelection selection) throws CoreException {
        SourceFile file = SourceFile.of(part);
        if (file == null || !(selection instanceof ITextSelection text)) {
            return;
        }
        int line = text.getStartLine() + 1;
        SetupLineBreakpoint existing = file.breakpointAt(line);
        if (existing != null) {
            existing.delete();
        } else {
            DebugPlugin.getDefault().getBreakpointManager().addBreakpoint(file.newBreakpoint(line));
        }
    }

    @Override
    public boolean canToggleLineBreakpoints(IWorkbenchPart part, ISelection selection) {
        return selection instanceof ITextSelection && SourceFile.of(part) != null;
    }

    @Override
    public void toggleMethodBreakpoints(IWorkbenchPart part, ISelection selection) {
        // a setup has no methods
    }

    @Override
    public boolean canToggleMethodBreakpoints(IWorkbenchPart part, ISelection selection) {
        return false;
    }

    @Override
    public void toggleWatchpoints(IWorkbenchPart part, ISelection selection) {
        // a setup has no fields
    }

    @Override
    public boolean canToggleWatchpoints(IWorkbenchPart part, ISelection selection) {
        return false;
    }
}
