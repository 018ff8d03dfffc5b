// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui;

import dev.vmcsmith.lang.ide.Sources;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.core.filebuffers.ITextFileBuffer;
import org.eclipse.core.filebuffers.ITextFileBufferManager;
import org.eclipse.core.filebuffers.LocationKind;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.resources.ResourcesPlugin;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.emf.common.util.URI;

/** The setups of the workspace: which belong together, and which are being edited. */
public final class SetupFiles {
    private SetupFiles() {
    }

    /** The setups of a project. */
    public static List<IFile> of(IProject project) throws CoreException {
        List<IFile> files = new ArrayList<>();
        if (project.isAccessible()) {
            project.accept(resource -> {
                if (resource instanceof IFile file && LangUi.isSetup(file.getName()) && !file.isDerived()) {
                    files.add(file);
                }
                return !resource.isDerived();
            });
        }
        return files;
    }

    /** Where the other setups of a file's project are on disk; none for a file outside of the workspace. */
    public static List<URI> others(IFile file) throws CoreException {
        List<URI> others = new ArrayList<>();
        if (file != null) {
            for (IFile other : of(file.getProject())) {
                if (!other.equals(file) && other.getLocationURI() != null) {
                    others.add(URI.createURI(other.getLocationURI().toString()));
                }
            }
        }
        return others;
    }

    /** The file of the workspace at a place on disk, the one nearest to the root; null when there is none. */
    public static IFile at(URI uri) {
        IFile[] files = ResourcesPlugin.getWorkspace().getRoot().findFilesForLocationURI(java.net.URI.create(uri.toString()));
        return Arrays.stream(files).filter(IFile::exists).max((a, b) -> a.getFullPath().segmentCount() - b.getFullPath().segmentCount())
                .orElse(null);
    }

    /** The texts in the editors of the workbench. */
    static Sources open() {
        return uri -> {
            IFile file = uri.isFile() ? at(uri) : null;
            ITextFileBuffer buffer = file == null ? null
                    : ITextFileBufferManager.DEFAULT.getTextFileBuffer(file.getFullPath(), LocationKind.IFILE);
            return buffer == null ? Optional.empty() : Optional.of(buffer.getDocument().get());
        };
    }
}
