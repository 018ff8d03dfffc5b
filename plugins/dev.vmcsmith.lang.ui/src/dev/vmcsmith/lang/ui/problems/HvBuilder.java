// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import dev.vmcsmith.lang.ui.LangUi;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.resources.IResourceDelta;
import org.eclipse.core.resources.IncrementalProjectBuilder;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.SubMonitor;
import org.eclipse.core.runtime.jobs.ISchedulingRule;

/**
 * Checks the setups of a project: all of them at first and when a file they may refer to changed, otherwise those that changed.
 * A setup that is being edited is left to {@link CheckWhileTyping}, which knows its unsaved text.
 */
public class HvBuilder extends IncrementalProjectBuilder {
    @Override
    protected IProject[] build(int kind, Map<String, String> arguments, IProgressMonitor monitor) throws CoreException {
        IResourceDelta delta = kind == FULL_BUILD ? null : getDelta(getProject());
        Set<IFile> setups = new LinkedHashSet<>();
        if (delta == null || changesOtherFiles(delta)) {
            getProject().accept(resource -> {
                collect(resource, setups);
                return !resource.isDerived();
            });
        } else {
            delta.accept(change -> {
                if (change.getKind() != IResourceDelta.REMOVED && isContentChange(change)) {
                    collect(change.getResource(), setups);
                }
                return true;
            });
        }
        SubMonitor progress = SubMonitor.convert(monitor, setups.size());
        for (IFile setup : setups) {
            progress.subTask(setup.getFullPath().toString());
            SetupCheck.checkFile(setup, progress.split(1));
        }
        return new IProject[0];
    }

    private static void collect(IResource resource, Set<IFile> setups) {
        if (resource instanceof IFile file && LangUi.FILE_EXTENSION.equals(file.getFileExtension()) && !file.isDerived()) {
            setups.add(file);
        }
    }

    /** Whether a file that is no setup came, went or changed: a CPU profile, a payload. */
    private static boolean changesOtherFiles(IResourceDelta delta) throws CoreException {
        boolean[] found = {false};
        delta.accept(change -> {
            IResource resource = change.getResource();
            boolean setup = LangUi.FILE_EXTENSION.equals(resource.getFileExtension());
            found[0] |= resource.getType() == IResource.FILE && isContentChange(change) && (!setup || change.getKind() == IResourceDelta.REMOVED);
            return !found[0];
        });
        return found[0];
    }

    private static boolean isContentChange(IResourceDelta change) {
        return change.getKind() != IResourceDelta.CHANGED
                || (change.getFlags() & (IResourceDelta.CONTENT | IResourceDelta.REPLACED | IResourceDelta.ENCODING)) != 0;
    }

    @Override
    protected void clean(IProgressMonitor monitor) throws CoreException {
        getProject().deleteMarkers(LangUi.PROBLEM, true, IResource.DEPTH_INFINITE);
    }

    @Override
    public ISchedulingRule getRule(int kind, Map<String, String> arguments) {
        return getProject();
    }
}
