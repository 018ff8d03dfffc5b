// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.problems;

import dev.vmcsmith.lang.ui.SetupFiles;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.core.resources.IFile;
import org.eclipse.core.resources.IProject;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.IPath;

/** Which setups of a project import which files of the workspace. An imported file need not exist. */
final class ImportGraph {
    private static final Pattern IMPORT = Pattern.compile("(?m)^\\s*import\\s+\"([^\"\\n]+)\"");

    private final Map<IPath, Set<IFile>> importers = new HashMap<>();

    /** Reads the saved texts of the project's setups. */
    static ImportGraph of(IProject project) throws CoreException {
        ImportGraph graph = new ImportGraph();
        for (IFile setup : SetupFiles.of(project)) {
            Matcher statement = IMPORT.matcher(text(setup));
            while (statement.find()) {
                graph.importers.computeIfAbsent(setup.getParent().getFullPath().append(statement.group(1)), path -> new LinkedHashSet<>())
                        .add(setup);
            }
        }
        return graph;
    }

    private static String text(IFile setup) {
        try {
            return SetupCheck.text(setup);
        } catch (CoreException e) {
            return ""; // its own check says why it cannot be read
        }
    }

    /** The setups of the project that import one of some files, directly or through others. */
    Set<IFile> importersOf(Collection<IPath> files) {
        Set<IFile> found = new LinkedHashSet<>();
        Deque<IPath> open = new ArrayDeque<>(files);
        while (!open.isEmpty()) {
            for (IFile importer : importers.getOrDefault(open.pop(), Set.of())) {
                if (found.add(importer)) {
                    open.push(importer.getFullPath());
                }
            }
        }
        return found;
    }

    /** The other projects that hold imported files. */
    IProject[] projects(IProject own) {
        Set<IProject> projects = new HashSet<>();
        importers.keySet().stream().filter(path -> path.segmentCount() > 1)
                .forEach(path -> projects.add(own.getWorkspace().getRoot().getProject(path.segment(0))));
        projects.remove(own);
        return projects.toArray(IProject[]::new);
    }
}
