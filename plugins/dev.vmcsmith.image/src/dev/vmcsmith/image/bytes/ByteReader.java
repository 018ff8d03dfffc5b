// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image.bytes;

import dev.vmcsmith.image.ImageFormatException;
import java.nio.charset.StandardCharsets;

/** A cursor over a little-endian part of a file. Every read that would leave the part is an error that names it. */
public final class ByteReader {
    private final byte[] data;
    private final int start;
    private final int end;
    private final String what;
    private int at;

    private ByteReader(byte[] data, int start, int end, String what) {
        this.data = data;
        this.start = start;
        this.end = end;
        this.what = what;
        at = start;
    }

    /** @param what how messages call this part, for example {@code the section header table} */
    public static ByteReader of(byte[] data, String what) {
        return new ByteReader(data, 0, data.length, what);
    }

    /** A part of this one, {@code offset} counted from its start. */
    public ByteReader part(long offset, long size, String name) throws ImageFormatException {
        if (offset < 0 || size < 0 || offset > length() || size > length() - offset) {
            throw cutOff(name);
        }
        return new ByteReader(data, start + (int) offset, start + (int) (offset + size), name);
    }

    private static ImageFormatException cutOff(String name) {
        return new ImageFormatException(name + " lies beyond the end of the file: it is truncated or damaged; build or copy it again");
    }

    /** An error about the content at the current position. */
    public ImageFormatException damaged(String why) {
        return new ImageFormatException(what + " is damaged at byte " + position() + ": " + why + "; build or copy the file again");
    }

    public int length() {
        return end - start;
    }

    /** Bytes from the start of this part to the cursor. */
    public int position() {
        return at - start;
    }

    public int remaining() {
        return end - at;
    }

    public ByteReader seek(long position) throws ImageFormatException {
        if (position < 0 || position > length()) {
            throw damaged("it points outside itself, to " + position);
        }
        at = start + (int) position;
        return this;
    }

    public ByteReader skip(long count) throws ImageFormatException {
        need(count);
        at += (int) count;
        return this;
    }

    private void need(long count) throws ImageFormatException {
        if (count < 0 || count > end - at) {
            throw damaged("it ends too early");
        }
    }

    public int u8() throws ImageFormatException {
        need(1);
        return data[at++] & 0xFF;
    }

    public int s8() throws ImageFormatException {
        return (byte) u8();
    }

    public int u16() throws ImageFormatException {
        return (int) unsigned(2);
    }

    public long u32() throws ImageFormatException {
        return unsigned(4);
    }

    /** Eight bytes; the top bit makes the result negative. */
    public long u64() throws ImageFormatException {
        return unsigned(8);
    }

    /** A number of 1 to 8 bytes. */
    public long unsigned(int size) throws ImageFormatException {
        need(size);
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (data[at + i] & 0xFFL) << (8 * i);
        }
        at += size;
        return value;
    }

    /** An unsigned LEB128 number; bits above the 64th are lost. */
    public long uleb() throws ImageFormatException {
        long value = 0;
        for (int shift = 0;; shift += 7) {
            int next = u8();
            if (shift < 64) {
                value |= (next & 0x7FL) << shift;
            }
            if (next < 0x80) {
                return value;
            }
        }
    }

    /** A signed LEB128 number. */
    public long sleb() throws ImageFormatException {
        long value = 0;
        for (int shift = 0;; shift += 7) {
            int next = u8();
            if (shift < 64) {
                value |= (next & 0x7FL) << shift;
            }
            if (next < 0x80) {
                boolean negative = (next & 0x40) != 0 && shift + 7 < 64;
                return negative ? value | -1L << (shift + 7) : value;
            }
        }
    }

    /** A zero-terminated string in UTF-8. */
    public String string() throws ImageFormatException {
        int close = at;
        while (close < end && data[close] != 0) {
            close++;
        }
        if (close == end) {
            throw damaged("a string does not end");
        }
        String text = new String(data, at, close - at, StandardCharsets.UTF_8);
        at = close + 1;
        return text;
    }

    /** A zero-terminated string somewhere in this part; the cursor stays. */
    public String stringAt(long position) throws ImageFormatException {
        int before = at;
        try {
            return seek(position).string();
        } finally {
            at = before;
        }
    }

    public byte[] bytes(long count) throws ImageFormatException {
        need(count);
        byte[] copy = new byte[(int) count];
        System.arraycopy(data, at, copy, 0, copy.length);
        at += copy.length;
        return copy;
    }
}
