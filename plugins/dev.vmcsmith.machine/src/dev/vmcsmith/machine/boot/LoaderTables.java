// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.boot;

import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.SegmentRegister;
import dev.vmcsmith.machine.event.Reset;
import dev.vmcsmith.machine.memory.PhysicalMemory;

/** What a loader leaves in memory for the processor: a flat GDT, page tables. */
final class LoaderTables {
    private static final int CODE = 0x10, DATA = 0x18;
    private static final long CODE_32 = 0x00CF9B000000FFFFL, CODE_64 = 0x00AF9B000000FFFFL, DATA_32 = 0x00CF93000000FFFFL;
    private static final int CODE_RIGHTS = 0x9B, DATA_RIGHTS = 0x93;
    private static final long TABLE = 3, PAGE_2M = 0x83;
    private static final int GIBS = 4, ENTRIES = 512, PAGE = 4096;

    /** Bytes of a GDT. */
    static final int GDT_SIZE = 32;
    /** Bytes of page tables that map 4 GiB. */
    static final int PAGING_SIZE = (2 + GIBS) * PAGE;

    private LoaderTables() {
    }

    /** Writes a GDT with code and data of 4 GiB, and loads it and all data and code segments from it. */
    static void flatSegments(Cpu cpu, PhysicalMemory memory, long at, boolean longMode) {
        memory.write64(at, 0);
        memory.write64(at + 8, 0);
        memory.write64(at + CODE, longMode ? CODE_64 : CODE_32);
        memory.write64(at + DATA, DATA_32);
        cpu.gdtBase = at;
        cpu.gdtLimit = GDT_SIZE - 1;
        for (int n = Cpu.ES; n <= Cpu.GS; n++) {
            boolean code = n == Cpu.CS;
            int size = code && longMode ? SegmentRegister.L : SegmentRegister.DB;
            cpu.seg[n].set(code ? CODE : DATA, 0, 0xFFFFFFFFL, SegmentRegister.G | size | (code ? CODE_RIGHTS : DATA_RIGHTS));
        }
    }

    /** Starts a processor in 32-bit protected mode without paging, with a flat GDT. */
    static void enterProtectedMode(Cpu cpu, PhysicalMemory memory, long gdt, long entry) {
        Reset.powerUp(cpu, Activity.ACTIVE);
        cpu.gpr[Cpu.RDX] = 0;
        cpu.rip = entry;
        cpu.cr0 = 0x11;
        flatSegments(cpu, memory, gdt, false);
        cpu.stateChanged();
    }

    /** Writes page tables that map the first 4 GiB to themselves, 4 levels. */
    static void identity(PhysicalMemory memory, long at) {
        memory.write64(at, at + PAGE | TABLE);
        for (int g = 0; g < GIBS; g++) {
            long directory = at + (2 + g) * (long) PAGE;
            memory.write64(at + PAGE + 8 * g, directory | TABLE);
            for (int n = 0; n < ENTRIES; n++) {
                memory.write64(directory + 8 * n, (long) g << 30 | (long) n << 21 | PAGE_2M);
            }
        }
    }
}
