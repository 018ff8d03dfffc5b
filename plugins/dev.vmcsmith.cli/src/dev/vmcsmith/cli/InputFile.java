// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import dev.vmcsmith.image.ImageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A file that the user named, known to exist and to be of a kind we take.
 *
 * @param path as the user wrote it, or the path of an example
 * @param kind judged by content, then by name
 */
record InputFile(Path path, Kind kind) {

    /** What the file is. */
    enum Kind { SETUP, IMAGE, BINARY }

    static final String SETUP_EXTENSION = ".hv";

    private static final long LARGEST_SETUP = 16 << 20;

    /**
     * A setup or an image: a path, or the name of an example.
     *
     * @throws BadInput when there is no such file or it is neither
     */
    static InputFile runnable(String name) {
        Path path = toPath(name);
        if (!Files.exists(path)) {
            path = Examples.find(name).orElseThrow(() -> new BadInput("there is no file and no example \"" + name
                    + "\": give the path of a .hv setup or of an ELF image" + orAnExample()));
        }
        return of(path);
    }

    /**
     * A setup only.
     *
     * @throws BadInput when there is no such file or it is no setup
     */
    static InputFile setup(String name) {
        Path path = toPath(name);
        if (!Files.exists(path)) {
            throw new BadInput("there is no file \"" + name + "\": give the path of a .hv setup");
        }
        InputFile file = of(path);
        if (file.kind != Kind.SETUP) {
            throw new BadInput(path + " is an ELF image: give the .hv setup that it was made from");
        }
        return file;
    }

    /**
     * Any file, to be taken as it is.
     *
     * @throws BadInput when there is no such file
     */
    static InputFile binary(String name) {
        Path path = toPath(name);
        if (!Files.isRegularFile(path)) {
            throw new BadInput("there is no file \"" + name + "\": give the path of a file to load");
        }
        return new InputFile(path, Kind.BINARY);
    }

    private static String orAnExample() {
        return Examples.names().isEmpty() ? "" : ", or an example: " + String.join(", ", Examples.names());
    }

    private static Path toPath(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new BadInput("\"" + name.replace('\0', '?')
                    + "\" cannot be the name of a file: give the path of a .hv setup or of an ELF image");
        }
    }

    private static InputFile of(Path path) {
        if (Files.isDirectory(path)) {
            throw new BadInput(path + " is a folder: give the path of a .hv setup or of an ELF image");
        }
        try {
            if (ImageFile.recognizes(path)) {
                return new InputFile(path, Kind.IMAGE);
            }
            if (!path.getFileName().toString().endsWith(SETUP_EXTENSION)) {
                throw new BadInput(path + " is neither a .hv setup, nor an ELF image, nor a Linux kernel: give the path of one of those");
            }
            requireText(path);
            return new InputFile(path, Kind.SETUP);
        } catch (AccessDeniedException e) {
            throw new BadInput(path + " may not be read: change its permissions");
        } catch (IOException e) {
            throw new BadInput(path + " cannot be read: " + e.getMessage());
        }
    }

    private static void requireText(Path path) throws IOException {
        if (Files.size(path) > LARGEST_SETUP) {
            throw new BadInput(path + " is too large for a setup: more than 16 MiB; load guest memory with 'guest file'");
        }
        byte[] content = Files.readAllBytes(path);
        for (byte b : content) {
            if (b == 0) {
                throw new BadInput(path + " is not a text file: a setup is text in UTF-8");
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
        } catch (CharacterCodingException e) {
            throw new BadInput(path + " is not a text file in UTF-8: save it with that encoding");
        }
    }
}
