// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Uart16550Test {
    private static final int DATA = 0x3F8, IER = 0x3F9, FCR = 0x3FA, IIR = 0x3FA, LCR = 0x3FB, MCR = 0x3FC, LSR = 0x3FD, MSR = 0x3FE;

    private final StringBuilder out = new StringBuilder();
    private boolean line;
    private Uart16550 uart;

    @BeforeEach
    void powerOn() {
        uart = new Uart16550(0x3F8, value -> out.append((char) value), level -> line = level);
    }

    private int in(int port) {
        return uart.read(port, 1);
    }

    private void out(int port, int value) {
        uart.write(port, 1, value);
    }

    @Test
    void outputLeavesAndInputWaitsForTheReader() {
        out(DATA, 'x');
        assertEquals("x", out.toString());
        for (char c : "hello, this is more than a FIFO holds".toCharArray()) {
            uart.receive(c);
        }
        StringBuilder read = new StringBuilder();
        while ((in(LSR) & 1) != 0) {
            read.append((char) in(DATA));
        }
        assertEquals("hello, this is more than a FIFO holds", read.toString());
    }

    @Test
    void aByteRaisesTheInterruptOnlyWhenItIsEnabledAndOut2IsSet() {
        uart.receive('a');
        assertFalse(line);
        out(IER, 1);
        assertFalse(line);
        out(MCR, 8);
        assertTrue(line);
        assertEquals(4, in(IIR));
        in(DATA);
        assertFalse(line);
        assertEquals(1, in(IIR));
    }

    @Test
    void fewerBytesThanTheTriggerLevelEndInATimeout() {
        out(FCR, 0x81);
        out(IER, 1);
        uart.receive('a');
        assertEquals(0xCC, in(IIR));
        for (int n = 0; n < 7; n++) {
            uart.receive('b');
        }
        assertEquals(0xC4, in(IIR));
    }

    @Test
    void theTransmitterInterruptIsGoneOnceItHasBeenIdentified() {
        out(MCR, 8);
        out(IER, 2);
        assertTrue(line);
        assertEquals(2, in(IIR));
        assertFalse(line);
        out(DATA, 'x');
        assertTrue(line);
    }

    @Test
    void loopbackConnectsTheLinesAsOnA16550() {
        out(MCR, 0x1A);
        assertEquals(0x90, in(MSR) & 0xF0);
        out(MCR, 0x11);
        assertEquals(0x20, in(MSR) & 0xF0);
        out(MCR, 0x14);
        assertEquals(0x40, in(MSR) & 0xF0);
        out(MCR, 0x10);
        assertEquals(4, in(MSR));
        out(DATA, 0x5A);
        assertEquals(0x5A, in(DATA));
        assertEquals("", out.toString());
    }

    @Test
    void loopbackOverrunsInsteadOfFillingTheHostsMemory() {
        out(MCR, 0x10);
        out(FCR, 1);
        for (int n = 0; n < 100; n++) {
            out(DATA, n);
        }
        assertEquals(0x63, in(LSR));
        int count = 0;
        while ((in(LSR) & 1) != 0) {
            assertEquals(count++, in(DATA));
        }
        assertEquals(16, count);
    }

    @Test
    void theDivisorLatchHidesDataAndInterruptEnable() {
        out(LCR, 0x83);
        out(DATA, 1);
        out(IER, 2);
        assertEquals("", out.toString());
        assertEquals(1, in(DATA));
        assertEquals(2, in(IER));
        out(LCR, 3);
        assertEquals(0, in(IER));
    }
}
