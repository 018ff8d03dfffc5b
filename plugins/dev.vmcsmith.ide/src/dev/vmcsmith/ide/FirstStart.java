// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ide;

import dev.vmcsmith.lang.ui.examples.Example;
import dev.vmcsmith.lang.ui.examples.ExampleProject;
import java.util.Optional;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.Platform;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.core.runtime.preferences.IEclipsePreferences;
import org.eclipse.core.runtime.preferences.InstanceScope;
import org.eclipse.ui.IStartup;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.ide.IDE;
import org.osgi.service.prefs.BackingStoreException;

/** Gives a new workspace of our own product the walkthrough, opened in the editor. Once: a workspace that was emptied stays empty. */
public class FirstStart implements IStartup {
    private static final String BUNDLE = "dev.vmcsmith.ide";
    private static final String PRODUCT = "dev.vmcsmith.ide.product";
    private static final String DONE = "walkthroughCreated";
    private static final String WALKTHROUGH = "walkthrough";

    @Override
    public void earlyStartup() {
        boolean ours = Platform.getProduct() != null && PRODUCT.equals(Platform.getProduct().getId());
        IEclipsePreferences preferences = InstanceScope.INSTANCE.getNode(BUNDLE);
        if (ours && !preferences.getBoolean(DONE, false)) {
            Job.create("Preparing the walkthrough", (ICoreRunnable) monitor -> prepare(preferences, monitor)).schedule();
        }
    }

    private static void prepare(IEclipsePreferences preferences, IProgressMonitor monitor) throws CoreException {
        Optional<Example> walkthrough = Example.named(WALKTHROUGH);
        if (walkthrough.isPresent() && ResourcesPlugin.getWorkspace().getRoot().getProjects().length == 0) {
            IFile setup = ExampleProject.create(walkthrough.get(), WALKTHROUGH, monitor);
            PlatformUI.getWorkbench().getDisplay().asyncExec(() -> open(setup));
        }
        preferences.putBoolean(DONE, true);
        try {
            preferences.flush();
        } catch (BackingStoreException e) {
            ILog.get().warn("The preferences of the workspace cannot be saved", e);
        }
    }

    private static void open(IFile setup) {
        IWorkbenchWindow window = PlatformUI.getWorkbench().getActiveWorkbenchWindow();
        if (window == null && PlatformUI.getWorkbench().getWorkbenchWindowCount() > 0) {
            window = PlatformUI.getWorkbench().getWorkbenchWindows()[0];
        }
        try {
            if (window != null && window.getActivePage() != null) {
                IDE.openEditor(window.getActivePage(), setup);
            }
        } catch (PartInitException e) {
            ILog.get().log(e.getStatus());
        }
    }
}
