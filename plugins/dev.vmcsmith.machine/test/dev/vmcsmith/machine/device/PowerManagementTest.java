// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.cpu.MachineStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ACPI's "Power Management Timer", "PM1 Status Registers", "PM1 Control Registers". */
class PowerManagementTest {
    private static final long SECOND = 1_000_000_000L, HZ = 3_579_545;
    private static final long CARRY = 1L << 31;
    private static final int STATUS = 0x600, ENABLE = 0x602, CONTROL = 0x604, TIMER = 0x608;

    private final Clock clock = new Clock(() -> { });
    private boolean sci;
    private final PortBus ports = new PortBus();

    PowerManagementTest() {
        ports.add(PowerManagement.EVENTS, PowerManagement.PORTS, new PowerManagement(clock, level -> sci = level));
    }

    private static long timeOf(long tick) {
        return Math.ceilDiv(tick * SECOND, HZ);
    }

    private void at(long time) {
        while (clock.next() <= time) {
            clock.set(clock.next());
            clock.fire();
        }
        clock.set(time);
    }

    @Test
    void theTimerCountsAtItsFrequencyAndWraps() {
        for (long seconds : new long[] {0, 1, 599, 1200, 1_000_000}) {
            at(seconds * SECOND);
            assertEquals((int) (seconds * HZ), ports.read(TIMER, 4));
        }
        assertEquals(ports.read(TIMER, 4) >>> 16, ports.read(TIMER + 2, 2));
    }

    @Test
    void eachCarryOfTheTimerInterruptsUntilItIsAcknowledged() {
        ports.write(ENABLE, 2, 1);
        for (int n = 1; n <= 3; n++) {
            at(timeOf(n * CARRY) - 1);
            assertFalse(sci);
            assertEquals(0, ports.read(STATUS, 2));
            at(timeOf(n * CARRY));
            assertTrue(sci);
            assertEquals(1, ports.read(STATUS, 2));
            ports.write(STATUS, 2, 0xFFFE);
            assertTrue(sci);
            ports.write(STATUS, 2, 1);
            assertFalse(sci);
        }
        ports.write(ENABLE, 2, 0);
        at(timeOf(4 * CARRY));
        assertFalse(sci);
        assertEquals(1, ports.read(STATUS, 2));
    }

    /** An access to the enable register does not acknowledge. */
    @Test
    void statusAndEnableAreRegistersOfTheirOwn() {
        at(timeOf(CARRY));
        ports.write(ENABLE, 2, 0xFFFF);
        assertEquals(1, ports.read(STATUS, 2));
        assertEquals(0xFFFF, ports.read(ENABLE, 2));
        assertEquals(0xFFFF0001, ports.read(STATUS, 4));
        ports.write(STATUS, 4, 1);
        assertEquals(0, ports.read(STATUS, 4));
    }

    @Test
    void itIsInAcpiModeAndKeepsTheSleepType() {
        assertEquals(1, ports.read(CONTROL, 2));
        ports.write(CONTROL, 2, 0x1400);
        assertEquals(0x1401, ports.read(CONTROL, 2));
    }

    @ParameterizedTest
    @CsvSource({"0x604, 1, 0x2000, false", "0x604, 2, 0x2000, true", "0x604, 4, 0x3C00, true", "0x605, 1, 0x20, true", "0x605, 1, 0x1C, false",
        "0x604, 2, 0xDFFF, false", "0x606, 2, 0xFFFF, false", "0x600, 4, 0xFFFF, false", "0x608, 4, 0x2000, false"})
    void theSleepBitOfTheControlRegisterPowersOff(int port, int size, int value, boolean off) {
        if (off) {
            MachineStop stop = assertThrows(MachineStop.class, () -> ports.write(port, size, value));
            assertInstanceOf(StopReason.PowerOff.class, stop.reason());
        } else {
            ports.write(port, size, value);
        }
    }
}
