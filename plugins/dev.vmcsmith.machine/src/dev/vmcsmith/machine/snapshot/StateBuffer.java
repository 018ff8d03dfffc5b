// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.snapshot;

import java.util.Arrays;

/**
 * State as a row of numbers, written and read by the same code: {@code x = s.of(x)} stores x while saving and gives the stored
 * value back while loading, so that the two cannot disagree.
 */
public final class StateBuffer {
    private long[] values = new long[256];
    private int at;
    private boolean loading;

    /** Starts to read from the beginning. */
    public StateBuffer rewind() {
        at = 0;
        loading = true;
        return this;
    }

    public boolean loading() {
        return loading;
    }

    public long of(long value) {
        if (loading) {
            return values[at++];
        }
        if (at == values.length) {
            values = Arrays.copyOf(values, 2 * at);
        }
        values[at++] = value;
        return value;
    }

    public int of(int value) {
        return (int) of((long) value);
    }

    public boolean of(boolean value) {
        return of(value ? 1L : 0L) != 0;
    }

    public void of(long[] array) {
        for (int n = 0; n < array.length; n++) {
            array[n] = of(array[n]);
        }
    }

    public void of(int[] array) {
        for (int n = 0; n < array.length; n++) {
            array[n] = of(array[n]);
        }
    }

    public void of(byte[] array) {
        for (int n = 0; n < array.length; n += 8) {
            long packed = 0;
            for (int k = 0; k < 8 && n + k < array.length; k++) {
                packed |= (array[n + k] & 0xFFL) << 8 * k;
            }
            packed = of(packed);
            for (int k = 0; k < 8 && n + k < array.length; k++) {
                array[n + k] = (byte) (packed >>> 8 * k);
            }
        }
    }
}
