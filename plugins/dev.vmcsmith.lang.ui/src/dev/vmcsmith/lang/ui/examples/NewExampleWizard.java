// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.examples;

import dev.vmcsmith.lang.ui.LangUi;
import java.lang.reflect.InvocationTargetException;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.jface.dialogs.ErrorDialog;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.jface.wizard.Wizard;
import org.eclipse.ui.INewWizard;
import org.eclipse.ui.IWorkbench;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.ide.IDE;
import org.eclipse.ui.wizards.newresource.BasicNewResourceWizard;

/** <em>New › VMCSmith Example</em>: a project with one of the examples, opened in the editor. */
public class NewExampleWizard extends Wizard implements INewWizard {
    private IWorkbench workbench;
    private ExamplePage page;

    public NewExampleWizard() {
        setWindowTitle("New VMCSmith Example");
        setNeedsProgressMonitor(true);
    }

    @Override
    public void init(IWorkbench theWorkbench, IStructuredSelection selection) {
        workbench = theWorkbench;
        setDefaultPageImageDescriptor(LangUi.descriptor("wizard"));
    }

    @Override
    public void addPages() {
        page = new ExamplePage();
        addPage(page);
    }

    @Override
    public boolean performFinish() {
        Example example = page.example();
        String name = page.projectName();
        IFile[] created = new IFile[1];
        try {
            getContainer().run(true, true, monitor -> {
                try {
                    created[0] = ExampleProject.create(example, name, monitor);
                } catch (CoreException e) {
                    throw new InvocationTargetException(e);
                }
            });
            BasicNewResourceWizard.selectAndReveal(created[0], workbench.getActiveWorkbenchWindow());
            IDE.openEditor(workbench.getActiveWorkbenchWindow().getActivePage(), created[0]);
            return true;
        } catch (InvocationTargetException e) {
            return failed(e.getCause());
        } catch (PartInitException e) {
            return failed(e);
        } catch (InterruptedException e) {
            return false;
        }
    }

    private boolean failed(Throwable cause) {
        IStatus status = cause instanceof CoreException e ? e.getStatus() : Status.error("The example could not be created", cause);
        ErrorDialog.openError(getShell(), getWindowTitle(), "The project could not be created.", status);
        return false;
    }
}
