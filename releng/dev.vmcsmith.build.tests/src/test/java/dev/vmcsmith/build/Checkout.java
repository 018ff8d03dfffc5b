// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Where the files of this checkout are. */
final class Checkout {

    static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    private static final String PREFIX = "dev.vmcsmith.";

    private Checkout() {
    }

    /** The folders below {@code plugins/} by short bundle name, such as {@code lang.ide}. */
    static Map<String, Path> bundles() {
        try (Stream<Path> folders = Files.list(ROOT.resolve("plugins"))) {
            Map<String, Path> bundles = new TreeMap<>();
            folders.filter(folder -> Files.exists(folder.resolve("META-INF/MANIFEST.MF")))
                .forEach(folder -> bundles.put(folder.getFileName().toString().substring(PREFIX.length()), folder));
            return bundles;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Attributes manifest(Path bundle) {
        try (var in = Files.newInputStream(bundle.resolve("META-INF/MANIFEST.MF"))) {
            return new Manifest(in).getMainAttributes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The symbolic names in a manifest header such as Require-Bundle, without versions and directives. */
    static List<String> names(String header) {
        if (header == null) {
            return List.of();
        }
        return Stream.of(header.replaceAll("\"[^\"]*\"", "").split(",")).map(part -> part.split(";")[0].strip()).toList();
    }
}
