// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.editor;

import java.awt.AWTException;
import java.awt.Robot;
import java.awt.event.InputEvent;
import org.eclipse.swt.graphics.Point;
import org.eclipse.swt.graphics.Rectangle;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Shell;

/** Mouse and keyboard as the window system delivers them, so that whatever stands in their way shows. */
final class Input {
    /** How many looks in a row find a window where it was. */
    private static final int STILL = 5;

    private Input() {
    }

    private static Robot robot() {
        try {
            return new Robot();
        } catch (AWTException e) {
            throw new AssertionError("the display takes no input from a test", e);
        }
    }

    /** Waits until keys go to a window and the window manager has put it in its place. */
    static void awaitActive(Shell shell) {
        SetupEditor.waitFor("the window " + shell.getText(), () -> Display.getCurrent().getActiveShell() == shell);
        Rectangle[] seen = {null};
        int[] same = {0};
        SetupEditor.waitFor("the window's place", () -> {
            Rectangle now = Display.getCurrent().map(shell, null, shell.getClientArea());
            same[0] = now.equals(seen[0]) ? same[0] + 1 : 0;
            seen[0] = now;
            return same[0] == STILL;
        });
    }

    static void click(Control control) {
        Point size = control.getSize();
        click(control, size.x / 2, size.y / 2);
    }

    /** Clicks at a place in a control's coordinates. */
    static void click(Control control, int x, int y) {
        Point screen = control.toDisplay(x, y);
        Robot robot = robot();
        robot.mouseMove(screen.x, screen.y);
        robot.mousePress(InputEvent.BUTTON1_DOWN_MASK);
        robot.mouseRelease(InputEvent.BUTTON1_DOWN_MASK);
    }

    /** Presses a key and lets it go. @param keyCode one of {@link java.awt.event.KeyEvent} */
    static void key(int keyCode) {
        Robot robot = robot();
        robot.keyPress(keyCode);
        robot.keyRelease(keyCode);
    }
}
