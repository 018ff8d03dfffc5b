// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.contentassist;

import dev.vmcsmith.lang.ide.facts.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.emf.common.util.URI;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistContext;
import org.eclipse.xtext.ide.editor.contentassist.ContentAssistEntry;

/** Proposals for the name of a file: those in the directory of the setup and one below, in quotes. */
final class FileProposals {
    private static final int DEPTH = 2;
    private static final int MOST = 200;

    private FileProposals() {
    }

    /** @param setups whether setups are wanted, or else files of all other kinds */
    static void add(ContentAssistContext context, Entries entries, boolean setups) {
        URI uri = context.getResource().getURI();
        Path self = uri != null && uri.isFile() ? Path.of(uri.toFileString()).toAbsolutePath() : null;
        if (self == null || !Files.isDirectory(self.getParent())) {
            return;
        }
        for (Path file : files(self.getParent())) {
            String name = self.getParent().relativize(file).toString().replace('\\', '/');
            if (!file.equals(self) && name.endsWith(".hv") == setups && Stream.of(name.split("/")).noneMatch(part -> part.startsWith("."))) {
                entries.add('"' + name + '"', ContentAssistEntry.KIND_FILE, Entries.FITTING, Facts.of(name, setups ? "Setup" : "File"));
            }
        }
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> found = Files.find(directory, DEPTH, (path, attributes) -> attributes.isRegularFile())) {
            return found.limit(MOST).sorted().toList();
        } catch (IOException e) {
            return List.of(); // nothing can be proposed
        }
    }
}
