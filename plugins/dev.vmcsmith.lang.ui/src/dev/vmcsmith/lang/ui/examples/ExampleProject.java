// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.examples;

import dev.vmcsmith.lang.ui.LangUi;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.core.resources.IContainer;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IFolder;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.IProjectDescription;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.resources.IWorkspace;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.IPath;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.SubMonitor;

/** Copies an example into a new project that checks its setups. */
public final class ExampleProject {
    private ExampleProject() {
    }

    /**
     * Not in the UI thread.
     *
     * @param name of the project, which must not exist yet
     * @return the example's main setup
     */
    public static IFile create(Example example, String name, IProgressMonitor monitor) throws CoreException {
        IWorkspace workspace = ResourcesPlugin.getWorkspace();
        IProject project = workspace.getRoot().getProject(name);
        workspace.run(work -> fill(project, example, work), workspace.getRoot(), IWorkspace.AVOID_UPDATE, monitor);
        return project.getFile(example.mainFile());
    }

    /** A name that no project has: the one wanted, with a number if need be. */
    public static String freeName(String wanted) {
        String free = wanted;
        for (int i = 2; ResourcesPlugin.getWorkspace().getRoot().getProject(free).exists(); i++) {
            free = wanted + "-" + i;
        }
        return free;
    }

    private static void fill(IProject project, Example example, IProgressMonitor monitor) throws CoreException {
        SubMonitor progress = SubMonitor.convert(monitor, "Creating " + project.getName(), example.files().size() + 2);
        project.create(progress.split(1));
        project.open(progress.split(1));
        IProjectDescription description = project.getDescription();
        description.setNatureIds(new String[] {LangUi.NATURE});
        project.setDescription(description, null);
        project.setDefaultCharset(StandardCharsets.UTF_8.name(), null);
        for (String path : example.files()) {
            IFile file = project.getFile(IPath.fromPortableString(path));
            prepare(file.getParent());
            try (InputStream content = example.open(path)) {
                file.create(content, IResource.NONE, progress.split(1));
            } catch (IOException e) {
                throw new CoreException(Status.error("The example " + example.name() + " cannot be read; install VMCSmith again", e));
            }
        }
    }

    private static void prepare(IContainer container) throws CoreException {
        if (container instanceof IFolder folder && !folder.exists()) {
            prepare(folder.getParent());
            folder.create(IResource.NONE, true, null);
        }
    }
}
