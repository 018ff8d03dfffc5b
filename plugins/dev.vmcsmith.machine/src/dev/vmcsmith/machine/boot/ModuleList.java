// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.boot;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.Segment;
import dev.vmcsmith.machine.BootModule;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Boot modules in memory: the list of them ("Multiboot Specification", "Boot information format", mods_addr) and behind it their bytes. */
final class ModuleList {
    private static final int ENTRY = 16, PAGE = 4096;
    private static final long MEBIBYTE = 1 << 20;

    private ModuleList() {
    }

    /**
     * Loads modules behind the image, each on a page of its own.
     *
     * @return the address of the list
     */
    static long load(BootImage image, List<BootModule> modules, PhysicalMemory memory) {
        long list = MEBIBYTE;
        for (Segment s : image.segments()) {
            list = Math.max(list, align(s.physicalAddress() + s.memorySize(), PAGE));
        }
        long strings = list + (long) ENTRY * modules.size();
        long length = modules.stream().mapToLong(module -> text(module).length).sum();
        long at = align(strings + length, PAGE);
        long entry = list;
        for (BootModule module : modules) {
            byte[] bytes = module.bytes();
            byte[] text = text(module);
            if (at + bytes.length > memory.lowEnd()) {
                throw new IllegalArgumentException("the module \"" + module.commandLine() + "\" of " + bytes.length
                    + " bytes does not fit behind the image in " + (memory.size() >> 20) + " MiB of memory; give the machine more memory");
            }
            memory.write(at, bytes, 0, bytes.length);
            memory.write(strings, text, 0, text.length);
            memory.write32(entry, (int) at);
            memory.write32(entry + 4, (int) (at + bytes.length));
            memory.write32(entry + 8, (int) strings);
            memory.write32(entry + 12, 0);
            strings += text.length;
            entry += ENTRY;
            at = align(at + bytes.length, PAGE);
        }
        return list;
    }

    private static byte[] text(BootModule module) {
        return (module.commandLine() + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private static long align(long address, int size) {
        return (address + size - 1) / size * size;
    }
}
