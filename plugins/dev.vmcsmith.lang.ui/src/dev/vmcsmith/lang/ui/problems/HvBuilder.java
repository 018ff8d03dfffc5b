// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import dev.vmcsmith.lang.ui.LangUi;
import dev.vmcsmith.lang.ui.SetupFiles;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.resources.IResourceDelta;
import org.eclipse.core.resources.IncrementalProjectBuilder;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.IPath;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.SubMonitor;
import org.eclipse.core.runtime.jobs.ISchedulingRule;

/**
 * Checks the setups of a project: all of them at first and when a file they may refer to changed, otherwise those that changed and those that
 * import one that changed. A setup that is being edited is left to {@link CheckWhileTyping}, which knows its unsaved text.
 */
public class HvBuilder extends IncrementalProjectBuilder {
    @Override
    protected IProject[] build(int kind, Map<String, String> arguments, IProgressMonitor monitor) throws CoreException {
        ImportGraph imports = ImportGraph.of(getProject());
        IProject[] others = imports.projects(getProject());
        IResourceDelta delta = kind == FULL_BUILD ? null : getDelta(getProject());
        Set<IFile> setups = new LinkedHashSet<>();
        if (delta == null || changesOtherFiles(delta)) {
            setups.addAll(SetupFiles.of(getProject()));
        } else {
            Set<IPath> changed = new LinkedHashSet<>();
            collect(delta, setups, changed);
            for (IProject other : others) {
                collect(getDelta(other), new LinkedHashSet<>(), changed);
            }
            setups.addAll(imports.importersOf(changed));
        }
        SubMonitor progress = SubMonitor.convert(monitor, setups.size());
        for (IFile setup : setups) {
            progress.subTask(setup.getFullPath().toString());
            SetupCheck.checkFile(setup, progress.split(1));
        }
        return others;
    }

    /**
     * Finds setups that came, went or changed.
     *
     * @param delta null when nothing is known to have changed
     * @param there those that still exist
     */
    private static void collect(IResourceDelta delta, Set<IFile> there, Set<IPath> changed) throws CoreException {
        if (delta != null) {
            delta.accept(change -> {
                if (change.getResource() instanceof IFile file && LangUi.isSetup(file.getName()) && isContentChange(change)) {
                    changed.add(file.getFullPath());
                    if (change.getKind() != IResourceDelta.REMOVED && !file.isDerived()) {
                        there.add(file);
                    }
                }
                return true;
            });
        }
    }

    /** Whether a file that is no setup came, went or changed: a CPU profile, a payload. */
    private static boolean changesOtherFiles(IResourceDelta delta) throws CoreException {
        boolean[] found = {false};
        delta.accept(change -> {
            IResource resource = change.getResource();
            found[0] |= resource.getType() == IResource.FILE && isContentChange(change) && !LangUi.isSetup(resource.getName());
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
