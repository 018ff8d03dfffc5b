// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.LaunchAttributes;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.exits.VmExitsViewPart;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkViewPart;
import dev.vmcsmith.debug.ui.vmcs.VmcsViewPart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.eclipse.debug.core.ILaunchManager;
import org.eclipse.swt.SWT;
import org.eclipse.swt.graphics.GC;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.graphics.ImageData;
import org.eclipse.swt.graphics.ImageLoader;
import org.eclipse.swt.graphics.Rectangle;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.PlatformUI;
import org.junit.jupiter.api.Test;

/** Takes the picture of the debugger that {@code releng/screenshots/make.sh} puts into the README. */
class PictureTest {

    private static final Path PICTURE = Path.of("target/screenshots/debugger.png");

    @Test
    void theHypervisorPerspectiveShowsAStopWithAllItsViews() throws Exception {
        WalkthroughProject walkthrough = new WalkthroughProject();
        DebugSession session = null;
        try {
            var window = PlatformUI.getWorkbench().getWorkbenchWindows()[0];
            PlatformUI.getWorkbench().showPerspective(DebugUi.PERSPECTIVE, window);
            window.getActivePage().resetPerspective();
            Shell shell = window.getShell();
            shell.setMaximized(true);
            shell.forceActive();
            session = DebugSession.launch(walkthrough.configuration(LaunchAttributes.STOP_AT, StopAt.EVERY_EXIT.id()),
                    ILaunchManager.DEBUG_MODE);
            session.awaitStop();
            session.after(VcpuThread::resume);
            VmcsViewPart vmcs = Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class);
            VmExitsViewPart exits = Workbench.show(DebugUi.EXITS_VIEW, VmExitsViewPart.class);
            Workbench.until("the exits are listed", () -> exits.explanation() == null && exits.viewer().getTable().getItemCount() == 2);
            PageWalkViewPart walk = Workbench.show(DebugUi.PAGE_WALK_VIEW, PageWalkViewPart.class);
            Workbench.until("the views show the stop", () -> vmcs.explanation() == null && walk.explanation() == null
                    && walk.canvas().walk() != null && window.getActivePage().getActiveEditor() != null);
            Workbench.paint();
            save(shell);
            assertTrue(Files.size(PICTURE) > 0);
        } finally {
            if (session != null) {
                session.close();
            }
            walkthrough.delete();
        }
    }

    private static void save(Shell shell) throws Exception {
        Rectangle bounds = shell.getBounds();
        Image image = new Image(shell.getDisplay(), bounds.width, bounds.height);
        GC gc = new GC(shell.getDisplay());
        gc.copyArea(image, bounds.x, bounds.y);
        gc.dispose();
        ImageData data = image.getImageData();
        image.dispose();
        assertTrue(colours(data) > 16, "the picture shows a window");
        Files.createDirectories(PICTURE.getParent());
        ImageLoader loader = new ImageLoader();
        loader.data = new ImageData[] { data };
        loader.save(PICTURE.toString(), SWT.IMAGE_PNG);
    }

    private static long colours(ImageData data) {
        int[] row = new int[data.width];
        data.getPixels(0, data.height / 2, data.width, row, 0);
        int[] column = new int[data.height];
        for (int y = 0; y < data.height; y++) {
            column[y] = data.getPixel(data.width / 4, y);
        }
        return Arrays.stream(column).distinct().count() + Arrays.stream(row).distinct().count();
    }
}
