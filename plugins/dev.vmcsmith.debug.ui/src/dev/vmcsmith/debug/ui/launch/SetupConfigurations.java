// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.launch;

import dev.vmcsmith.debug.HypervisorDebug;
import dev.vmcsmith.debug.LaunchAttributes;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.core.ILaunchConfigurationType;
import org.eclipse.debug.core.ILaunchConfigurationWorkingCopy;
import org.eclipse.debug.core.ILaunchManager;

/** Finds and creates launch configurations of files. */
public final class SetupConfigurations {

    private SetupConfigurations() {
    }

    /** The configurations that launch a file. */
    public static List<ILaunchConfiguration> of(IFile file) throws CoreException {
        List<ILaunchConfiguration> found = new ArrayList<>();
        for (ILaunchConfiguration configuration : manager().getLaunchConfigurations(type())) {
            if (file.getFullPath().toString().equals(configuration.getAttribute(LaunchAttributes.PROGRAM, ""))) {
                found.add(configuration);
            }
        }
        return found;
    }

    /** Creates a configuration with everything by default. */
    public static ILaunchConfiguration create(IFile file) throws CoreException {
        ILaunchConfigurationWorkingCopy copy = type().newInstance(null, manager().generateLaunchConfigurationName(nameFor(file)));
        describe(copy, file);
        return copy.doSave();
    }

    static void describe(ILaunchConfigurationWorkingCopy configuration, IFile file) {
        configuration.setAttribute(LaunchAttributes.PROGRAM, file.getFullPath().toString());
        configuration.setMappedResources(new IResource[] { file });
    }

    static String nameFor(IFile file) {
        return file.getFullPath().removeFileExtension().lastSegment();
    }

    private static ILaunchManager manager() {
        return DebugPlugin.getDefault().getLaunchManager();
    }

    private static ILaunchConfigurationType type() {
        return manager().getLaunchConfigurationType(HypervisorDebug.LAUNCH_TYPE);
    }
}
