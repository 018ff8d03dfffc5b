// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.wizards;

import dev.vmcsmith.lang.ui.LangUi;
import java.io.ByteArrayInputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.IProjectDescription;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.resources.IWorkspace;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.SubMonitor;
import org.eclipse.jface.dialogs.ErrorDialog;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.ui.IWorkbench;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.ide.IDE;
import org.eclipse.ui.wizards.newresource.BasicNewResourceWizard;

/** <em>New › Hypervisor Project</em>: a project whose setups are checked, with one setup to start from. */
public class NewProjectWizard extends BasicNewResourceWizard {
    private NewProjectPage page;

    @Override
    public void init(IWorkbench theWorkbench, IStructuredSelection selection) {
        super.init(theWorkbench, selection);
        setWindowTitle("New Hypervisor Project");
        setDefaultPageImageDescriptor(LangUi.descriptor("wizard"));
        setNeedsProgressMonitor(true);
    }

    @Override
    public void addPages() {
        page = new NewProjectPage();
        addPage(page);
    }

    @Override
    public boolean performFinish() {
        IProject project = page.getProjectHandle();
        IProjectDescription description = project.getWorkspace().newProjectDescription(project.getName());
        description.setNatureIds(new String[] {LangUi.NATURE});
        URI location = page.useDefaults() ? null : page.getLocationURI();
        description.setLocationURI(location);
        IFile file = project.getFile(page.fileName());
        String text = page.text();
        try {
            getContainer().run(true, true, monitor -> {
                try {
                    project.getWorkspace().run(work -> create(project, description, file, text, work), project.getWorkspace().getRoot(),
                            IWorkspace.AVOID_UPDATE, monitor);
                } catch (CoreException e) {
                    throw new InvocationTargetException(e);
                }
            });
            selectAndReveal(file);
            IDE.openEditor(getWorkbench().getActiveWorkbenchWindow().getActivePage(), file);
            return true;
        } catch (InvocationTargetException e) {
            return failed(e.getCause());
        } catch (PartInitException e) {
            return failed(e);
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** A setup that lies in the folder already is left as it is. */
    private static void create(IProject project, IProjectDescription description, IFile file, String text, IProgressMonitor monitor)
            throws CoreException {
        SubMonitor progress = SubMonitor.convert(monitor, "Creating " + project.getName(), 3);
        project.create(description, progress.split(1));
        project.open(progress.split(1));
        project.setDefaultCharset(StandardCharsets.UTF_8.name(), null);
        if (!file.exists()) {
            file.create(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), IResource.NONE, progress.split(1));
        }
    }

    private boolean failed(Throwable cause) {
        IStatus status = cause instanceof CoreException e ? e.getStatus() : Status.error("The project could not be created", cause);
        ErrorDialog.openError(getShell(), getWindowTitle(), "The project could not be created.", status);
        return false;
    }
}
