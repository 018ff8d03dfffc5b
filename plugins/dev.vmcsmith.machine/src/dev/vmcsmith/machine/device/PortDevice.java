// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

/** A device on the I/O bus. The port is the absolute number. */
public interface PortDevice {
    /** @param size 1, 2 or 4 bytes, never more than {@link #width} */
    int read(int port, int size);

    /** @param size 1, 2 or 4 bytes, never more than {@link #width} */
    void write(int port, int size, int value);

    /** Bytes of the widest access that a port takes; the bus splits wider ones into bytes of consecutive ports. */
    default int width(int port) {
        return 1;
    }
}
