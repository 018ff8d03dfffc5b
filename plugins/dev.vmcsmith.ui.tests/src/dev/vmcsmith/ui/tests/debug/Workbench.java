// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.PlatformUI;
import org.junit.jupiter.api.Assertions;

/** Runs the workbench's event loop until something is the case. */
final class Workbench {

    private static final int TIMEOUT_SECONDS = 60;
    private static final int LOOK_AGAIN_MILLIS = 20;

    private Workbench() {
    }

    /** Processes events until the condition holds; fails with the description when it does not within a minute. */
    static void until(String description, BooleanSupplier condition) {
        until(() -> description, condition);
    }

    /** Processes events until the condition holds; fails with the description when it does not within a minute. */
    static void until(Supplier<String> description, BooleanSupplier condition) {
        Display display = Display.getCurrent();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                Assertions.fail("Waited in vain until " + description.get());
            }
            if (!display.readAndDispatch()) {
                display.timerExec(LOOK_AGAIN_MILLIS, () -> {
                    // wakes the display
                });
                display.sleep();
            }
        }
    }

    /** Processes events for a second: painting has no end that could be waited for. */
    static void paint() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        until("everything is painted", () -> System.nanoTime() > end);
    }

    /** Processes events for a second, in which the platform tells of changed markers: it collects these before it does. */
    static void settle() {
        paint();
    }

    /** The page of the only window. */
    static IWorkbenchPage page() {
        return PlatformUI.getWorkbench().getWorkbenchWindows()[0].getActivePage();
    }

    /** Shows a view. */
    static <T extends IViewPart> T show(String id, Class<T> type) {
        try {
            return type.cast(page().showView(id));
        } catch (PartInitException e) {
            throw new AssertionError(e);
        }
    }
}
