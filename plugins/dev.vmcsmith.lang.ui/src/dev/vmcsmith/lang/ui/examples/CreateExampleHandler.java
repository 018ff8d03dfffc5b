// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.examples;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.ide.IDE;

/** Makes a project of the example named by the command's parameter, in the background, and opens it: for links in help and a first start. */
public class CreateExampleHandler extends AbstractHandler {
    private static final String EXAMPLE = "dev.vmcsmith.lang.ui.createExample.name";

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        String name = event.getParameter(EXAMPLE);
        Example example = Example.named(String.valueOf(name)).orElseThrow(() -> new ExecutionException("There is no example " + name));
        Display display = PlatformUI.getWorkbench().getDisplay();
        Job.create("Creating the example " + name, (ICoreRunnable) monitor -> {
            IFile setup = ExampleProject.create(example, ExampleProject.freeName(name), monitor);
            display.asyncExec(() -> open(setup));
        }).schedule();
        return null;
    }

    private static void open(IFile setup) {
        IWorkbenchWindow active = PlatformUI.getWorkbench().getActiveWorkbenchWindow();
        IWorkbenchWindow[] all = PlatformUI.getWorkbench().getWorkbenchWindows();
        IWorkbenchWindow window = active == null && all.length > 0 ? all[0] : active;
        try {
            if (window != null && window.getActivePage() != null) {
                IDE.openEditor(window.getActivePage(), setup);
            }
        } catch (PartInitException e) {
            ILog.get().log(e.getStatus());
        }
    }
}
