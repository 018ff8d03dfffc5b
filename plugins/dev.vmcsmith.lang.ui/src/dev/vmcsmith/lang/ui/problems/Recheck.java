// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import dev.vmcsmith.lang.ui.LangUi;
import java.util.Arrays;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.IncrementalProjectBuilder;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.SubMonitor;
import org.eclipse.core.runtime.jobs.Job;

/** Checks all setups of projects again, in the background, after the preferences have changed. */
public final class Recheck {
    private Recheck() {
    }

    public static void all() {
        of(Arrays.stream(ResourcesPlugin.getWorkspace().getRoot().getProjects()).filter(Recheck::isOurs).toArray(IProject[]::new));
    }

    public static void of(IProject... projects) {
        Job job = Job.create("Checking setups", (ICoreRunnable) monitor -> {
            SubMonitor progress = SubMonitor.convert(monitor, projects.length);
            for (IProject project : projects) {
                project.build(IncrementalProjectBuilder.FULL_BUILD, LangUi.BUILDER, null, progress.split(1));
            }
        });
        job.setRule(ResourcesPlugin.getWorkspace().getRuleFactory().buildRule());
        job.schedule();
    }

    private static boolean isOurs(IProject project) {
        try {
            return project.isAccessible() && project.hasNature(LangUi.NATURE);
        } catch (CoreException e) {
            ILog.get().log(e.getStatus());
            return false;
        }
    }
}
