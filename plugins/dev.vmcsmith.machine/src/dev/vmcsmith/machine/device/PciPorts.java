// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

/**
 * Where a PC has PCI configuration mechanism #1, at 0xCF8 and 0xCFC: there is no PCI, so all reads give ones. It is a device all the same
 * because a 32-bit access to 0xCF8 must not reach the reset control at 0xCF9.
 */
final class PciPorts implements PortDevice {
    static final int ADDRESS = 0xCF8, DATA = 0xCFC;

    @Override
    public int width(int port) {
        return 4;
    }

    @Override
    public int read(int port, int size) {
        return -1;
    }

    @Override
    public void write(int port, int size, int value) {
        // There is nothing to configure.
    }
}
