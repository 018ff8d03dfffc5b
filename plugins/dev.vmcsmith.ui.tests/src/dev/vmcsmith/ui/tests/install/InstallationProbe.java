// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.install;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.IStartup;
import org.eclipse.ui.IViewReference;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.WorkbenchException;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/**
 * Writes what a started product looks like to the file that the system property {@value #REPORT} names, then closes the workbench:
 * a line {@code bundle NAME STATE} per bundle of VMCSmith, {@code perspective ID} for the Hypervisor perspective after it was
 * opened, and {@code view ID ok|error} per view in it.
 */
public final class InstallationProbe implements IStartup {

    private static final String REPORT = "dev.vmcsmith.installation.report";
    private static final String PERSPECTIVE = "dev.vmcsmith.debug.ui.perspective";

    @Override
    public void earlyStartup() {
        String report = System.getProperty(REPORT);
        if (report != null) {
            PlatformUI.getWorkbench().getDisplay().asyncExec(() -> look(Path.of(report)));
        }
    }

    private static void look(Path report) {
        List<String> lines = new ArrayList<>();
        for (Bundle bundle : FrameworkUtil.getBundle(PlatformUI.class).getBundleContext().getBundles()) {
            if (bundle.getSymbolicName().startsWith("dev.vmcsmith.")) {
                boolean resolved = (bundle.getState() & (Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE)) != 0;
                lines.add("bundle " + bundle.getSymbolicName() + (resolved ? " resolved" : " unresolved"));
            }
        }
        try {
            IWorkbenchWindow window = PlatformUI.getWorkbench().getWorkbenchWindows()[0];
            var page = PlatformUI.getWorkbench().showPerspective(PERSPECTIVE, window);
            while (Display.getCurrent().readAndDispatch()) {
                // lay the perspective out before its parts are asked for
            }
            lines.add("perspective " + page.getPerspective().getId());
            for (IViewReference view : page.getViewReferences()) {
                lines.add("view " + view.getId() + (view.getView(true) != null ? " ok" : " error"));
            }
        } catch (WorkbenchException e) {
            lines.add("perspective error: " + e.getMessage());
        }
        try {
            Files.write(report, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            PlatformUI.getWorkbench().close();
        }
    }
}
