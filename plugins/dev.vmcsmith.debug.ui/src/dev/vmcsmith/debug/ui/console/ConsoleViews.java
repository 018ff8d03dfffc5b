// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.console;

import org.eclipse.ui.IViewReference;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.console.IConsole;
import org.eclipse.ui.console.IConsoleView;

/** The Console views of the workbench. */
final class ConsoleViews {

    private ConsoleViews() {
    }

    /** Shows a console in the views that show another one now, unless the user has pinned it. */
    static void replace(IConsole shown, IConsole by) {
        for (IWorkbenchWindow window : PlatformUI.getWorkbench().getWorkbenchWindows()) {
            for (IWorkbenchPage page : window.getPages()) {
                for (IViewReference reference : page.getViewReferences()) {
                    if (reference.getView(false) instanceof IConsoleView view && !view.isPinned() && view.getConsole() == shown) {
                        view.display(by);
                    }
                }
            }
        }
    }
}
