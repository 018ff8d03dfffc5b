// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

/** A device on the I/O bus. Sizes are 1, 2 or 4 bytes; the port is the absolute number. */
public interface PortDevice {
    int read(int port, int size);

    void write(int port, int size, int value);
}
