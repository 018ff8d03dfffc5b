// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

/** The 64-Ki I/O ports. Where no device is, reads give all ones and writes go nowhere. */
public final class PortBus {
    private static final int PORTS = 1 << 16;

    private final PortDevice[][] devices = new PortDevice[256][];

    public void add(int first, int count, PortDevice device) {
        for (int port = first; port < first + count; port++) {
            PortDevice[] row = devices[port >> 8];
            if (row == null) {
                row = devices[port >> 8] = new PortDevice[256];
            }
            row[port & 255] = device;
        }
    }

    private PortDevice device(int port) {
        PortDevice[] row = devices[port >> 8 & 255];
        return row == null ? null : row[port & 255];
    }

    public int read(int port, int size) {
        PortDevice device = device(port);
        if (size > 1 && (device == null || device.width(port) < size)) {
            int value = 0;
            for (int n = 0; n < size; n++) {
                value |= read(port + n & PORTS - 1, 1) << 8 * n;
            }
            return value;
        }
        return (device == null ? -1 : device.read(port, size)) & (int) (0xFFFFFFFFL >>> 32 - 8 * size);
    }

    public void write(int port, int size, int value) {
        PortDevice device = device(port);
        if (size > 1 && (device == null || device.width(port) < size)) {
            for (int n = 0; n < size; n++) {
                write(port + n & PORTS - 1, 1, value >>> 8 * n & 0xFF);
            }
        } else if (device != null) {
            device.write(port, size, value);
        }
    }
}
