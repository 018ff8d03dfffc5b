// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.boot;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.MultibootHeader;
import dev.vmcsmith.image.Segment;
import dev.vmcsmith.machine.BootModule;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A multiboot-1 boot loader ("Multiboot Specification", "Machine state", "Boot information format"). */
public final class Multiboot {
    /** The information structure lies here if no segment does, else in the next free of some places below 640 KiB. */
    private static final long[] INFO_PLACES = {0x9D000, 0x8D000, 0x7D000, 0x6D000, 0x2D000, 0x1000};
    private static final int INFO_SPACE = 0x2000;
    /** Flags of the information structure: which fields are valid. */
    private static final int MEMORY = 1, COMMAND_LINE = 4, MODULES = 8, MEMORY_MAP = 0x40, LOADER_NAME = 0x200;
    private static final int MMAP_AT = 0x100, GDT_AT = 0x200, NAME_AT = 0x240, COMMAND_AT = 0x300;

    private Multiboot() {
    }

    /**
     * Loads the image and its modules and sets the processor to its entry point.
     *
     * @throws IllegalArgumentException when the image has no multiboot header or does not fit, with what to do
     */
    public static void boot(BootImage image, String commandLine, List<BootModule> modules, PhysicalMemory memory, Cpu cpu) {
        if (image.multiboot().isEmpty()) {
            throw new IllegalArgumentException(image.name() + " has no multiboot header: link one into the first 8 KiB of the file");
        }
        Segments.load(image, memory);
        long info = place(image, memory);
        writeInfo(info, commandLine, memory);
        if (!modules.isEmpty()) {
            memory.write32(info, memory.read32(info) | MODULES);
            memory.write32(info + 20, modules.size());
            memory.write32(info + 24, (int) ModuleList.load(image, modules, memory));
        }
        LoaderTables.enterProtectedMode(cpu, memory, info + GDT_AT, image.entry() & 0xFFFFFFFFL);
        cpu.gpr[Cpu.RAX] = MultibootHeader.LOADER_MAGIC & 0xFFFFFFFFL;
        cpu.gpr[Cpu.RBX] = info;
    }

    private static long place(BootImage image, PhysicalMemory memory) {
        for (long at : INFO_PLACES) {
            boolean free = memory.isRam(at + INFO_SPACE - 1);
            for (Segment s : image.segments()) {
                free &= s.physicalAddress() >= at + INFO_SPACE || s.physicalAddress() + s.memorySize() <= at;
            }
            if (free) {
                return at;
            }
        }
        throw new IllegalArgumentException(image.name() + " leaves no room for the boot information below 640 KiB");
    }

    private static void writeInfo(long info, String commandLine, PhysicalMemory memory) {
        byte[] line = commandLine.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(line.length, INFO_SPACE - COMMAND_AT - 1);
        memory.write(info + COMMAND_AT, line, 0, length);
        memory.write(info + COMMAND_AT + length, new byte[1], 0, 1);
        byte[] name = "VMCSmith\0".getBytes(StandardCharsets.US_ASCII);
        memory.write(info + NAME_AT, name, 0, name.length);
        int at = (int) info + MMAP_AT;
        for (MemoryMap.Range range : MemoryMap.of(memory)) {
            memory.write32(at, MemoryMap.RANGE_SIZE);
            range.write(memory, at + 4L);
            at += MemoryMap.RANGE_SIZE + 4;
        }
        memory.write32(info, MEMORY | COMMAND_LINE | MEMORY_MAP | LOADER_NAME);
        memory.write32(info + 4, (int) (Math.min(Firmware.BASE_MEMORY, memory.lowEnd()) / 1024));
        memory.write32(info + 8, (int) Math.max(0, (memory.lowEnd() - 0x100000) / 1024));
        memory.write32(info + 16, (int) info + COMMAND_AT);
        memory.write32(info + 44, at - (int) info - MMAP_AT);
        memory.write32(info + 48, (int) info + MMAP_AT);
        memory.write32(info + 64, (int) info + NAME_AT);
    }
}
