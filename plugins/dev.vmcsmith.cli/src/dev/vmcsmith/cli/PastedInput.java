// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Text that may be anything: a log, a mail, a source file.
 *
 * @param name for messages
 */
record PastedInput(String name, String text) {
    private static final String STANDARD_INPUT = "-";
    private static final int LARGEST = 256 << 20;

    /**
     * The text of a file, or of standard input for {@code -}.
     *
     * @throws BadInput when it cannot be read
     */
    static PastedInput of(String name) {
        try {
            if (name.equals(STANDARD_INPUT)) {
                return new PastedInput("<stdin>", decode(limited("<stdin>", System.in)));
            }
            Path path = Path.of(name);
            if (!Files.exists(path)) {
                throw new BadInput("there is no file \"" + name + "\": give the path of a text, or - for standard input");
            }
            if (Files.isDirectory(path)) {
                throw new BadInput(name + " is a folder: give the path of a text, or - for standard input");
            }
            try (InputStream in = Files.newInputStream(path)) {
                return new PastedInput(name, decode(limited(name, in)));
            }
        } catch (InvalidPathException e) {
            throw new BadInput("\"" + name.replace('\0', '?') + "\" cannot be the name of a file: give the path of a text");
        } catch (IOException e) {
            throw new BadInput(name + " cannot be read: " + e.getMessage());
        }
    }

    private static byte[] limited(String name, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
            throw new BadInput(name + " is larger than 256 MiB: give the part with the dump");
        }
        return bytes;
    }

    /** UTF-8 unless a byte-order mark says otherwise; what is not valid becomes replacement characters. */
    private static String decode(byte[] bytes) {
        Charset charset = StandardCharsets.UTF_8;
        int mark = bytes.length < 2 ? 0 : (bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF;
        if (mark == 0xFFFE || mark == 0xFEFF) {
            charset = StandardCharsets.UTF_16;
        }
        return new String(bytes, charset);
    }
}
