// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.ImageFile;
import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.x86.asm.Assembler;
import dev.vmcsmith.x86.asm.AssemblySource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel with the header that the boot protocol describes, and code that looks at what the loader has left. */
class LinuxBootTest {
    private static final int ADDRESS = 0x100_0000, CODE_OFFSET = 3 * 512, COMMAND_LINE = 100, DISK_END = 0x1BF_FFFF;

    @TempDir
    Path folder;

    /** Leaves the address of the boot parameters in EBX, loads a segment register and ends. */
    private static byte[] kernel(int version) {
        String source = "bits 32\n mov ebx, esi\n mov ax, ds\n mov es, ax\n mov al, 0\n out 0xF4, al\n";
        byte[] code = new Assembler().assemble(AssemblySource.of(source, 32).at(ADDRESS)).bytes();
        ByteBuffer file = ByteBuffer.allocate(CODE_OFFSET + code.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(0x1F1, (byte) 2).putShort(0x1FE, (short) 0xAA55).put(0x200, (byte) 0xEB).put(0x201, (byte) 0x6A);
        file.putInt(0x202, 0x5372_6448).putShort(0x206, (short) version).put(0x211, (byte) 1);
        file.putInt(0x22C, DISK_END).putShort(0x236, (short) 1).putInt(0x238, COMMAND_LINE);
        file.putLong(0x258, ADDRESS).putInt(0x260, 0x10_0000);
        file.put(CODE_OFFSET, code);
        return file.array();
    }

    private BootImage image(byte[] kernel) throws Exception {
        Path file = Files.write(folder.resolve("vmlinuz"), kernel);
        assertTrue(ImageFile.recognizes(file));
        return ImageFile.read(file);
    }

    private Machine boot(int mebibytes, String commandLine, BootModule... modules) throws Exception {
        Machine machine = Machine.builder().memory((long) mebibytes << 20).build();
        machine.load(image(kernel(0x20F)), commandLine, List.of(modules));
        return machine;
    }

    private static String text(PhysicalMemory memory, long at, int length) {
        byte[] bytes = new byte[length];
        memory.read(at, bytes, 0, length);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static int field(Machine machine, int at) {
        return machine.memory().read32(machine.cpu(0).gpr[Cpu.RBX] + at);
    }

    @Test
    void theKernelFindsItsParametersCommandLineDiskAndMemoryMap() throws Exception {
        byte[] one = "first".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        byte[] two = "second".getBytes(StandardCharsets.US_ASCII);
        Machine machine = boot(64, "console=ttyS0 quiet", new BootModule("", one), new BootModule("", two));
        assertEquals(new StopReason.DebugExit(0), machine.run(StopCondition.NONE.withMaxInstructions(100)));
        assertEquals(0x5372_6448, field(machine, 0x202));
        assertEquals(0xFF, field(machine, 0x210) & 0xFF);
        assertEquals("console=ttyS0 quiet\0", text(machine.memory(), field(machine, 0x228), 20));
        int disk = field(machine, 0x218);
        assertEquals(one.length + two.length, field(machine, 0x21C));
        assertEquals(0, disk & 0xFFF);
        assertTrue(disk + field(machine, 0x21C) - 1 <= DISK_END);
        assertEquals("first", text(machine.memory(), disk, 5));
        assertEquals("second", text(machine.memory(), disk + one.length, 6));
        assertEquals(3, field(machine, 0x1E8) & 0xFF);
        long map = machine.cpu(0).gpr[Cpu.RBX] + 0x2D0;
        assertEquals(0x9FC00, machine.memory().read64(map + 8));
        assertEquals(2, machine.memory().read32(map + 20 + 16));
        assertEquals(0x10_0000, machine.memory().read64(map + 40));
        assertEquals(63L << 20, machine.memory().read64(map + 40 + 8));
    }

    @Test
    void whatDoesNotFitIsRefusedWithWhatToDo() {
        assertEquals("the command line has 101 bytes; this kernel takes 100: give a shorter one",
                assertThrows(IllegalArgumentException.class, () -> boot(64, "x".repeat(101))).getMessage());
        String small = assertThrows(IllegalArgumentException.class, () -> boot(16, "")).getMessage();
        assertTrue(small.endsWith("does not fit into 16 MiB of memory; give the machine more memory"), small);
        BootModule large = new BootModule("", new byte[12 << 20]);
        assertEquals("an initial RAM disk of 12582912 bytes does not fit behind the kernel in 64 MiB of memory; give the machine more memory",
                assertThrows(IllegalArgumentException.class, () -> boot(64, "", large)).getMessage());
    }

    @Test
    void anOldOrDamagedKernelIsRefused() {
        String old = assertThrows(ImageFormatException.class, () -> image(kernel(0x209))).getMessage();
        assertTrue(old.contains("protocol 2.9; take a kernel since"), old);
        for (int size : new int[] {0x206, 0x263, CODE_OFFSET}) {
            String message = assertThrows(ImageFormatException.class, () -> image(Arrays.copyOf(kernel(0x20F), size))).getMessage();
            assertTrue(message.endsWith("build or copy it again"), message);
        }
    }
}
