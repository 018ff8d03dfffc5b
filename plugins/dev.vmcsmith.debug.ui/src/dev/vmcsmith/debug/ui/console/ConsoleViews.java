// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** Adds consoles; the views, which would show what is new, show what they showed before. */
    static void keep(Runnable addition) {
        Map<IConsoleView, IConsole> shown = new HashMap<>();
        for (IConsoleView view : all()) {
            if (view.getConsole() != null) {
                shown.put(view, view.getConsole());
            }
        }
        addition.run();
        PlatformUI.getWorkbench().getDisplay().asyncExec(() -> all().stream().filter(view -> !view.isPinned() && shown.containsKey(view))
                .forEach(view -> view.display(shown.get(view))));
    }

    /** Shows a console in the views that show another one now, unless the user has pinned it. */
    static void replace(IConsole shown, IConsole by) {
        all().stream().filter(view -> !view.isPinned() && view.getConsole() == shown).forEach(view -> view.display(by));
    }

    private static List<IConsoleView> all() {
        List<IConsoleView> views = new ArrayList<>();
        for (IWorkbenchWindow window : PlatformUI.getWorkbench().getWorkbenchWindows()) {
            for (IWorkbenchPage page : window.getPages()) {
                for (IViewReference reference : page.getViewReferences()) {
                    if (reference.getView(false) instanceof IConsoleView view) {
                        views.add(view);
                    }
                }
            }
        }
        return views;
    }
}
