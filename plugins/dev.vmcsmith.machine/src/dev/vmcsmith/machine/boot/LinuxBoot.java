// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.boot;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.LinuxHeader;
import dev.vmcsmith.image.Segment;
import dev.vmcsmith.machine.BootModule;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A boot loader of Linux kernels ("The Linux/x86 Boot Protocol", "32-bit Boot Protocol", "The Zero Page"). */
public final class LinuxBoot {
    /** Below 640 KiB, which a kernel leaves alone: boot parameters, command line, GDT. */
    private static final long PARAMETERS = 0x90000, COMMAND_LINE = 0x91000, GDT = 0x93000;
    private static final int PARAMETERS_SIZE = 0x1000, COMMAND_LINE_SPACE = 0x2000;

    /** Fields of the boot parameters: the memory map, and what the loader fills in of the setup header. */
    private static final int MAP_COUNT_AT = 0x1E8, MAP_AT = 0x2D0, LOADER_AT = 0x210, DISK_AT = 0x218, COMMAND_LINE_AT = 0x228;
    private static final int NO_ASSIGNED_LOADER = 0xFF;
    private static final long PAGE = 0x1000;

    private LinuxBoot() {
    }

    /**
     * Loads the kernel and its initial RAM disk, which is all modules one behind the other, and sets the processor to its entry point.
     *
     * @throws IllegalArgumentException when they do not fit, with what to do
     */
    public static void boot(BootImage image, LinuxHeader header, String commandLine, List<BootModule> modules, PhysicalMemory memory,
            Cpu cpu) {
        Segments.load(image, memory);
        memory.write(PARAMETERS, new byte[PARAMETERS_SIZE], 0, PARAMETERS_SIZE);
        memory.write(PARAMETERS + LinuxHeader.OFFSET, header.bytes(), 0, header.bytes().length);
        memory.writeRam(PARAMETERS + LOADER_AT, 1, NO_ASSIGNED_LOADER);
        writeCommandLine(commandLine, header, memory);
        loadInitialDisk(image.segments().getFirst(), header, modules, memory);
        List<MemoryMap.Range> map = MemoryMap.of(memory);
        memory.writeRam(PARAMETERS + MAP_COUNT_AT, 1, map.size());
        for (int n = 0; n < map.size(); n++) {
            map.get(n).write(memory, PARAMETERS + MAP_AT + (long) MemoryMap.RANGE_SIZE * n);
        }
        LoaderTables.enterProtectedMode(cpu, memory, GDT, image.entry());
        Arrays.fill(cpu.gpr, 0);
        cpu.gpr[Cpu.RSI] = PARAMETERS;
    }

    private static void writeCommandLine(String text, LinuxHeader header, PhysicalMemory memory) {
        byte[] line = (text + '\0').getBytes(StandardCharsets.UTF_8);
        int longest = Math.min(header.commandLineSize(), COMMAND_LINE_SPACE - 1);
        if (line.length - 1 > longest) {
            throw new IllegalArgumentException("the command line has " + (line.length - 1) + " bytes; this kernel takes " + longest
                + ": give a shorter one");
        }
        memory.write(COMMAND_LINE, line, 0, line.length);
        memory.write32(PARAMETERS + COMMAND_LINE_AT, (int) COMMAND_LINE);
    }

    /** It lies as high as the kernel allows, so that it is out of its way. */
    private static void loadInitialDisk(Segment kernel, LinuxHeader header, List<BootModule> modules, PhysicalMemory memory) {
        long size = modules.stream().mapToLong(module -> module.bytes().length).sum();
        if (size == 0) {
            return;
        }
        long at = Math.min(memory.lowEnd(), header.initialDiskEnd() + 1) - size & -PAGE;
        if (at < kernel.physicalAddress() + kernel.memorySize()) {
            throw new IllegalArgumentException("an initial RAM disk of " + size + " bytes does not fit behind the kernel in "
                + (memory.size() >> 20) + " MiB of memory; give the machine more memory");
        }
        memory.write32(PARAMETERS + DISK_AT, (int) at);
        memory.write32(PARAMETERS + DISK_AT + 4, (int) size);
        for (BootModule module : modules) {
            memory.write(at, module.bytes(), 0, module.bytes().length);
            at += module.bytes().length;
        }
    }
}
