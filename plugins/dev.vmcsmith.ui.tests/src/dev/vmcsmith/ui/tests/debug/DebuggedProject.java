// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import dev.vmcsmith.debug.LaunchAttributes;
import dev.vmcsmith.debug.ui.launch.SetupConfigurations;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.Platform;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.core.ILaunchConfigurationWorkingCopy;

/** A project with something to debug, and launch configurations for it. */
abstract class DebuggedProject {

    private final IProject project;

    DebuggedProject(String name) throws CoreException {
        project = ResourcesPlugin.getWorkspace().getRoot().getProject(name);
        if (project.exists()) {
            project.delete(true, true, null);
        }
        project.create(null);
        project.open(null);
    }

    /** What is launched. */
    abstract IFile program();

    /** The source that is stepped through: a setup is its own. */
    IFile source() {
        return program();
    }

    final IProject project() {
        return project;
    }

    /** Copies a file of the examples into the project. */
    final IFile copy(String example) throws CoreException, IOException {
        IFile file = project.getFile(example.substring(example.lastIndexOf('/') + 1));
        try (InputStream contents = Platform.getBundle("dev.vmcsmith.examples").getEntry(example).openStream()) {
            file.create(contents, true, null);
        }
        return file;
    }

    /** Number of the first line of the source that contains a text. */
    final int lineOf(String text) throws CoreException {
        int number = 0;
        for (String line : source().readString().lines().toList()) {
            number++;
            if (line.contains(text)) {
                return number;
            }
        }
        throw new AssertionError(source().getName() + " has no line with " + text);
    }

    /** A configuration with everything by default. */
    final ILaunchConfiguration configuration() throws CoreException {
        return SetupConfigurations.create(program());
    }

    /** A configuration with an attribute of {@link LaunchAttributes}. */
    final ILaunchConfiguration configuration(String attribute, String value) throws CoreException {
        ILaunchConfigurationWorkingCopy copy = configuration().getWorkingCopy();
        copy.setAttribute(attribute, value);
        return copy.doSave();
    }

    /** Removes project, breakpoints and configurations. */
    final void delete() throws CoreException {
        for (ILaunchConfiguration configuration : SetupConfigurations.of(program())) {
            configuration.delete();
        }
        var breakpoints = DebugPlugin.getDefault().getBreakpointManager();
        breakpoints.removeBreakpoints(breakpoints.getBreakpoints(), true);
        Workbench.page().closeAllEditors(false);
        project.delete(true, true, null);
    }
}
