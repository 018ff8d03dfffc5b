// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.imports;

import dev.vmcsmith.lang.ui.LangUi;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.core.resources.IContainer;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.runtime.Adapters;
import org.eclipse.core.runtime.NullProgressMonitor;
import org.eclipse.core.runtime.Status;
import org.eclipse.jface.dialogs.ErrorDialog;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.jface.wizard.Wizard;
import org.eclipse.ui.IImportWizard;
import org.eclipse.ui.IWorkbench;
import org.eclipse.ui.PartInitException;

/** <em>Import › VMCSmith › VMCS Dump</em>: a setup from a log or a C source, opened in the editor. */
public class ImportDumpWizard extends Wizard implements IImportWizard {
    private IWorkbench workbench;
    private IContainer folder;
    private ImportDumpPage page;

    public ImportDumpWizard() {
        setWindowTitle("Import VMCS Dump");
        setNeedsProgressMonitor(true);
    }

    @Override
    public void init(IWorkbench theWorkbench, IStructuredSelection selection) {
        workbench = theWorkbench;
        IResource resource = Adapters.adapt(selection.getFirstElement(), IResource.class);
        folder = resource instanceof IContainer container ? container : resource == null ? null : resource.getParent();
        setDefaultPageImageDescriptor(LangUi.descriptor("wizard"));
    }

    @Override
    public void addPages() {
        page = new ImportDumpPage(folder);
        addPage(page);
    }

    @Override
    public boolean performFinish() {
        IFile file = page.target();
        try {
            SetupFiles.create(file, page.setup(), SetupFiles.ui(getShell()), new NullProgressMonitor());
            SetupFiles.open(file, workbench.getActiveWorkbenchWindow().getActivePage());
            return true;
        } catch (ExecutionException | PartInitException e) {
            ErrorDialog.openError(getShell(), getWindowTitle(), "The setup could not be written.", Status.error(e.getMessage(), e.getCause()));
            return false;
        }
    }
}
