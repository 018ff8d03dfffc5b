// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

/** The serial ports of the machine, where a PC has them. As on a PC two share an interrupt line, and whoever moves it last decides. */
public enum SerialPort {
    COM1(0x3F8, 4), COM2(0x2F8, 3), COM3(0x3E8, 4), COM4(0x2E8, 3);

    private final int base;
    private final int irq;

    SerialPort(int base, int irq) {
        this.base = base;
        this.irq = irq;
    }

    /** The first of its 8 I/O ports. */
    public int base() {
        return base;
    }

    /** Its ISA interrupt. */
    public int irq() {
        return irq;
    }

    /** Where the bytes go that leave a port. */
    @FunctionalInterface
    public interface Sink {
        void accept(SerialPort port, int value);
    }
}
