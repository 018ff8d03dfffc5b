// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.launch;

import dev.vmcsmith.debug.LaunchAttributes;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IResource;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.Status;
import org.eclipse.debug.core.ILaunchConfiguration;

/**
 * The setup or image that a launch configuration names.
 *
 * @param path absolute path in the file system
 * @param workspaceFile the same file in the workspace; null when it is outside
 */
public record Program(Path path, IFile workspaceFile) {

    /**
     * Finds the program of a configuration.
     *
     * @throws CoreException with a message that says what to do when there is none
     */
    public static Program of(ILaunchConfiguration configuration) throws CoreException {
        return of(configuration.getAttribute(LaunchAttributes.PROGRAM, ""));
    }

    /**
     * Finds the file behind a workspace path such as {@code /project/guest.hv} or a path of the file system.
     *
     * @throws CoreException with a message that says what to do when there is none
     */
    public static Program of(String text) throws CoreException {
        if (text.isBlank()) {
            throw new CoreException(Status.error("Choose the setup (.hv) or ELF image to run."));
        }
        if (ResourcesPlugin.getWorkspace().getRoot().findMember(text) instanceof IResource member) {
            if (member instanceof IFile file && file.getLocation() != null) {
                return new Program(file.getLocation().toPath(), file);
            }
            throw new CoreException(Status.error(text + " is not a file: choose a setup (.hv) or an ELF image."));
        }
        try {
            Path path = Path.of(text);
            if (path.isAbsolute() && Files.isRegularFile(path)) {
                IFile file = ResourcesPlugin.getWorkspace().getRoot().getFileForLocation(org.eclipse.core.runtime.Path.fromOSString(text));
                return new Program(path, file != null && file.exists() ? file : null);
            }
        } catch (InvalidPathException e) {
            throw new CoreException(Status.error(text + " is not a path: " + e.getReason() + "."));
        }
        throw new CoreException(Status.error(text + " does not exist in the workspace or the file system."));
    }

    /** The last segment of the path. */
    public String name() {
        return path.getFileName().toString();
    }
}
