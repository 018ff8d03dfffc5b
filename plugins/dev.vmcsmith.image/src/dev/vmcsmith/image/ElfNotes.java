// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import dev.vmcsmith.image.bytes.ByteReader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Note sections: records of owner, type and data, each padded to four bytes. */
final class ElfNotes {
    private ElfNotes() {
    }

    static List<Note> read(ByteReader in) throws ImageFormatException {
        List<Note> notes = new ArrayList<>();
        while (in.remaining() >= 12) {
            long ownerSize = in.u32();
            long dataSize = in.u32();
            int type = (int) in.u32();
            byte[] owner = in.bytes(ownerSize);
            in.skip(Math.min(padding(ownerSize), in.remaining()));
            byte[] data = in.bytes(dataSize);
            in.skip(Math.min(padding(dataSize), in.remaining()));
            notes.add(new Note(new String(owner, 0, Math.max(0, owner.length - 1), StandardCharsets.UTF_8), type, data));
        }
        return notes;
    }

    static byte[] write(List<Note> notes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Note note : notes) {
            byte[] owner = (note.owner() + "\0").getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putInt(owner.length).putInt(note.data().length)
                    .putInt(note.type()).array());
            out.writeBytes(owner);
            out.writeBytes(new byte[(int) padding(owner.length)]);
            out.writeBytes(note.data());
            out.writeBytes(new byte[(int) padding(note.data().length)]);
        }
        return out.toByteArray();
    }

    private static long padding(long size) {
        return -size & 3;
    }
}
