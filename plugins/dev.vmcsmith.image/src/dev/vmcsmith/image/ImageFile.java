// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Files that are images already: ELF executables and Linux kernels. gzip may have compressed them, which boot loaders undo too. */
public final class ImageFile {
    /** What a compressed file may become, in bytes. */
    private static final int LARGEST = 1 << 30;

    private ImageFile() {
    }

    /** Whether a file begins as one that can be read here. */
    public static boolean recognizes(Path path) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            in.mark(LinuxHeader.RECOGNIZED_BY);
            byte[] start = in.readNBytes(LinuxHeader.RECOGNIZED_BY);
            if (Gzip.begins(start)) {
                in.reset();
                start = new GZIPInputStream(in).readNBytes(LinuxHeader.RECOGNIZED_BY);
            }
            return ElfReader.begins(start) || LinuxHeader.begins(start);
        } catch (EOFException | ZipException e) {
            return false;
        }
    }

    public static BootImage read(Path path) throws ImageFormatException {
        byte[] content = content(path);
        return LinuxHeader.begins(content) ? LinuxHeader.read(content, path.toString()) : ElfReader.read(content, path.toString());
    }

    /** What a file holds, expanded. */
    static byte[] content(Path path) throws ImageFormatException {
        try {
            if (Files.isDirectory(path)) {
                throw new ImageFormatException(path + ": is a directory; name a file in it");
            }
            return Gzip.expanded(Files.readAllBytes(path), LARGEST);
        } catch (NoSuchFileException e) {
            throw new ImageFormatException(path + ": there is no such file; check the path");
        } catch (ZipException | EOFException e) {
            throw new ImageFormatException(path + ": the compressed file is damaged; build or copy it again");
        } catch (IOException e) {
            throw new ImageFormatException(path + ": cannot be read (" + e.getMessage() + "); check its permissions");
        } catch (OutOfMemoryError e) {
            throw new ImageFormatException(path + ": is too large to load; name a boot image");
        }
    }
}
