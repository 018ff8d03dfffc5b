// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.cpu.MachineStop;
import dev.vmcsmith.machine.snapshot.StateBuffer;

/**
 * ACPI's fixed hardware where QEMU has it: PM1 status and enable at 0x600, PM1 control at 0x604, the 32-bit power-management timer at 0x608
 * (ACPI, "PM1 Event Grouping", "PM1 Control Grouping", "Power Management Timer"). The machine is always in ACPI mode; every sleep is a
 * power-off, and the carry of the timer is the only event.
 */
public final class PowerManagement implements PortDevice, Saved {
    public static final int EVENTS = 0x600, CONTROL = 0x604, TIMER = 0x608;
    static final int PORTS = 12;
    /** The ISA interrupt of ACPI events. */
    public static final int SCI = 9;

    private static final int CARRY = 1, SCI_ENABLED = 1, SLEEP_TYPE = 7 << 10, SLEEP = 1 << 13;
    private static final long FREQUENCY = 3_579_545, SECOND = 1_000_000_000, HALF = 1L << 31;

    private final Clock clock;
    private final InterruptLine sci;
    private final Clock.Timer carryTimer;
    private int enabled;
    private int sleepType;
    /** The tick of the first carry that has not been acknowledged. */
    private long carryAt = HALF;

    PowerManagement(Clock clock, InterruptLine sci) {
        this.clock = clock;
        this.sci = sci;
        carryTimer = clock.timer(this::update);
    }

    @Override
    public void exchange(StateBuffer s) {
        enabled = s.of(enabled);
        sleepType = s.of(sleepType);
        carryAt = s.of(carryAt);
    }

    private long ticks() {
        return clock.now() / SECOND * FREQUENCY + clock.now() % SECOND * FREQUENCY / SECOND;
    }

    private static long timeOf(long tick) {
        return tick / FREQUENCY * SECOND + (tick % FREQUENCY * SECOND + FREQUENCY - 1) / FREQUENCY;
    }

    private int status() {
        return ticks() >= carryAt ? CARRY : 0;
    }

    /** The interrupt is as level-triggered as ACPI wants it: up while an enabled event is not acknowledged. */
    private void update() {
        boolean waits = (enabled & CARRY) != 0;
        sci.set(waits && status() != 0);
        if (waits && status() == 0) {
            clock.arm(carryTimer, timeOf(carryAt));
        } else {
            clock.disarm(carryTimer);
        }
    }

    /** No access reaches over its register's 32 bits. */
    @Override
    public int width(int port) {
        return 4 - (port & 3);
    }

    @Override
    public int read(int port, int size) {
        int word = switch (port & ~3) {
            case EVENTS -> status() | enabled << 16;
            case CONTROL -> SCI_ENABLED | sleepType;
            default -> (int) ticks();
        };
        return word >>> 8 * (port & 3);
    }

    @Override
    public void write(int port, int size, int value) {
        int shift = 8 * (port & 3);
        int written = (int) (0xFFFFFFFFL >>> 32 - 8 * size) << shift;
        int word = value << shift & written;
        switch (port & ~3) {
            case EVENTS -> {
                if ((word & CARRY) != 0 && status() != 0) {
                    carryAt = (ticks() | HALF - 1) + 1;
                }
                enabled = (enabled << 16 & ~written | word) >>> 16;
                update();
            }
            case CONTROL -> {
                sleepType = sleepType & ~written | word & SLEEP_TYPE;
                if ((word & SLEEP) != 0) {
                    throw new MachineStop(new StopReason.PowerOff());
                }
            }
            default -> { }
        }
    }
}
