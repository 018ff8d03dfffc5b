// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.boot;

import dev.vmcsmith.machine.SerialPort;
import dev.vmcsmith.machine.memory.PhysicalMemory;

/**
 * What a PC's firmware leaves in memory for the software that it boots: the entry at the reset vector, the BIOS data area, ACPI tables, and
 * BIOS services that say they are not supported.
 */
public final class Firmware {
    /** The reset vector F000:FFF0, which software jumps to when it wants to boot again. */
    private static final long ENTRY = 0xFFFF0;
    /** Resets the processors through the keyboard controller and waits for it. */
    private static final byte[] ENTRY_CODE = {(byte) 0xB0, (byte) 0xFE, (byte) 0xE6, 0x64, (byte) 0xF4};

    /** Sets the carry flag on the stack and AH to 0x86: function not supported. */
    private static final byte[] SERVICE_CODE = {0x55, (byte) 0x89, (byte) 0xE5, (byte) 0x80, 0x4E, 0x06, 0x01, 0x5D, (byte) 0xB4, (byte) 0x86,
        (byte) 0xCF};
    private static final long SERVICES = 0xFF000;
    private static final int SERVICE_POINTER = 0xF000_F000, FIRST_SERVICE = 0x10, LAST_SERVICE = 0x1A;

    /** The BIOS data area: the serial ports, segment of the extended area, equipment, KiB of base memory. */
    private static final int SERIAL_AT = 0x400, EXTENDED_AT = 0x40E, EQUIPMENT_AT = 0x410, BASE_MEMORY_AT = 0x413;
    private static final int EXTENDED_SEGMENT = 0x9FC0;
    /** The number of serial ports, an FPU. */
    private static final int EQUIPMENT = SerialPort.values().length << 9 | 2;

    /** Base memory ends where the extended BIOS data area begins. */
    static final long BASE_MEMORY = EXTENDED_SEGMENT << 4;

    private Firmware() {
    }

    /** Writes all of it. A machine with less than 1 MiB of memory has no firmware. */
    public static void install(PhysicalMemory memory, int cpus) {
        if (!memory.isRam(0xFFFFF)) {
            return;
        }
        memory.write(ENTRY, ENTRY_CODE, 0, ENTRY_CODE.length);
        memory.write(SERVICES, SERVICE_CODE, 0, SERVICE_CODE.length);
        for (int vector = FIRST_SERVICE; vector <= LAST_SERVICE; vector++) {
            memory.write32(4L * vector, SERVICE_POINTER);
        }
        for (SerialPort port : SerialPort.values()) {
            word(memory, SERIAL_AT + 2 * port.ordinal(), port.base());
        }
        word(memory, EXTENDED_AT, EXTENDED_SEGMENT);
        word(memory, EQUIPMENT_AT, EQUIPMENT);
        word(memory, BASE_MEMORY_AT, (int) (BASE_MEMORY >> 10));
        word(memory, BASE_MEMORY, 1);
        AcpiTables.write(memory, cpus);
    }

    private static void word(PhysicalMemory memory, long at, int value) {
        memory.writeRam(at, 2, value);
    }
}
