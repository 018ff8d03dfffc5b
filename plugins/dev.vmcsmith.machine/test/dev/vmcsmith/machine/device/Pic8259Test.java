// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Pic8259Test {
    private static final int EOI = 0x20, SPECIFIC_EOI = 0x60, ROTATE_ON_EOI = 0xA0, SET_PRIORITY = 0xC0, POLL = 0x0C, SPECIAL_MASK = 0x68;

    private final Pic8259 pic = new Pic8259(level -> { });

    @BeforeEach
    void initialize() {
        program(0x20, 0x20, 4);
        program(0xA0, 0x28, 2);
    }

    private void program(int port, int base, int cascade) {
        out(port, 0x11);
        out(port + 1, base);
        out(port + 1, cascade);
        out(port + 1, 1);
        out(port + 1, 0);
    }

    private void out(int port, int value) {
        pic.write(port, 1, value);
    }

    private void pulse(int... irqs) {
        for (int irq : irqs) {
            pic.line(irq).set(true);
            pic.line(irq).set(false);
        }
    }

    @Test
    void lowerNumbersComeFirstAndTheSlaveIsInput2() {
        pulse(5, 1, 8, 15);
        assertEquals(0x21, pic.acknowledge());
        assertFalse(pic.pending());
        out(0x20, EOI);
        assertEquals(0x28, pic.acknowledge());
        out(0xA0, EOI);
        out(0x20, EOI);
        assertEquals(0x2F, pic.acknowledge());
        assertEquals(0x80, read(0xA0, 0x0B));
        out(0xA0, SPECIFIC_EOI | 7);
        out(0x20, SPECIFIC_EOI | 2);
        assertEquals(0x25, pic.acknowledge());
    }

    private int read(int port, int command) {
        out(port, command);
        return pic.read(port, 1);
    }

    @Test
    void nothingPendingIsSpurious() {
        assertEquals(0x27, pic.acknowledge());
        assertEquals(0, read(0x20, 0x0B));
    }

    @Test
    void rotationMakesTheServedInputTheLast() {
        pulse(0, 1);
        assertEquals(0x20, pic.acknowledge());
        out(0x20, ROTATE_ON_EOI);
        pulse(0);
        assertEquals(0x21, pic.acknowledge());
        out(0x20, EOI);
        assertEquals(0x20, pic.acknowledge());
        out(0x20, EOI);
        out(0x20, SET_PRIORITY | 4);
        pulse(1, 5);
        assertEquals(0x25, pic.acknowledge());
    }

    @Test
    void pollingAcknowledges() {
        assertEquals(0, read(0x20, POLL));
        pulse(6);
        assertEquals(0x86, read(0x20, POLL));
        assertEquals(0x40, read(0x20, 0x0B));
        assertFalse(pic.pending());
    }

    @Test
    void theSpecialMaskModeLetsLowerOnesThroughWhileTheServedOneIsMasked() {
        pulse(1);
        pic.acknowledge();
        pulse(5);
        assertFalse(pic.pending());
        out(0x20, SPECIAL_MASK);
        out(0x21, 2);
        assertTrue(pic.pending());
        assertEquals(0x25, pic.acknowledge());
    }

    /**
     * "Special fully nested mode: ... further interrupt requests from higher priority IRs within the slave will be recognized by the
     * master."
     */
    @Test
    void theSlaveMayInterruptItselfInSpecialFullyNestedMode() {
        out(0x20, 0x11);
        out(0x21, 0x20);
        out(0x21, 4);
        out(0x21, 0x11);
        out(0x21, 0);
        pulse(12);
        assertEquals(0x2C, pic.acknowledge());
        assertFalse(pic.pending());
        pulse(9);
        assertEquals(0x29, pic.acknowledge());
        pulse(1);
        assertEquals(0x21, pic.acknowledge());
    }

    @Test
    void withoutThatModeTheSlaveWaits() {
        pulse(12);
        assertEquals(0x2C, pic.acknowledge());
        pulse(9);
        assertFalse(pic.pending());
        out(0x20, EOI);
        assertEquals(0x29, pic.acknowledge());
    }

    /** ICW1: bit 1 for a single chip leaves ICW3 out, bit 3 makes all inputs level-triggered; without bit 0 there is no ICW4. */
    @Test
    void theFirstCommandWordSaysWhichFollow() {
        out(0x20, 0x1A);
        out(0x21, 0x40);
        out(0x21, 0xF0);
        assertEquals(0xF0, pic.read(0x21, 1));
        pic.line(3).set(true);
        assertEquals(0x43, pic.acknowledge());
        out(0x20, EOI);
        assertTrue(pic.pending());
        pic.line(3).set(false);
        assertFalse(pic.pending());
    }

    @Test
    void automaticEndOfInterruptLeavesNothingInService() {
        out(0x20, 0x13);
        out(0x21, 0x20);
        out(0x21, 3);
        out(0x21, 0);
        pulse(4, 6);
        assertEquals(0x24, pic.acknowledge());
        assertEquals(0, read(0x20, 0x0B));
        assertEquals(0x26, pic.acknowledge());
    }

    @Test
    void levelTriggeredInputsStayPendingAsLongAsTheLineIsHigh() {
        out(0x4D1, 0xFF);
        assertEquals(0xDE, pic.read(0x4D1, 1));
        pic.line(11).set(true);
        assertEquals(0x2B, pic.acknowledge());
        out(0xA0, EOI);
        out(0x20, EOI);
        assertTrue(pic.pending());
        pic.line(11).set(false);
        assertFalse(pic.pending());
    }
}
