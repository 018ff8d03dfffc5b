// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.breakpoint;

import dev.vmcsmith.debug.model.MachineElement;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.IAdapterFactory;
import org.eclipse.core.runtime.Status;
import org.eclipse.debug.core.model.ISuspendResume;
import org.eclipse.debug.ui.actions.IRunToLineTarget;
import org.eclipse.jface.text.ITextSelection;
import org.eclipse.jface.viewers.ISelection;
import org.eclipse.ui.IWorkbenchPart;
import org.eclipse.ui.texteditor.ITextEditor;

/** The platform's <em>Run to Line</em> in editors of sources. */
public final class RunToLine implements IRunToLineTarget, IAdapterFactory {

    @Override
    public void runToLine(IWorkbenchPart part, ISelection selection, ISuspendResume target) throws CoreException {
        SourceFile file = SourceFile.of(part);
        if (file == null || !(selection instanceof ITextSelection text)
                || !(target instanceof MachineElement element)) {
            throw new CoreException(Status.error("Put the cursor into a line of the hypervisor's source."));
        }
        element.machine().runToLine(file.path(), text.getStartLine() + 1);
    }

    @Override
    public boolean canRunToLine(IWorkbenchPart part, ISelection selection, ISuspendResume target) {
        return target instanceof MachineElement element && element.machine().isSuspended() && selection instanceof ITextSelection
                && SourceFile.of(part) != null;
    }

    @Override
    public <T> T getAdapter(Object editor, Class<T> type) {
        return editor instanceof ITextEditor part && SourceFile.of(part) != null ? type.cast(this) : null;
    }

    @Override
    public Class<?>[] getAdapterList() {
        return new Class<?>[] { IRunToLineTarget.class };
    }
}
