// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.scoping;

import dev.vmcsmith.lang.hv.Element;
import dev.vmcsmith.lang.hv.Import;
import dev.vmcsmith.lang.hv.Setup;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.emf.common.util.URI;
import org.eclipse.emf.ecore.resource.Resource;

/**
 * The files that a file imports, directly or through others. A file is read once however often it is imported; files may import each other.
 */
public final class Imports {
    /** A file whose names are known somewhere, each behind {@code prefix} (empty, or ending in a dot). */
    public record Visible(Setup setup, String prefix) {
    }

    private Imports() {
    }

    /** The file that an import names; null when it cannot be read. */
    public static Setup target(Import statement) {
        URI uri = uri(statement);
        if (uri == null) {
            return null;
        }
        try {
            Resource resource = statement.eResource().getResourceSet().getResource(uri, true);
            return !resource.getContents().isEmpty() && resource.getContents().getFirst() instanceof Setup setup ? setup : null;
        } catch (RuntimeException e) {
            return null; // there is no such file, or no setup in it: the import is marked
        }
    }

    /** Where the file of an import is; null while its name is being typed. */
    public static URI uri(Import statement) {
        String path = statement.getImportURI();
        if (path == null || !path.endsWith(".hv") || statement.eResource() == null || statement.eResource().getResourceSet() == null) {
            return null;
        }
        URI from = statement.eResource().getURI();
        URI relative = URI.createURI(path, false);
        return from.isHierarchical() && !from.isRelative() ? relative.resolve(from) : relative;
    }

    /** A file and all that it imports, itself first. */
    public static List<Setup> all(Setup setup) {
        Set<Setup> found = new LinkedHashSet<>();
        List<Setup> open = new ArrayList<>(List.of(setup));
        while (!open.isEmpty()) {
            Setup next = open.removeFirst();
            if (found.add(next)) {
                statements(next).forEach(statement -> {
                    Setup target = target(statement);
                    if (target != null) {
                        open.add(target);
                    }
                });
            }
        }
        return List.copyOf(found);
    }

    /** The files whose names a file knows, itself first. What is found first hides what has the same name further down. */
    public static List<Visible> visible(Setup setup) {
        Set<Visible> found = new LinkedHashSet<>();
        visible(setup, "", new LinkedHashSet<>(), found);
        return List.copyOf(found);
    }

    private static void visible(Setup setup, String prefix, Set<Setup> open, Set<Visible> found) {
        if (!open.add(setup)) {
            return;
        }
        found.add(new Visible(setup, prefix));
        for (Import statement : statements(setup)) {
            Setup target = target(statement);
            if (target != null) {
                visible(target, statement.getName() == null ? prefix : prefix + statement.getName() + '.', open, found);
            }
        }
        open.remove(setup);
    }

    /** The import statements of a file. */
    public static List<Import> statements(Setup setup) {
        List<Import> found = new ArrayList<>();
        for (Element element : setup.getElements()) {
            if (element instanceof Import statement) {
                found.add(statement);
            }
        }
        return found;
    }
}
