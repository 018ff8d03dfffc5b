// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui;

import org.eclipse.ui.IStartup;
import org.eclipse.ui.IWindowListener;
import org.eclipse.ui.IWorkbench;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.PlatformUI;

/** Does something to every window of the workbench: those that are open when it has started, and each that is opened later. */
public abstract class EveryWindow implements IStartup, IWindowListener {

    @Override
    public final void earlyStartup() {
        IWorkbench workbench = PlatformUI.getWorkbench();
        workbench.getDisplay().asyncExec(() -> {
            workbench.addWindowListener(this);
            for (IWorkbenchWindow window : workbench.getWorkbenchWindows()) {
                windowOpened(window);
            }
        });
    }

    @Override
    public void windowActivated(IWorkbenchWindow window) {
        // only opening and closing matter
    }

    @Override
    public void windowDeactivated(IWorkbenchWindow window) {
        // only opening and closing matter
    }

    @Override
    public void windowClosed(IWorkbenchWindow window) {
        // nothing by default
    }
}
