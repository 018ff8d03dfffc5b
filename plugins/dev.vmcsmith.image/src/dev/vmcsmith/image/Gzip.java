// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Files that gzip has compressed. */
final class Gzip {
    private static final int MAGIC_0 = 0x1F, MAGIC_1 = 0x8B;

    private Gzip() {
    }

    static boolean begins(byte[] file) {
        return file.length >= 2 && (file[0] & 0xFF) == MAGIC_0 && (file[1] & 0xFF) == MAGIC_1;
    }

    /**
     * What a file holds: expanded when it is compressed, otherwise itself.
     *
     * @param largest how many bytes it may become
     * @throws IOException when the file is damaged or becomes larger
     */
    static byte[] expanded(byte[] file, int largest) throws IOException {
        if (!begins(file)) {
            return file;
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
            byte[] content = in.readNBytes(largest);
            if (in.read() >= 0) {
                throw new ZipException("larger than " + largest + " bytes");
            }
            return content;
        }
    }
}
