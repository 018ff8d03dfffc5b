// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.snapshot.StateBuffer;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;

/**
 * The real-time clock and CMOS memory of a PC at 0x70 and 0x71 (MC146818A): time of day in BCD or binary, 12 or 24 hours, alarm,
 * periodic and update-ended interrupts on IRQ 8. The time is virtual and starts at 2026-01-01 00:00:00, a Thursday; software may set
 * it.
 */
public final class Cmos implements PortDevice, Saved {
    private static final long SECOND = 1_000_000_000L;
    private static final long UPDATE = 244_000;
    private static final LocalDateTime START = LocalDateTime.of(2026, 1, 1, 0, 0);
    private static final int SECONDS = 0, SECONDS_ALARM = 1, MINUTES = 2, MINUTES_ALARM = 3, HOURS = 4, HOURS_ALARM = 5, WEEKDAY = 6,
        DAY = 7, MONTH = 8, YEAR = 9, A = 0xA, B = 0xB, C = 0xC, D = 0xD, SHUTDOWN = 0xF, CENTURY = 0x32;
    private static final int SET = 0x80, BINARY = 4, HOURS_24 = 2, PM = 0x80, ANY = 0xC0;
    /** Interrupts: enables in register B, flags in register C. */
    private static final int PERIODIC = 0x40, ALARM = 0x20, UPDATED = 0x10, INTERRUPT = 0x80;
    private static final int DIVIDER_32K = 0x20;

    private final Clock clock;
    private final InterruptLine irq;
    private final Clock.Timer secondTimer;
    private final Clock.Timer periodicTimer;
    private final byte[] ram = new byte[128];
    private int index;
    /** Seconds by which software has moved the time of day. */
    private long shift;

    public Cmos(Clock clock, InterruptLine irq, long lowMemory, long highMemory, int cpus) {
        this.clock = clock;
        this.irq = irq;
        secondTimer = clock.timer(this::secondOver);
        periodicTimer = clock.timer(this::periodOver);
        ram[A] = 0x26;
        ram[B] = HOURS_24;
        ram[D] = (byte) 0x80;
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
        shift = s.of(shift);
    }

    /** The shutdown code, with which software asks firmware to go on after a reset and not to boot; asking clears it. */
    int takeShutdownCode() {
        int code = ram[SHUTDOWN];
        ram[SHUTDOWN] = 0;
        return code;
    }

    /** A reset leaves time and memory and turns interrupts off. */
    void reset() {
        ram[B] &= ~(PERIODIC | ALARM | UPDATED);
        ram[C] = 0;
        irq.set(false);
        armSecond();
        armPeriodic();
    }

    // --- time of day -----------------------------------------------------------------------------------------------------

    private LocalDateTime now() {
        return START.plusSeconds(clock.now() / SECOND + shift);
    }

    private int coded(int value) {
        return (ram[B] & BINARY) != 0 ? value : value / 10 << 4 | value % 10;
    }

    private int decoded(int value) {
        return (ram[B] & BINARY) != 0 ? value : (value >> 4 & 15) * 10 + (value & 15);
    }

    private int codedHour(int hour) {
        return (ram[B] & HOURS_24) != 0 ? coded(hour) : coded((hour + 11) % 12 + 1) | (hour >= 12 ? PM : 0);
    }

    private int decodedHour(int value) {
        return (ram[B] & HOURS_24) != 0 ? decoded(value) : decoded(value & 0x7F) % 12 + ((value & PM) != 0 ? 12 : 0);
    }

    private int timeField(int register) {
        LocalDateTime t = now();
        return switch (register) {
            case SECONDS -> coded(t.getSecond());
            case MINUTES -> coded(t.getMinute());
            case HOURS -> codedHour(t.getHour());
            case WEEKDAY -> coded(t.getDayOfWeek().getValue() % 7 + 1);
            case DAY -> coded(t.getDayOfMonth());
            case MONTH -> coded(t.getMonthValue());
            case YEAR -> coded(t.getYear() % 100);
            default -> coded(t.getYear() / 100);
        };
    }

    private static boolean isTime(int register) {
        return switch (register) {
            case SECONDS, MINUTES, HOURS, WEEKDAY, DAY, MONTH, YEAR, CENTURY -> true;
            default -> false;
        };
    }

    /** While SET is 1 the time stands still in the registers; when it is cleared they become the time of day. */
    private void hold() {
        for (int register = SECONDS; register <= YEAR; register++) {
            if (isTime(register)) {
                ram[register] = (byte) timeField(register);
            }
        }
        ram[CENTURY] = (byte) timeField(CENTURY);
    }

    private void release() {
        int year = decoded(ram[CENTURY] & 0xFF) * 100 + decoded(ram[YEAR] & 0xFF);
        LocalDateTime base = LocalDateTime.of(year, 1, 1, 0, 0).plusMonths(decoded(ram[MONTH] & 0xFF) - 1L)
            .plusDays(decoded(ram[DAY] & 0xFF) - 1L).plusHours(decodedHour(ram[HOURS] & 0xFF)).plusMinutes(decoded(ram[MINUTES] & 0xFF))
            .plusSeconds(decoded(ram[SECONDS] & 0xFF));
        shift = ChronoUnit.SECONDS.between(START, base) - clock.now() / SECOND;
    }

    // --- interrupts ------------------------------------------------------------------------------------------------------

    private void raise(int flag) {
        ram[C] |= (byte) flag;
        if ((ram[C] & ram[B] & (PERIODIC | ALARM | UPDATED)) != 0) {
            ram[C] |= (byte) INTERRUPT;
            irq.set(true);
        }
    }

    private void secondOver() {
        raise(UPDATED);
        LocalDateTime t = now();
        if (matches(SECONDS_ALARM, coded(t.getSecond())) && matches(MINUTES_ALARM, coded(t.getMinute()))
            && matches(HOURS_ALARM, codedHour(t.getHour()))) {
            raise(ALARM);
        }
        armSecond();
    }

    private boolean matches(int register, int value) {
        int alarm = ram[register] & 0xFF;
        return alarm >= ANY || alarm == value;
    }

    /** Alarm and update-ended flags are worth a timer only while somebody waits for one. */
    private void armSecond() {
        if ((ram[B] & (ALARM | UPDATED)) != 0 && (ram[B] & SET) == 0) {
            clock.arm(secondTimer, (clock.now() / SECOND + 1) * SECOND);
        } else {
            clock.disarm(secondTimer);
        }
    }

    /** Nanoseconds between periodic interrupts; 0 for none. */
    private long period() {
        int rate = ram[A] & 15;
        if (rate == 0 || (ram[A] & 0x70) != DIVIDER_32K || (ram[B] & PERIODIC) == 0) {
            return 0;
        }
        return SECOND / (32768 >> (rate < 3 ? rate + 7 : rate) - 1);
    }

    private void armPeriodic() {
        long period = period();
        if (period != 0) {
            clock.arm(periodicTimer, (clock.now() / period + 1) * period);
        } else {
            clock.disarm(periodicTimer);
        }
    }

    private void periodOver() {
        raise(PERIODIC);
        armPeriodic();
    }

    // --- ports -----------------------------------------------------------------------------------------------------------

    @Override
    public int read(int port, int size) {
        if ((port & 1) == 0) {
            return 0xFF;
        }
        if (isTime(index) && (ram[B] & SET) == 0) {
            return timeField(index);
        }
        if (index == A) {
            boolean updating = (ram[B] & SET) == 0 && SECOND - clock.now() % SECOND <= UPDATE;
            return ram[A] & 0x7F | (updating ? 0x80 : 0);
        }
        int value = ram[index] & 0xFF;
        if (index == C) {
            ram[C] = 0;
            irq.set(false);
        }
        return value;
    }

    @Override
    public void write(int port, int size, int value) {
        if ((port & 1) == 0) {
            index = value & 0x7F;
            return;
        }
        switch (index) {
            case C, D -> { }
            case B -> writeControl(value);
            case A -> {
                ram[A] = (byte) (value & 0x7F);
                armPeriodic();
            }
            default -> {
                boolean running = isTime(index) && (ram[B] & SET) == 0;
                if (running) {
                    hold();
                }
                ram[index] = (byte) value;
                if (running) {
                    release();
                }
            }
        }
    }

    private void writeControl(int value) {
        boolean was = (ram[B] & SET) != 0;
        boolean set = (value & SET) != 0;
        if (set && !was) {
            hold();
        }
        ram[B] = (byte) (set ? value & ~UPDATED : value);
        if (was && !set) {
            release();
        }
        armSecond();
        armPeriodic();
        raise(0);
    }
}
