// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The example that tests change one line of. */
public final class Walkthrough {
    public static final Path FILE = Path.of("..", "dev.vmcsmith.examples", "walkthrough", "walkthrough.hv");

    private Walkthrough() {
    }

    public static String text() {
        try {
            return Files.readString(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String with(String before, String after) {
        assertTrue(text().contains(before), before);
        return text().replace(before, after);
    }

    /** The number of the line that holds some text. */
    public static int line(String setup, String part) {
        return (int) setup.substring(0, setup.indexOf(part)).lines().count() + (setup.startsWith(part) ? 1 : 0);
    }
}
