// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.snapshot.StateBuffer;

/** The real-time clock and CMOS memory at 0x70/0x71. The time of day is virtual and starts at 2026-01-01 00:00:00. */
public final class Cmos implements PortDevice, Saved {
    private static final long SECOND = 1_000_000_000L;
    private static final int[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private final Clock clock;
    private final byte[] ram = new byte[128];
    private int index;

    public Cmos(Clock clock, long lowMemory, long highMemory, int cpus) {
        this.clock = clock;
        ram[0x0A] = 0x26;
        ram[0x0B] = 2;
        ram[0x0D] = (byte) 0x80;
        ram[0x15] = (byte) (640 & 0xFF);
        ram[0x16] = 640 >> 8;
        long kib = Math.min(Math.max(0, lowMemory / 1024 - 1024), 0xFFFF);
        ram[0x17] = ram[0x30] = (byte) kib;
        ram[0x18] = ram[0x31] = (byte) (kib >> 8);
        long blocks = Math.min(Math.max(0, (lowMemory - (16 << 20)) / 65536), 0xFFFF);
        ram[0x34] = (byte) blocks;
        ram[0x35] = (byte) (blocks >> 8);
        long high = highMemory / 65536;
        ram[0x5B] = (byte) high;
        ram[0x5C] = (byte) (high >> 8);
        ram[0x5D] = (byte) (high >> 16);
        ram[0x5F] = (byte) (cpus - 1);
    }

    @Override
    public void exchange(StateBuffer s) {
        s.of(ram);
        index = s.of(index);
    }

    private int timeField(int register) {
        long seconds = clock.now() / SECOND;
        long days = seconds / 86400;
        int month = 0;
        long day = days % 365;
        while (day >= DAYS[month]) {
            day -= DAYS[month++];
        }
        int value = (int) switch (register) {
            case 0 -> seconds % 60;
            case 2 -> seconds / 60 % 60;
            case 4 -> seconds / 3600 % 24;
            case 6 -> (days + 4) % 7 + 1;
            case 7 -> day + 1;
            case 8 -> month + 1;
            case 9 -> 26 + days / 365;
            default -> 20;
        };
        return (ram[0x0B] & 4) != 0 ? value : value / 10 << 4 | value % 10;
    }

    @Override
    public int read(int port, int size) {
        if ((port & 1) == 0) {
            return 0xFF;
        }
        return switch (index) {
            case 0, 2, 4, 6, 7, 8, 9, 0x32 -> timeField(index);
            case 0x0C -> 0;
            default -> ram[index] & 0xFF;
        };
    }

    @Override
    public void write(int port, int size, int value) {
        if ((port & 1) == 0) {
            index = value & 0x7F;
        } else if (index != 0x0D) {
            ram[index] = (byte) value;
        }
    }
}
