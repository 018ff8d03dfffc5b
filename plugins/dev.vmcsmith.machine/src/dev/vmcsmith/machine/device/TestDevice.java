// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.memory.MmioRegion;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.machine.snapshot.StateBuffer;
import java.util.function.IntFunction;

/**
 * The test device of QEMU's PC, which test programs for hypervisors use: a latch at port 0xE0, 64 KiB of device memory at
 * 0xFF000000, and interrupt lines 0 to 15 at port 0x2000 + line.
 */
final class TestDevice implements PortDevice, Saved, MmioRegion.Handler {
    private static final int LATCH = 0xE0, LINES = 0x2000;
    private static final long MEMORY = 0xFF000000L;

    private final byte[] memory = new byte[0x10000];
    private final IntFunction<InterruptLine> lines;
    private int latch;

    TestDevice(IntFunction<InterruptLine> lines, PortBus ports, PhysicalMemory physical) {
        this.lines = lines;
        ports.add(LATCH, 4, this);
        ports.add(LINES, 16, this);
        physical.map(new MmioRegion("test device", MEMORY, memory.length, this));
    }

    @Override
    public int width(int port) {
        return 4;
    }

    @Override
    public int read(int port, int size) {
        return port < LINES ? latch >>> 8 * (port - LATCH) : 0;
    }

    @Override
    public void write(int port, int size, int value) {
        if (port >= LINES) {
            lines.apply(port - LINES).set(value != 0);
            return;
        }
        int shift = 8 * (port - LATCH);
        int mask = (int) (0xFFFFFFFFL >>> 32 - 8 * size) << shift;
        latch = latch & ~mask | value << shift & mask;
    }

    @Override
    public long read(int cpu, long offset, int size) {
        return PhysicalMemory.get(memory, (int) offset, size);
    }

    @Override
    public void write(int cpu, long offset, int size, long value) {
        PhysicalMemory.put(memory, (int) offset, size, value);
    }

    @Override
    public void exchange(StateBuffer s) {
        latch = s.of(latch);
        s.of(memory);
    }
}
