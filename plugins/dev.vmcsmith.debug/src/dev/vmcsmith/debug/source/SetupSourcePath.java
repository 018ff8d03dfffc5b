// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.source;

import dev.vmcsmith.debug.launch.Program;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.core.sourcelookup.ISourceContainer;
import org.eclipse.debug.core.sourcelookup.ISourcePathComputerDelegate;
import org.eclipse.debug.core.sourcelookup.containers.DirectorySourceContainer;
import org.eclipse.debug.core.sourcelookup.containers.ProjectSourceContainer;
import org.eclipse.debug.core.sourcelookup.containers.WorkspaceSourceContainer;

/** Where to look for sources by default: the project of the setup, or the folder of a file outside the workspace; then the workspace. */
public final class SetupSourcePath implements ISourcePathComputerDelegate {

    @Override
    public ISourceContainer[] computeSourceContainers(ILaunchConfiguration configuration, IProgressMonitor monitor) throws CoreException {
        Program program = Program.of(configuration);
        ISourceContainer first = program.workspaceFile() != null
                ? new ProjectSourceContainer(program.workspaceFile().getProject(), true)
                : new DirectorySourceContainer(program.path().getParent().toFile(), false);
        return new ISourceContainer[] { first, new WorkspaceSourceContainer() };
    }
}
