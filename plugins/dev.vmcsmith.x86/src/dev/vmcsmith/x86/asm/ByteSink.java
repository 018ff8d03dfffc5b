// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.x86.asm;

import java.util.Arrays;

/** A growing byte array. */
final class ByteSink {
    private byte[] bytes = new byte[4096];
    private int size;

    void put(byte[] source) {
        reserve(source.length);
        System.arraycopy(source, 0, bytes, size, source.length);
        size += source.length;
    }

    void put(long value, int count) {
        reserve(count);
        for (int i = 0; i < count; i++) {
            bytes[size++] = i < 8 ? (byte) (value >> 8 * i) : 0;
        }
    }

    void fill(int value, int count) {
        reserve(count);
        Arrays.fill(bytes, size, size + count, (byte) value);
        size += count;
    }

    int size() {
        return size;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void reserve(int count) {
        if (size + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + count));
        }
    }
}
