// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.wizards;

import dev.vmcsmith.lang.ui.LangUi;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.ILog;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.ui.IWorkbench;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.ide.IDE;
import org.eclipse.ui.wizards.newresource.BasicNewResourceWizard;

/** <em>New › Setup File</em>: a setup to start from, in a folder of the user's choice. */
public class NewSetupWizard extends BasicNewResourceWizard {
    private NewSetupPage page;

    @Override
    public void init(IWorkbench theWorkbench, IStructuredSelection selection) {
        super.init(theWorkbench, selection);
        setWindowTitle("New Setup File");
        setDefaultPageImageDescriptor(LangUi.descriptor("wizard"));
        setNeedsProgressMonitor(true);
    }

    @Override
    public void addPages() {
        page = new NewSetupPage(getSelection());
        addPage(page);
    }

    @Override
    public boolean performFinish() {
        IFile file = page.createNewFile();
        if (file == null) {
            return false;
        }
        selectAndReveal(file);
        try {
            IDE.openEditor(getWorkbench().getActiveWorkbenchWindow().getActivePage(), file);
        } catch (PartInitException e) {
            ILog.get().log(e.getStatus());
        }
        return true;
    }
}
