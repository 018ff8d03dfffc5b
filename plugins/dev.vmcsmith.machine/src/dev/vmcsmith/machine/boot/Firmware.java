// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.boot;

import dev.vmcsmith.machine.SerialPort;
import dev.vmcsmith.machine.memory.PhysicalMemory;

/**
 * What a PC's firmware leaves in memory for the software that it boots: the entry at the reset vector, the BIOS data area, ACPI tables,
 * handlers that end hardware interrupts, and BIOS services that say they are not supported.
 */
public final class Firmware {
    /** The reset vector F000:FFF0, which software jumps to when it wants to boot again. */
    private static final long ENTRY = 0xFFFF0;
    /** Resets the processors through the keyboard controller and waits for it. */
    private static final byte[] ENTRY_CODE = {(byte) 0xB0, (byte) 0xFE, (byte) 0xE6, 0x64, (byte) 0xF4};

    /** Handlers lie here, one behind the other; all vectors of real mode lead to one of them. */
    private static final long HANDLERS = 0xFF000;
    private static final int HANDLERS_POINTER = 0xF000_F000, VECTORS = 256;
    private enum Handler {
        /** {@code iret} */
        RETURN(0xCF),
        /** Ends the interrupt of the first 8259. */
        FIRST_PIC(0x50, 0xB0, 0x20, 0xE6, 0x20, 0x58, 0xCF),
        /** Ends the interrupt of both. */
        SECOND_PIC(0x50, 0xB0, 0x20, 0xE6, 0xA0, 0xE6, 0x20, 0x58, 0xCF),
        /** Sets the carry flag on the stack, and AH to 0x86: function not supported. */
        SERVICE(0x55, 0x89, 0xE5, 0x80, 0x4E, 0x06, 0x01, 0x5D, 0xB4, 0x86, 0xCF);

        private final int[] code;

        Handler(int... code) {
            this.code = code;
        }

        static Handler of(int vector) {
            return switch (vector >> 3) {
                case 1 -> FIRST_PIC;
                case 2, 3 -> SERVICE;
                case 0xE -> SECOND_PIC;
                default -> RETURN;
            };
        }
    }

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
        writeHandlers(memory);
        for (SerialPort port : SerialPort.values()) {
            word(memory, SERIAL_AT + 2 * port.ordinal(), port.base());
        }
        word(memory, EXTENDED_AT, EXTENDED_SEGMENT);
        word(memory, EQUIPMENT_AT, EQUIPMENT);
        word(memory, BASE_MEMORY_AT, (int) (BASE_MEMORY >> 10));
        word(memory, BASE_MEMORY, 1);
        AcpiTables.write(memory, cpus);
    }

    private static void writeHandlers(PhysicalMemory memory) {
        int[] offsets = new int[Handler.values().length];
        int end = 0;
        for (Handler handler : Handler.values()) {
            offsets[handler.ordinal()] = end;
            for (int b : handler.code) {
                memory.writeRam(HANDLERS + end++, 1, b);
            }
        }
        for (int vector = 0; vector < VECTORS; vector++) {
            memory.write32(4L * vector, HANDLERS_POINTER + offsets[Handler.of(vector).ordinal()]);
        }
    }

    private static void word(PhysicalMemory memory, long at, int value) {
        memory.writeRam(at, 2, value);
    }
}
