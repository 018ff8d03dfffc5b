// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import dev.vmcsmith.debug.LaunchAttributes;
import dev.vmcsmith.debug.ui.launch.SetupConfigurations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.Platform;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.ILaunchConfiguration;
import org.eclipse.debug.core.ILaunchConfigurationWorkingCopy;
import org.junit.jupiter.api.Assumptions;

/** A project with the hypervisor in C of the examples, compiled by gcc with {@code -g}. A test that asks for it is skipped without gcc. */
final class CHypervisorProject {

    private static final int COMPILE_SECONDS = 60;

    private final IProject project;
    private final List<String> lines;

    CHypervisorProject() throws CoreException, IOException, InterruptedException {
        project = ResourcesPlugin.getWorkspace().getRoot().getProject("chypervisor");
        if (project.exists()) {
            project.delete(true, true, null);
        }
        project.create(null);
        project.open(null);
        copy("hypervisor.c");
        copy("Makefile");
        lines = source().readString().lines().toList();
        compile();
        project.refreshLocal(IResource.DEPTH_INFINITE, null);
    }

    private void copy(String name) throws CoreException, IOException {
        try (InputStream contents = Platform.getBundle("dev.vmcsmith.examples").getEntry("c-hypervisor/" + name).openStream()) {
            project.getFile(name).create(contents, true, null);
        }
    }

    private void compile() throws CoreException, IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("gcc"));
        for (String line : project.getFile("Makefile").readString().lines().toList()) {
            if (line.startsWith("CFLAGS = ") || line.startsWith("LDFLAGS = ")) {
                command.addAll(List.of(line.substring(line.indexOf('=') + 2).split(" ")));
            }
        }
        Path folder = project.getLocation().toPath();
        command.addAll(List.of("-o", "c-hypervisor.elf", "hypervisor.c"));
        Process gcc;
        try {
            gcc = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort("gcc is not installed: apt-get install gcc");
            return;
        }
        String output = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!gcc.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
            throw new AssertionError("gcc fails: " + output);
        }
    }

    IFile source() {
        return project.getFile("hypervisor.c");
    }

    IFile image() {
        return project.getFile("c-hypervisor.elf");
    }

    /** Number of the first line that contains a text. */
    int lineOf(String text) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(text)) {
                return i + 1;
            }
        }
        throw new AssertionError("The hypervisor has no line with " + text);
    }

    /** A configuration that stops at a word of {@link dev.vmcsmith.dap.protocol.StopAt}. */
    ILaunchConfiguration configuration(String stopAt) throws CoreException {
        ILaunchConfigurationWorkingCopy copy = SetupConfigurations.create(image()).getWorkingCopy();
        copy.setAttribute(LaunchAttributes.STOP_AT, stopAt);
        return copy.doSave();
    }

    /** Removes project, breakpoints and configurations. */
    void delete() throws CoreException {
        for (ILaunchConfiguration configuration : SetupConfigurations.of(image())) {
            configuration.delete();
        }
        var breakpoints = DebugPlugin.getDefault().getBreakpointManager();
        breakpoints.removeBreakpoints(breakpoints.getBreakpoints(), true);
        Workbench.page().closeAllEditors(false);
        project.delete(true, true, null);
    }
}
