// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The example setups that come with VMCSmith: one folder each, with a setup of the same name. The {@code vmcsmith} script says where they
 * are in the system property {@value #LOCATION}.
 */
final class Examples {
    static final String LOCATION = "vmcsmith.examples";

    private Examples() {
    }

    /** The setup of an example. */
    static Optional<Path> find(String name) {
        if (name.isBlank() || name.contains("/") || name.contains("..")) {
            return Optional.empty();
        }
        return folder().map(folder -> setup(folder.resolve(name))).filter(Files::isRegularFile);
    }

    /** The names of all examples, sorted. */
    static List<String> names() {
        Optional<Path> folder = folder();
        if (folder.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder.get())) {
            return entries.filter(entry -> Files.isRegularFile(setup(entry))).map(entry -> entry.getFileName().toString()).sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Path setup(Path example) {
        return example.resolve(example.getFileName() + InputFile.SETUP_EXTENSION);
    }

    private static Optional<Path> folder() {
        return Optional.ofNullable(System.getProperty(LOCATION)).map(Path::of).filter(Files::isDirectory);
    }
}
