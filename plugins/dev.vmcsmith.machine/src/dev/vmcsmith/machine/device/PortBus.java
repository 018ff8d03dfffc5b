// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

/** The 64-Ki I/O ports. Where no device is, reads give all ones and writes go nowhere. */
public final class PortBus {
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

    public int read(int port, int size) {
        PortDevice[] row = devices[port >> 8 & 255];
        PortDevice device = row == null ? null : row[port & 255];
        return (device == null ? -1 : device.read(port, size)) & (int) (0xFFFFFFFFL >>> 32 - 8 * size);
    }

    public void write(int port, int size, int value) {
        PortDevice[] row = devices[port >> 8 & 255];
        PortDevice device = row == null ? null : row[port & 255];
        if (device != null) {
            device.write(port, size, value);
        }
    }
}
