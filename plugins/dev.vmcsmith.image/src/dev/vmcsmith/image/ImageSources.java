// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.nio.file.Path;
import java.util.ServiceLoader;

/** Picks the source for a file: a provider that handles its name, otherwise what the file itself is. */
public final class ImageSources {
    private ImageSources() {
    }

    /** @throws ImageFormatException when no image can be made of the file */
    public static BootImage read(Path file, ImageOptions options) throws ImageFormatException {
        for (ImageSource source : ServiceLoader.load(ImageSource.class, ImageSources.class.getClassLoader())) {
            if (source.handles(file)) {
                return source.read(file, options);
            }
        }
        return ImageFile.read(file);
    }
}
