// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import dev.vmcsmith.image.bytes.ByteReader;
import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** One row of the section header table. */
record ElfSection(String name, int type, long flags, long address, long offset, long size, int link, int bits) {

    boolean is(long flag) {
        return (flags & flag) != 0;
    }

    /** The content, inflated where it is stored compressed. */
    ByteReader content(ByteReader file) throws ImageFormatException {
        String what = "section " + name;
        if (type == ElfFormat.SHT_NOBITS) {
            return ByteReader.of(new byte[0], what);
        }
        ByteReader stored = file.part(offset, size, what);
        return is(ElfFormat.SHF_COMPRESSED) ? inflate(stored, what) : stored;
    }

    private ByteReader inflate(ByteReader stored, String what) throws ImageFormatException {
        long kind = stored.u32();
        if (kind != ElfFormat.COMPRESS_ZLIB) {
            throw new ImageFormatException(what + " is compressed in a way that is not supported (kind " + kind
                    + "); link with --compress-debug-sections=none");
        }
        stored.skip(bits == 64 ? 20 : 8);
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(stored.bytes(stored.remaining()));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] block = new byte[64 * 1024];
            while (!inflater.finished()) {
                int count = inflater.inflate(block);
                if (count == 0) {
                    throw stored.damaged("its compressed data ends too early");
                }
                out.write(block, 0, count);
            }
            return ByteReader.of(out.toByteArray(), what);
        } catch (DataFormatException e) {
            throw stored.damaged("its compressed data is wrong");
        } finally {
            inflater.end();
        }
    }
}
