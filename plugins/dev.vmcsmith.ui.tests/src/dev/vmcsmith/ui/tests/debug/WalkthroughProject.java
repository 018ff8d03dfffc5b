// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import dev.vmcsmith.debug.ui.launch.SetupConfigurations;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.Platform;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.core.ILaunchConfigurationWorkingCopy;

/** A project with the walkthrough, and a launch configuration for it. */
final class WalkthroughProject {

    private static final String SETUP = "walkthrough/walkthrough.hv";

    private final IProject project;
    private final List<String> lines;

    WalkthroughProject() throws CoreException, IOException {
        project = ResourcesPlugin.getWorkspace().getRoot().getProject("debugged");
        if (project.exists()) {
            project.delete(true, true, null);
        }
        project.create(null);
        project.open(null);
        URL example = Platform.getBundle("dev.vmcsmith.examples").getEntry(SETUP);
        try (InputStream contents = example.openStream()) {
            file().create(contents, true, null);
        }
        try (InputStream contents = example.openStream()) {
            lines = new String(contents.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    IFile file() {
        return project.getFile("walkthrough.hv");
    }

    /** Number of the first line that contains a text. */
    int lineOf(String text) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(text)) {
                return i + 1;
            }
        }
        throw new AssertionError("The walkthrough has no line with " + text);
    }

    /** Replaces a text in the setup. */
    void replace(String text, String by) throws CoreException {
        String changed = String.join("\n", lines).replace(text, by) + "\n";
        file().setContents(changed.getBytes(StandardCharsets.UTF_8), true, false, null);
    }

    /** A configuration with everything by default. */
    ILaunchConfiguration configuration() throws CoreException {
        return SetupConfigurations.create(file());
    }

    /** A configuration with an attribute of {@link dev.vmcsmith.debug.LaunchAttributes}. */
    ILaunchConfiguration configuration(String attribute, String value) throws CoreException {
        ILaunchConfigurationWorkingCopy copy = SetupConfigurations.create(file()).getWorkingCopy();
        copy.setAttribute(attribute, value);
        return copy.doSave();
    }

    /** Removes project, breakpoints and configurations. */
    void delete() throws CoreException {
        for (ILaunchConfiguration configuration : SetupConfigurations.of(file())) {
            configuration.delete();
        }
        var breakpoints = DebugPlugin.getDefault().getBreakpointManager();
        breakpoints.removeBreakpoints(breakpoints.getBreakpoints(), true);
        Workbench.page().closeAllEditors(false);
        project.delete(true, true, null);
    }
}
