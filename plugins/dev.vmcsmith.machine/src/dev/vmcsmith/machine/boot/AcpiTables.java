// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.boot;

import dev.vmcsmith.machine.device.PowerManagement;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The ACPI tables of the machine, which tell of its processors, interrupt controllers, power management and reset (ACPI, "ACPI System
 * Description Tables"). The root pointer lies where software searches for it, in the BIOS area below 1 MiB.
 */
final class AcpiTables {
    private static final int ROOT_POINTER = 0xFE000, FACS = 0xFE040, FREE = 0xFE080;
    private static final int ROOT_POINTER_SIZE = 36, FIRST_VERSION_SIZE = 20, HEADER = 36, CHECKSUM = 9, LENGTH = 4;
    private static final int LOCAL_APIC = 0xFEE00000, IO_APIC = 0xFEC00000;
    private static final String OEM = "VMCSMI", OEM_TABLE = "VMCSMITH", CREATOR = "VMCS";

    /** Legacy devices are there, VGA and MSI are not. */
    private static final int BOOT_ARCHITECTURE = 1 | 4 | 8;
    /** WBINVD works, C1 is on all processors, there are no buttons and no RTC wake status, the timer has 32 bits, the reset register is there. */
    private static final int FEATURES = 1 | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 10;
    private static final int RESET_PORT = 0xCF9, RESET_ALL = 6;
    private static final int CENTURY_REGISTER = 0x32, NO_SUCH_STATE = 0xFFFF;

    /** {@code Name(\_S5, Package(4) {0, 0, 0, 0})}: the machine is powered off by sleep type 0. */
    private static final byte[] NAMESPACE = {0x08, '_', 'S', '5', '_', 0x12, 0x06, 0x04, 0, 0, 0, 0};

    private final PhysicalMemory memory;
    private int free = FREE;

    private AcpiTables(PhysicalMemory memory) {
        this.memory = memory;
    }

    static void write(PhysicalMemory memory, int cpus) {
        new AcpiTables(memory).write(cpus);
    }

    private void write(int cpus) {
        ByteBuffer facs = buffer(64);
        text(facs, "FACS");
        facs.putInt(64).put(32, (byte) 1);
        put(FACS, facs);
        int dsdt = add(table("DSDT", 2, NAMESPACE.length).put(NAMESPACE));
        int[] tables = {add(fixed(dsdt)), add(interruptControllers(cpus))};
        ByteBuffer narrow = table("RSDT", 1, 4 * tables.length);
        ByteBuffer wide = table("XSDT", 1, 8 * tables.length);
        for (int address : tables) {
            narrow.putInt(address);
            wide.putLong(address);
        }
        ByteBuffer root = buffer(ROOT_POINTER_SIZE);
        text(root, "RSD PTR ");
        root.put((byte) 0);
        text(root, OEM);
        root.put((byte) 2).putInt(add(narrow)).putInt(ROOT_POINTER_SIZE).putLong(add(wide));
        checksum(root, 8, FIRST_VERSION_SIZE);
        checksum(root, 32, ROOT_POINTER_SIZE);
        put(ROOT_POINTER, root);
    }

    /** "Fixed ACPI Description Table (FADT)". */
    private static ByteBuffer fixed(int dsdt) {
        ByteBuffer t = table("FACP", 4, 244 - HEADER);
        t.putInt(FACS).putInt(dsdt);
        t.putShort(46, (short) PowerManagement.SCI);
        t.putInt(56, PowerManagement.EVENTS).putInt(64, PowerManagement.CONTROL).putInt(76, PowerManagement.TIMER);
        t.put(88, (byte) 4).put(89, (byte) 2).put(91, (byte) 4);
        t.putShort(96, (short) NO_SUCH_STATE).putShort(98, (short) NO_SUCH_STATE);
        t.put(108, (byte) CENTURY_REGISTER);
        t.putShort(109, (short) BOOT_ARCHITECTURE).putInt(112, FEATURES);
        port(t, 116, RESET_PORT, 8);
        t.put(128, (byte) RESET_ALL);
        t.putLong(140, dsdt);
        port(t, 148, PowerManagement.EVENTS, 32);
        port(t, 172, PowerManagement.CONTROL, 16);
        port(t, 208, PowerManagement.TIMER, 32);
        return t;
    }

    /** A "Generic Address Structure (GAS)" of a port, for accesses as wide as it is, or of 16 bits to a pair of registers. */
    private static void port(ByteBuffer table, int at, int port, int bits) {
        int access = port == PowerManagement.EVENTS || bits == 16 ? 2 : bits == 8 ? 1 : 3;
        table.put(at, (byte) 1).put(at + 1, (byte) bits).put(at + 3, (byte) access).putLong(at + 4, port);
    }

    /** "Multiple APIC Description Table (MADT)". */
    private static ByteBuffer interruptControllers(int cpus) {
        ByteBuffer t = table("APIC", 3, 8 + 8 * cpus + 12 + 10 + 10 + 6);
        t.putInt(LOCAL_APIC).putInt(1);
        for (int n = 0; n < cpus; n++) {
            t.put((byte) 0).put((byte) 8).put((byte) n).put((byte) n).putInt(1);
        }
        t.put((byte) 1).put((byte) 12).put((byte) 0).put((byte) 0).putInt(IO_APIC).putInt(0);
        override(t, 0, 2, 0);
        override(t, PowerManagement.SCI, PowerManagement.SCI, 0xD);
        t.put((byte) 4).put((byte) 6).put((byte) 0xFF).putShort((short) 0).put((byte) 1);
        return t;
    }

    /** @param flags 0 as on the ISA bus, 0xD active high and level-triggered */
    private static void override(ByteBuffer t, int irq, int input, int flags) {
        t.put((byte) 2).put((byte) 10).put((byte) 0).put((byte) irq).putInt(input).putShort((short) flags);
    }

    // --- laying out --------------------------------------------------------------------------------------------------------

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A table's header, with room behind it. */
    private static ByteBuffer table(String signature, int revision, int size) {
        ByteBuffer t = buffer(HEADER + size);
        text(t, signature);
        t.putInt(HEADER + size).put((byte) revision).put((byte) 0);
        text(t, OEM);
        text(t, OEM_TABLE);
        t.putInt(1);
        text(t, CREATOR);
        return t.putInt(1);
    }

    private static void text(ByteBuffer t, String text) {
        t.put(text.getBytes(StandardCharsets.US_ASCII));
    }

    private int add(ByteBuffer table) {
        checksum(table, CHECKSUM, table.getInt(LENGTH));
        int at = free;
        put(at, table);
        free = at + table.capacity() + 15 & ~15;
        return at;
    }

    private void put(int at, ByteBuffer bytes) {
        memory.write(at, bytes.array(), 0, bytes.capacity());
    }

    /** Makes the first bytes sum up to 0. */
    private static void checksum(ByteBuffer t, int at, int length) {
        int sum = 0;
        for (int n = 0; n < length; n++) {
            sum += t.get(n);
        }
        t.put(at, (byte) (t.get(at) - sum));
    }
}
