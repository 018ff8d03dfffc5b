// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.bytes;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Appends little-endian numbers and strings. */
public final class ByteWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public int size() {
        return out.size();
    }

    public byte[] toByteArray() {
        return out.toByteArray();
    }

    public ByteWriter u8(int value) {
        out.write(value);
        return this;
    }

    public ByteWriter u16(int value) {
        return unsigned(value, 2);
    }

    public ByteWriter u32(long value) {
        return unsigned(value, 4);
    }

    /** The low {@code size} bytes of a value. */
    public ByteWriter unsigned(long value, int size) {
        for (int i = 0; i < size; i++) {
            out.write((int) (value >>> (8 * i)));
        }
        return this;
    }

    public ByteWriter uleb(long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            out.write((int) rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        return u8((int) rest);
    }

    public ByteWriter sleb(long value) {
        long rest = value;
        while (rest < -64 || rest > 63) {
            out.write((int) rest & 0x7F | 0x80);
            rest >>= 7;
        }
        return u8((int) rest & 0x7F);
    }

    /** A string in UTF-8 with a zero at its end. */
    public ByteWriter string(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return u8(0);
    }

    public ByteWriter bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** Zeros until the size leaves this remainder. */
    public ByteWriter align(int alignment, long remainder) {
        while (size() % alignment != Math.floorMod(remainder, (long) alignment)) {
            u8(0);
        }
        return this;
    }
}
