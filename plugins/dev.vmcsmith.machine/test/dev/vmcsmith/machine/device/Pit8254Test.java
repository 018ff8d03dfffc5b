// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The data sheet's "Mode Definitions", "Read-Back Command" and "Counter Latch Command". */
class Pit8254Test {
    private static final long SECOND = 1_000_000_000L, HZ = 1_193_182;
    private static final int CHANNEL_2 = 0x80, BOTH_BYTES = 0x30;

    private final Clock clock = new Clock(() -> { });
    private final List<Long> rises = new ArrayList<>();
    private final Pit8254 pit = new Pit8254(clock, this::irq);
    private boolean irq;

    private void irq(boolean level) {
        if (level && !irq) {
            rises.add(tick());
        }
        irq = level;
    }

    private long tick() {
        return clock.now() * HZ / SECOND;
    }

    /** Goes to a tick and lets everything happen on the way. */
    private void at(long tick) {
        long end = Math.ceilDiv(tick * SECOND, HZ);
        while (clock.next() <= end) {
            clock.set(clock.next());
            clock.fire();
        }
        clock.set(end);
    }

    private void out(int port, int value) {
        pit.write(port, 1, value);
    }

    private void program(int channel, int mode, int count) {
        out(0x43, channel << 6 | BOTH_BYTES | mode << 1);
        out(0x40 + channel, count & 0xFF);
        out(0x40 + channel, count >> 8);
    }

    private boolean output() {
        return (pit.read(0x61, 1) & 0x20) != 0;
    }

    private int count(int channel) {
        out(0x43, channel << 6);
        return pit.read(0x40 + channel, 1) | pit.read(0x40 + channel, 1) << 8;
    }

    /** Output of channel 2 for so many ticks after the present one, one character each. */
    private String outputs(int ticks) {
        StringBuilder text = new StringBuilder();
        long from = tick();
        for (int n = 0; n < ticks; n++) {
            at(from + n);
            text.append(output() ? '1' : '0');
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource({"0, 0000011111", "2, 1111011110", "3, 1110011100", "4, 1111101111"})
    void theOutputOfTheModesThatSoftwareStarts(int mode, String expected) {
        out(0x61, 1);
        program(2, mode, 5);
        assertEquals(expected, outputs(10));
    }

    @ParameterizedTest
    @CsvSource({"1, 0000011111", "5, 1111101111"})
    void theGateStartsTheModesThatHardwareTriggers(int mode, String expected) {
        program(2, mode, 5);
        assertEquals("1111", outputs(4));
        out(0x61, 1);
        assertEquals(expected, outputs(10));
        out(0x61, 0);
        out(0x61, 1);
        assertEquals("000", mode == 1 ? outputs(3) : "000", "triggered again");
    }

    @Test
    void theGatePausesCountingAndAPeriodBeginsAnew() {
        out(0x61, 1);
        program(2, 0, 100);
        at(10);
        out(0x61, 0);
        at(50);
        assertEquals(90, count(2));
        out(0x61, 1);
        at(60);
        assertEquals(80, count(2));
        program(2, 2, 100);
        at(90);
        out(0x61, 0);
        at(95);
        out(0x61, 1);
        at(96);
        assertEquals(99, count(2));
    }

    @Test
    void countingGoesOnBelowZero() {
        out(0x61, 1);
        program(2, 0, 3);
        at(4);
        assertEquals(0xFFFF, count(2));
    }

    @Test
    void aBcdCounterCountsInDecimal() {
        out(0x61, 1);
        out(0x43, CHANNEL_2 | BOTH_BYTES | 1);
        out(0x42, 0x00);
        out(0x42, 0x10);
        at(1);
        assertEquals(0x0999, count(2));
        at(1001);
        assertEquals(0x9999, count(2));
    }

    /** "A new count while counting does not affect the current period; it is loaded at its end." */
    @Test
    void aNewCountOfARateGeneratorWaitsForTheEndOfThePeriod() {
        at(1);
        long begin = tick();
        program(0, 2, 100);
        at(begin + 30);
        out(0x40, 10);
        out(0x40, 0);
        rises.clear();
        at(begin + 121);
        assertEquals(List.of(begin + 100, begin + 110, begin + 120), rises);
    }

    /** Status: output, null count, access, mode, BCD; it is read before the count. */
    @Test
    void readBackLatchesStatusAndCount() {
        program(2, 1, 0x1234);
        out(0x43, 0xE8);
        assertEquals(0xF2, pit.read(0x42, 1), "the count has not been loaded");
        out(0x61, 1);
        at(tick() + 4);
        out(0x43, 0xC8);
        at(tick() + 100);
        assertEquals(0x32, pit.read(0x42, 1));
        assertEquals(0x30, pit.read(0x42, 1));
        assertEquals(0x12, pit.read(0x42, 1));
    }

    @Test
    void aLatchedCountStaysUntilItIsRead() {
        program(1, 2, 1000);
        at(tick() + 10);
        out(0x43, 0x40);
        at(tick() + 10);
        out(0x43, 0xD4);
        assertEquals(990, pit.read(0x41, 1) | pit.read(0x41, 1) << 8);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "2, 3", "3, 3", "4, 1", "1, 0", "5, 0"})
    void interruptsOfChannelZero(int mode, int expected) {
        at(1);
        program(0, mode, 1000);
        rises.clear();
        at(tick() + 3002);
        assertEquals(expected, rises.size());
    }
}
