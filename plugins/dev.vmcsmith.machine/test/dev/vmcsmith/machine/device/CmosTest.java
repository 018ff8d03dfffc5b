// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CmosTest {
    private static final long SECOND = 1_000_000_000L;

    private final Clock clock = new Clock(() -> { });
    private boolean line;
    private final Cmos cmos = new Cmos(clock, level -> line = level, 64 << 20, 0, 3);

    private int in(int register) {
        cmos.write(0x70, 1, register);
        return cmos.read(0x71, 1);
    }

    private void out(int register, int value) {
        cmos.write(0x70, 1, register);
        cmos.write(0x71, 1, value);
    }

    private void pass(long nanos) {
        long end = clock.now() + nanos;
        while (clock.next() <= end) {
            clock.set(clock.next());
            clock.fire();
        }
        clock.set(end);
    }

    private String time() {
        return "%02x%02x-%02x-%02x %02x:%02x:%02x".formatted(in(0x32), in(9), in(8), in(7), in(4), in(2), in(0));
    }

    @Test
    void theTimeOfDayIsVirtualAndInBcd() {
        assertEquals("2026-01-01 00:00:00", time());
        assertEquals(5, in(6));
        pass(59 * SECOND + 13 * 3600 * SECOND);
        assertEquals("2026-01-01 13:00:59", time());
        out(0xB, 6);
        assertEquals(13, in(4));
        out(0xB, 4);
        assertEquals(0x81, in(4));
    }

    @Test
    void softwareSetsTheTimeAndLeapYearsCount() {
        out(0xB, 0x82);
        out(0, 0x58);
        out(2, 0x59);
        out(4, 0x23);
        out(7, 0x28);
        out(8, 0x02);
        out(9, 0x28);
        pass(10 * SECOND);
        assertEquals(0x58, in(0));
        out(0xB, 2);
        pass(2 * SECOND);
        assertEquals("2028-02-29 00:00:00", time());
    }

    @Test
    void thePeriodicInterruptComesAtItsRateAndWaitsForRegisterC() {
        out(0xA, 0x26);
        out(0xB, 0x42);
        pass(SECOND / 1024 + 1);
        assertTrue(line);
        assertEquals(0xC0, in(0xC));
        assertFalse(line);
        assertEquals(0, in(0xC));
        int count = 0;
        for (int n = 0; n < 4096; n++) {
            pass(SECOND / 4096);
            count += in(0xC) >> 7;
        }
        assertEquals(1024, count, 1);
    }

    @Test
    void theAlarmComesAtItsTime() {
        out(1, 0x30);
        out(3, 0xFF);
        out(5, 0xFF);
        out(0xB, 0x22);
        pass(29 * SECOND);
        assertFalse(line);
        pass(SECOND);
        assertTrue(line);
        assertEquals(0xB0, in(0xC));
    }

    @Test
    void theUpdateEndedInterruptFollowsTheUpdateInProgressFlag() {
        out(0xB, 0x12);
        pass(SECOND - 100_000);
        assertEquals(0x80, in(0xA) & 0x80);
        assertFalse(line);
        pass(100_000);
        assertTrue(line);
        assertEquals(0, in(0xA) & 0x80);
        assertEquals(0x90, in(0xC));
    }

    @Test
    void memorySizeAndProcessorCountAreWhereFirmwarePutsThem() {
        assertEquals(48 * 16, in(0x34) | in(0x35) << 8);
        assertEquals(63 * 1024, in(0x17) | in(0x18) << 8);
        assertEquals(2, in(0x5F));
    }
}
