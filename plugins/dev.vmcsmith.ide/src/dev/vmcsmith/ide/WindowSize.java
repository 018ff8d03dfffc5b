// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ide;

import org.eclipse.swt.graphics.Rectangle;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.PlatformUI;

/** Gives the first window of a new workspace room for the debugger's views; later the workbench remembers what the user has chosen. */
final class WindowSize {

    /** Wide enough for every column of the views, in pixels. */
    private static final int WIDTH = 1680;

    private static final int HEIGHT = 1020;

    private WindowSize() {
    }

    /** Enlarges the window: to the wanted size in the middle of a large screen, to the whole of a smaller one. */
    static void enlarge() {
        for (IWorkbenchWindow window : PlatformUI.getWorkbench().getWorkbenchWindows()) {
            Shell shell = window.getShell();
            Rectangle room = shell.getMonitor().getClientArea();
            if (room.width <= WIDTH || room.height <= HEIGHT) {
                shell.setMaximized(true);
            } else {
                shell.setBounds(room.x + (room.width - WIDTH) / 2, room.y + (room.height - HEIGHT) / 2, WIDTH, HEIGHT);
            }
        }
    }
}
