// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.boot;

import dev.vmcsmith.machine.FlatMode;
import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.event.Reset;
import dev.vmcsmith.machine.memory.PhysicalMemory;

/** Loads a binary without a header to an address and enters it at its first byte. */
public final class FlatBinary {
    /** The tables that protected and long mode need lie in the first of these places that the binary leaves free. */
    private static final long[] TABLE_PLACES = {0x90000, 0x80000, 0x70000, 0x60000, 0x20000, 0x1000, 0x200000};
    private static final int TABLES = LoaderTables.PAGING_SIZE + 0x1000;
    private static final long REAL_END = 0x10_0000, SEGMENT = 0x1_0000;
    /** Room for a stack below the binary; with less, the stack lies above it. */
    private static final long STACK = 0x1000;

    private FlatBinary() {
    }

    /**
     * Loads the binary and sets the processor to its first byte.
     *
     * @throws IllegalArgumentException when it does not fit, with what to do
     */
    public static void boot(byte[] code, long address, FlatMode mode, PhysicalMemory memory, Cpu cpu) {
        long end = address + code.length;
        boolean fits = code.length > 0 && address >= 0 && end > address && memory.isRam(address) && memory.isRam(end - 1);
        if (!fits) {
            throw new IllegalArgumentException("a binary of " + code.length + " bytes at 0x" + Long.toHexString(address)
                + " does not fit into " + (memory.size() >> 20) + " MiB of memory; give another address or more memory");
        }
        if (mode == FlatMode.REAL && end > REAL_END) {
            throw new IllegalArgumentException("in real mode a binary has to lie below 1 MiB; it would end at 0x" + Long.toHexString(end));
        }
        if (mode != FlatMode.REAL && address >>> 32 != 0) {
            throw new IllegalArgumentException("a flat binary has to lie below 4 GiB, not at 0x" + Long.toHexString(address));
        }
        memory.write(address, code, 0, code.length);
        Reset.powerUp(cpu, Activity.ACTIVE);
        cpu.gpr[Cpu.RDX] = 0;
        if (mode == FlatMode.REAL) {
            enterReal(address, end, cpu);
        } else {
            enterFlat(address, end, mode == FlatMode.LONG, memory, cpu);
        }
        cpu.stateChanged();
    }

    private static void enterReal(long address, long end, Cpu cpu) {
        long paragraph = address < SEGMENT ? 0 : address >> 4;
        for (int n = Cpu.ES; n <= Cpu.GS; n++) {
            cpu.seg[n].set(0, 0, 0xFFFF, n == Cpu.CS ? 0x9B : 0x93);
        }
        cpu.seg[Cpu.CS].set((int) paragraph, paragraph << 4, 0xFFFF, 0x9B);
        cpu.rip = address - (paragraph << 4);
        long stack = stack(address, end);
        cpu.gpr[Cpu.RSP] = stack < SEGMENT ? stack : 0x7C00;
        cpu.idtBase = 0;
        cpu.idtLimit = 0x3FF;
    }

    private static void enterFlat(long address, long end, boolean longMode, PhysicalMemory memory, Cpu cpu) {
        long tables = tables(address, end, memory);
        cpu.cr0 = 0x31;
        if (longMode) {
            LoaderTables.identity(memory, tables);
            cpu.cr3 = tables;
            cpu.cr4 = 0x20;
            cpu.efer = 0x500;
            cpu.cr0 |= 0x80000000L;
        }
        LoaderTables.flatSegments(cpu, memory, tables + LoaderTables.PAGING_SIZE, longMode);
        cpu.rip = address;
        cpu.gpr[Cpu.RSP] = stack(address, end);
    }

    private static long stack(long address, long end) {
        return address >= STACK ? address & ~15L : (end + 15 & ~15L) + STACK;
    }

    private static long tables(long address, long end, PhysicalMemory memory) {
        for (long at : TABLE_PLACES) {
            boolean free = at + TABLES + STACK <= address || at >= end + 2 * STACK;
            if (free && memory.isRam(at + TABLES - 1)) {
                return at;
            }
        }
        throw new IllegalArgumentException("the binary leaves no room for the tables of its mode; give the machine more memory");
    }
}
