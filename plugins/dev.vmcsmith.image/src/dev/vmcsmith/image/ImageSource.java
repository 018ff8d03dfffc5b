// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.nio.file.Path;

/** Makes boot images of one kind of file. Providers are found by {@link java.util.ServiceLoader}. */
public interface ImageSource {
    /** Whether this source is the one for a file, judged by its name alone. */
    boolean handles(Path file);

    /** @throws ImageFormatException when the file is missing, unreadable or wrong, with one line that says what to do */
    BootImage read(Path file, ImageOptions options) throws ImageFormatException;
}
