// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.snapshot.StateBuffer;

/**
 * A counter of the 8254 in its six modes, binary or BCD. Times are ticks of the counter's clock; nothing happens between calls, state
 * follows from the time at which the counting element was loaded.
 */
final class PitChannel {
    private static final int TERMINAL_COUNT = 0, ONE_SHOT = 1, RATE = 2, SQUARE_WAVE = 3, HARDWARE_STROBE = 5;
    /** Ways to access the 16 bits of the count. */
    private static final int HIGH = 2, LOW_THEN_HIGH = 3;
    private static final int STATUS_OUTPUT = 0x80, STATUS_NULL_COUNT = 0x40;

    private int mode = SQUARE_WAVE;
    private int access = LOW_THEN_HIGH;
    private boolean bcd;
    private boolean gate;
    /** The count register: what the next load takes; 0 is the largest. */
    private int register;
    private boolean registerFull;
    private boolean highByteNext;
    /** What the counting element was loaded with; 0 when it has not been. */
    private int element;
    /** Tick of the load, or of the gate's rise after a pause. */
    private long start;
    /** Ticks counted before a pause. */
    private long before;
    /** Periodic modes: the tick at which the register is loaded; -1 when none is due. */
    private long loadAt = -1;
    private boolean readHighNext;
    private int latchedCount = -1;
    private int latchedStatus = -1;

    /** @param gate level of the gate input */
    PitChannel(boolean gate) {
        this.gate = gate;
    }

    void exchange(StateBuffer s) {
        mode = s.of(mode);
        access = s.of(access);
        bcd = s.of(bcd);
        gate = s.of(gate);
        register = s.of(register);
        registerFull = s.of(registerFull);
        highByteNext = s.of(highByteNext);
        element = s.of(element);
        start = s.of(start);
        before = s.of(before);
        loadAt = s.of(loadAt);
        readHighNext = s.of(readHighNext);
        latchedCount = s.of(latchedCount);
        latchedStatus = s.of(latchedStatus);
    }

    // --- what software writes ----------------------------------------------------------------------------------------------

    /** A control word, bits 5:0: access, mode, BCD; or the counter-latch command. */
    void control(int word, long now) {
        int newAccess = word >> 4 & 3;
        if (newAccess == 0) {
            latchCount(now);
            return;
        }
        access = newAccess;
        int m = word >> 1 & 7;
        mode = m > HARDWARE_STROBE ? m - 4 : m;
        bcd = (word & 1) != 0;
        element = register = 0;
        registerFull = highByteNext = readHighNext = false;
        loadAt = -1;
        latchedCount = latchedStatus = -1;
    }

    void data(int value, long now) {
        settle(now);
        if (access == LOW_THEN_HIGH && !highByteNext) {
            register = value;
            highByteNext = true;
            registerFull = false;
            if (mode == TERMINAL_COUNT) {
                element = 0;
            }
            return;
        }
        register = access == LOW_THEN_HIGH ? register & 0xFF | value << 8 : access == HIGH ? value << 8 : value;
        highByteNext = false;
        registerFull = true;
        if (!periodic()) {
            if (!triggered()) {
                load(now);
            }
        } else if (element == 0 || !gate) {
            load(now);
        } else {
            loadAt = now + element - elapsed(now) % element;
        }
    }

    void gate(boolean level, long now) {
        settle(now);
        if (level && !gate) {
            if (triggered() || periodic()) {
                if (registerFull || element != 0) {
                    load(now);
                }
            } else {
                start = now;
            }
        } else if (!level && gate && !triggered()) {
            before = elapsed(now);
            loadAt = -1;
        }
        gate = level;
    }

    boolean gate() {
        return gate;
    }

    /** The power-on count of a PC's firmware: the largest, in the mode of power-on. */
    void loadLargest(long now) {
        register = 0;
        load(now);
    }

    private void load(long now) {
        element = count(register);
        registerFull = false;
        loadAt = -1;
        start = now;
        before = 0;
    }

    /** Does a load that has become due. */
    private void settle(long now) {
        if (loadAt >= 0 && now >= loadAt) {
            load(loadAt);
        }
    }

    // --- counting ------------------------------------------------------------------------------------------------------------

    private boolean periodic() {
        return mode == RATE || mode == SQUARE_WAVE;
    }

    /** The gate's rise starts the count. */
    private boolean triggered() {
        return mode == ONE_SHOT || mode == HARDWARE_STROBE;
    }

    private boolean paused() {
        return !gate && !triggered();
    }

    private long elapsed(long now) {
        return paused() ? before : before + now - start;
    }

    private int count(int digits) {
        if (!bcd) {
            return digits == 0 ? 0x10000 : digits;
        }
        int value = (digits >> 12 & 15) * 1000 + (digits >> 8 & 15) * 100 + (digits >> 4 & 15) * 10 + (digits & 15);
        return value == 0 ? 10_000 : value;
    }

    private int digits(int value) {
        return !bcd ? value & 0xFFFF : value / 1000 % 10 << 12 | value / 100 % 10 << 8 | value / 10 % 10 << 4 | value % 10;
    }

    /** What a read of the counting element gives. */
    private int value(long now) {
        settle(now);
        if (element == 0) {
            return 0;
        }
        long e = elapsed(now);
        return digits(switch (mode) {
            case RATE -> (int) (element - e % element);
            case SQUARE_WAVE -> (int) (element - 2 * (e % element) % element) & ~1;
            default -> (int) Math.floorMod(element - e, bcd ? 10_000L : 0x10000L);
        });
    }

    /** The level of the output. */
    boolean output(long now) {
        settle(now);
        if (element == 0) {
            return mode != TERMINAL_COUNT;
        }
        long e = elapsed(now);
        return switch (mode) {
            case TERMINAL_COUNT, ONE_SHOT -> e >= element;
            case RATE -> !gate || e % element != element - 1;
            case SQUARE_WAVE -> !gate || e % element < (element + 1) / 2;
            default -> e != element;
        };
    }

    /** The next tick at which the output rises; Long.MAX_VALUE when it does not by itself. */
    long nextRise(long now) {
        settle(now);
        if (element == 0 || paused()) {
            return Long.MAX_VALUE;
        }
        long e = elapsed(now);
        if (periodic()) {
            return now + element - e % element;
        }
        long rise = mode == TERMINAL_COUNT || mode == ONE_SHOT ? element : element + 1L;
        return e < rise ? now + rise - e : Long.MAX_VALUE;
    }

    // --- what software reads -----------------------------------------------------------------------------------------------

    void latchCount(long now) {
        if (latchedCount < 0) {
            latchedCount = value(now);
        }
    }

    void latchStatus(long now) {
        if (latchedStatus < 0) {
            boolean empty = element == 0 || registerFull;
            latchedStatus = (output(now) ? STATUS_OUTPUT : 0) | (empty ? STATUS_NULL_COUNT : 0) | access << 4 | mode << 1 | (bcd ? 1 : 0);
        }
    }

    int read(long now) {
        if (latchedStatus >= 0) {
            int status = latchedStatus;
            latchedStatus = -1;
            return status;
        }
        int value = latchedCount >= 0 ? latchedCount : value(now);
        boolean high = access == HIGH || access == LOW_THEN_HIGH && readHighNext;
        readHighNext = access == LOW_THEN_HIGH && !readHighNext;
        if (!readHighNext) {
            latchedCount = -1;
        }
        return (high ? value >> 8 : value) & 0xFF;
    }
}
