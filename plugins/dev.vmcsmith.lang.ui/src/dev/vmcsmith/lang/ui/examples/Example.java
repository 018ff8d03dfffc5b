// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ui.examples;

import dev.vmcsmith.lang.ui.LangUi;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.Platform;
import org.osgi.framework.Bundle;

/**
 * An example setup: a folder of the examples bundle that holds a setup of the same name.
 *
 * @param name        the folder's name, and that of its main setup
 * @param description the first paragraph of the main setup's opening comment
 * @param files       paths inside the folder, with slashes
 */
public record Example(String name, String description, List<String> files) {
    private static final String BUNDLE = "dev.vmcsmith.examples";

    /** Every example, sorted by name; empty when the examples are not installed. */
    public static List<Example> all() {
        Bundle bundle = Platform.getBundle(BUNDLE);
        if (bundle == null) {
            return List.of();
        }
        List<Example> found = new ArrayList<>();
        for (URL entry : entries(bundle, "/", "*." + LangUi.FILE_EXTENSION)) {
            String[] parts = entry.getPath().substring(1).split("/");
            if (parts.length == 2 && parts[1].equals(parts[0] + "." + LangUi.FILE_EXTENSION)) {
                List<String> files = entries(bundle, parts[0], "*").stream().map(URL::getPath).filter(path -> !path.endsWith("/"))
                        .map(path -> path.substring(parts[0].length() + 2)).sorted().toList();
                found.add(new Example(parts[0], description(entry), files));
            }
        }
        found.sort(Comparator.comparing(Example::name));
        return found;
    }

    public static Optional<Example> named(String name) {
        return all().stream().filter(example -> example.name().equals(name)).findFirst();
    }

    /** The file to open first. */
    public String mainFile() {
        return name + "." + LangUi.FILE_EXTENSION;
    }

    /** Opens one of the files; the caller closes it. */
    public InputStream open(String file) throws IOException {
        URL entry = Platform.getBundle(BUNDLE).getEntry(name + "/" + file);
        if (entry == null) {
            throw new IOException("the example " + name + " has no file " + file);
        }
        return entry.openStream();
    }

    private static List<URL> entries(Bundle bundle, String folder, String pattern) {
        Enumeration<URL> entries = bundle.findEntries(folder, pattern, true);
        return entries == null ? List.of() : Collections.list(entries);
    }

    private static String description(URL file) {
        try (InputStream in = file.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().takeWhile(line -> line.startsWith("//"))
                    .map(line -> line.substring(2).strip()).takeWhile(line -> !line.isEmpty()).collect(Collectors.joining(" "));
        } catch (IOException e) {
            ILog.get().warn("An example cannot be read: " + file, e);
            return "";
        }
    }
}
