// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.scoping;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.emf.common.util.URI;

/**
 * What the files of a project declare, for a file that does not import them. A file sees the names of the files that it imports and no
 * others, so that it means the same alone, on the command line and in a project; a name that only another file of the project declares is
 * reported with the import that makes it known.
 */
public final class ProjectNames {
    /** How much of a folder tree is looked at, at most. */
    private static final int MOST_FILES = 500, MOST_ENTRIES = 5000;
    private static final long LARGEST = 1 << 20;
    private static final Pattern DECLARATION = Pattern.compile("(?m)^(?:const|var|function|guest\\s+(?:code|data|file|elf)|page\\s+tables|"
            + "ept|vmcs)[ \\t]+([A-Za-z_][A-Za-z_0-9]*(?:-[A-Za-z_0-9]+)*)");

    private ProjectNames() {
    }

    /**
     * The files around a file that declare a name, as an import in the file would write them ({@code lib/ept.hv}), by name, the nearest
     * file first. The project is the nearest folder above with a file {@code .project}, and without one the folder of the file.
     */
    public static Map<String, List<String>> around(URI file) {
        Map<String, List<String>> found = new HashMap<>();
        if (!file.isFile()) {
            return found;
        }
        Path own = Path.of(file.toFileString()).toAbsolutePath().normalize();
        if (own.getParent() == null || own.getParent().getParent() == null) {
            return found; // a whole file system is no project
        }
        List<Path> files = setups(root(own));
        files.remove(own);
        files.sort(Comparator.comparingInt((Path other) -> own.getParent().relativize(other).getNameCount()).thenComparing(Path::toString));
        for (Path other : files) {
            String path = own.getParent().relativize(other).toString().replace('\\', '/');
            declared(other).forEach(name -> {
                List<String> places = found.computeIfAbsent(name, n -> new ArrayList<>());
                if (!places.contains(path)) {
                    places.add(path);
                }
            });
        }
        return found;
    }

    private static Path root(Path file) {
        for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(".project"))) {
                return folder;
            }
        }
        return file.getParent();
    }

    private static List<Path> setups(Path root) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                private int entries;

                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return !folder.equals(root) && folder.getFileName().toString().startsWith(".") ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().endsWith(".hv") && attributes.size() <= LARGEST) {
                        found.add(file.normalize());
                    }
                    return ++entries >= MOST_ENTRIES || found.size() >= MOST_FILES ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            return found; // what cannot be read declares nothing
        }
        return found;
    }

    private static List<String> declared(Path file) {
        List<String> names = new ArrayList<>();
        try {
            Matcher matcher = DECLARATION.matcher(Files.readString(file));
            while (matcher.find()) {
                names.add(matcher.group(1));
            }
        } catch (IOException e) {
            return names; // no text, no names
        }
        return names;
    }
}
