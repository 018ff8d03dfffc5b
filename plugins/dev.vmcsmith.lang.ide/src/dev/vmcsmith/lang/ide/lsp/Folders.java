// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.lsp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.eclipse.emf.common.util.URI;

/** The client's folders, whose setups belong together. */
final class Folders {
    private static final int MOST = 10_000;

    private final Set<Path> folders = new CopyOnWriteArraySet<>();

    void add(String uri) {
        if (uri.startsWith("file:")) {
            folders.add(Path.of(java.net.URI.create(uri)));
        }
    }

    void remove(String uri) {
        if (uri.startsWith("file:")) {
            folders.remove(Path.of(java.net.URI.create(uri)));
        }
    }

    /** The setups that belong to the one at a place: those of its folder of the client, or else of its own directory. */
    List<URI> around(URI file) {
        if (!file.isFile()) {
            return List.of();
        }
        Path path = Path.of(file.toFileString());
        Set<URI> found = new LinkedHashSet<>();
        List<Path> roots = folders.stream().filter(path::startsWith).toList();
        (roots.isEmpty() && path.getParent() != null ? List.of(path.getParent()) : roots).forEach(root -> collect(root, found, !roots.isEmpty()));
        found.remove(file);
        return new ArrayList<>(found);
    }

    private static void collect(Path root, Set<URI> found, boolean deep) {
        if (!Files.isDirectory(root)) {
            return;
        }
        try {
            Files.walkFileTree(root, Set.of(), deep ? 30 : 1, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    String name = String.valueOf(folder.getFileName());
                    return !folder.equals(root) && (name.startsWith(".") || name.equals("target") || name.equals("node_modules"))
                            ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().endsWith(".hv")) {
                        found.add(URI.createFileURI(file.toString()));
                    }
                    return found.size() < MOST ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException reason) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + root + " cannot be read", e);
        }
    }
}
