// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.snapshot.StateBuffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The firmware-configuration device at 0x510 (selector) and 0x511 (data): signature, memory size, processor counts. */
public final class FwCfg implements PortDevice, Saved {
    private static final int SIGNATURE = 0, ID = 1, RAM_SIZE = 3, NB_CPUS = 5, MAX_CPUS = 0xF, FILE_DIR = 0x19;

    private final Map<Integer, byte[]> items = new HashMap<>();
    private int selected = -1;
    private byte[] current = {};
    private int at;

    public FwCfg(long memory, int cpus) {
        items.put(SIGNATURE, "QEMU".getBytes(StandardCharsets.US_ASCII));
        items.put(ID, number(4, 1));
        items.put(RAM_SIZE, number(8, memory));
        items.put(NB_CPUS, number(2, cpus));
        items.put(MAX_CPUS, number(2, cpus));
        items.put(FILE_DIR, number(4, 0));
    }

    private static byte[] number(int bytes, long value) {
        return java.util.Arrays.copyOf(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(), bytes);
    }

    @Override
    public void exchange(StateBuffer s) {
        selected = s.of(selected);
        current = items.getOrDefault(selected, new byte[0]);
        at = s.of(at);
    }

    @Override
    public int width(int port) {
        return port == 0x510 ? 2 : 4;
    }

    @Override
    public int read(int port, int size) {
        if (port != 0x511) {
            return -1;
        }
        int value = 0;
        for (int n = 0; n < size; n++) {
            value |= (at < current.length ? current[at++] & 0xFF : 0) << 8 * n;
        }
        return value;
    }

    @Override
    public void write(int port, int size, int value) {
        if (port == 0x510) {
            selected = value & 0xFFFF;
            current = items.getOrDefault(selected, new byte[0]);
            at = 0;
        }
    }
}
