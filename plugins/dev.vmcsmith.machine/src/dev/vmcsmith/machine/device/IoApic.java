// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.memory.MmioRegion;
import dev.vmcsmith.machine.snapshot.StateBuffer;

/** The I/O APIC at 0xFEC00000 with 24 inputs. ISA interrupt n is input n, except interrupt 0, which is input 2. */
final class IoApic implements MmioRegion.Handler, Saved {
    static final long BASE = 0xFEC00000L;
    private static final int INPUTS = 24;
    private static final long MASKED = 1 << 16, LEVEL = 1 << 15, REMOTE_IRR = 1 << 14, READ_ONLY = 1 << 12 | REMOTE_IRR;

    private final Board board;
    private final long[] entries = new long[INPUTS];
    private final boolean[] lines = new boolean[INPUTS];
    private int select;
    private int id;

    IoApic(Board board) {
        this.board = board;
        java.util.Arrays.fill(entries, MASKED);
    }

    /** The wire of ISA interrupt 0..15. */
    InterruptLine line(int irq) {
        int input = irq == 0 ? 2 : irq;
        return level -> set(input, level);
    }

    private void set(int input, boolean level) {
        boolean rising = level && !lines[input];
        lines[input] = level;
        if ((entries[input] & LEVEL) != 0 ? level : rising) {
            deliver(input);
        }
    }

    private void deliver(int input) {
        long e = entries[input];
        if ((e & MASKED) != 0 || (e & LEVEL) != 0 && (e & REMOTE_IRR) != 0) {
            return;
        }
        boolean level = (e & LEVEL) != 0;
        if (level) {
            entries[input] |= REMOTE_IRR;
        }
        board.message((int) (e >>> 56), (e & 0x800) != 0, (int) e >> 8 & 7, (int) e & 0xFF, level);
    }

    /** A local APIC signals the end of a level-triggered interrupt. */
    void endOfInterrupt(int vector) {
        for (int n = 0; n < INPUTS; n++) {
            if ((entries[n] & (LEVEL | REMOTE_IRR)) == (LEVEL | REMOTE_IRR) && (entries[n] & 0xFF) == vector) {
                entries[n] &= ~REMOTE_IRR;
                if (lines[n]) {
                    deliver(n);
                }
            }
        }
    }

    @Override
    public long read(int cpu, long offset, int size) {
        if (offset == 0) {
            return select;
        }
        if (offset != 0x10) {
            return 0;
        }
        int n = select - 0x10 >> 1;
        if (select >= 0x10 && n < INPUTS) {
            return (select & 1) != 0 ? entries[n] >>> 32 : entries[n] & 0xFFFFFFFFL;
        }
        return switch (select) {
            case 0, 2 -> (long) id << 24;
            case 1 -> INPUTS - 1 << 16 | 0x20;
            default -> 0;
        };
    }

    @Override
    public void write(int cpu, long offset, int size, long value) {
        if (offset == 0) {
            select = (int) value & 0xFF;
        } else if (offset == 0x40) {
            endOfInterrupt((int) value & 0xFF);
        } else if (offset == 0x10) {
            register((int) value);
        }
    }

    private void register(int value) {
        int n = select - 0x10 >> 1;
        if (select == 0) {
            id = value >>> 24 & 15;
        } else if (select >= 0x10 && n < INPUTS) {
            long e = entries[n];
            if ((select & 1) != 0) {
                entries[n] = e & 0xFFFFFFFFL | (long) value << 32;
            } else {
                entries[n] = e & ~0xFFFFFFFFL | e & READ_ONLY | value & 0x1FFFF & ~READ_ONLY;
                if ((value & LEVEL) == 0) {
                    entries[n] &= ~REMOTE_IRR;
                } else if (lines[n]) {
                    deliver(n);
                }
            }
        }
    }

    @Override
    public void exchange(StateBuffer s) {
        s.of(entries);
        for (int n = 0; n < INPUTS; n++) {
            lines[n] = s.of(lines[n]);
        }
        select = s.of(select);
        id = s.of(id);
    }
}
