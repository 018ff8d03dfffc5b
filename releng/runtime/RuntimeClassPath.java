// SPDX-License-Identifier: EPL-2.0
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Makes the class path of the command line quick to start from: a JVM keeps classes of signed jars out of its archive of loaded
 * classes, so signed jars are copied without their signatures.
 *
 * <p>Arguments: a file with one jar per line, and the folder for the copies, which also gets the file {@code classpath}.
 */
public final class RuntimeClassPath {

    private RuntimeClassPath() {
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[1]));
        Set<String> entries = new LinkedHashSet<>();
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            Path jar = Path.of(line);
            entries.add((isSigned(jar) ? copy(jar, folder.resolve(jar.getFileName().toString())) : jar).toString());
        }
        Files.writeString(folder.resolve("classpath"), String.join(":", entries));
    }

    private static boolean isSigned(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream().anyMatch(RuntimeClassPath::isSignature);
        }
    }

    private static boolean isSignature(ZipEntry entry) {
        return entry.getName().matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
    }

    private static Path copy(Path jar, Path to) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile()); ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
            for (var entries = zip.entries(); entries.hasMoreElements();) {
                ZipEntry entry = entries.nextElement();
                if (!isSignature(entry)) {
                    out.putNextEntry(new ZipEntry(entry.getName()));
                    zip.getInputStream(entry).transferTo(out);
                    out.closeEntry();
                }
            }
        }
        return to;
    }
}
