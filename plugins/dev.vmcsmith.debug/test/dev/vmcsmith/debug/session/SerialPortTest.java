// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.ConsoleEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SerialPortTest {

    private final SerialPort port = new SerialPort("COM1");
    private final List<Long> changes = new ArrayList<>();

    @Test
    void textGoesBackAndForthWithTheMachine() {
        port.addListener(changes::add);
        port.append("one\n");
        port.append("two\n");
        port.change(new ConsoleEvent("COM1", 4, "", 4));
        assertEquals("one\n", port.text());
        assertTrue(port.isInThePast());
        port.change(new ConsoleEvent("COM1", 4, "two\n", 8));
        assertEquals("one\ntwo\n", port.text());
        assertFalse(port.isInThePast());
        port.append("three\n");
        assertEquals("one\ntwo\nthree\n", port.text());
        assertEquals(List.of(0L, 4L, 4L, 4L, 8L), changes);
    }

    @Test
    void eachPortThatIsWrittenToAppearsOnceAndHasItsOwnText() {
        SerialPorts ports = new SerialPorts();
        List<String> told = new ArrayList<>();
        ports.append("COM1", "one");
        ports.addListener(added -> told.add(added.name()));
        ports.append("port 0xE9", "debug");
        ports.change(new ConsoleEvent("COM1", 1, "", 1));
        ports.append("COM1", "x");
        assertEquals(List.of("COM1", "port 0xE9"), told);
        assertEquals(List.of("ox", "debug"), ports.all().stream().map(SerialPort::text).toList());
    }

    @Test
    void aPartBeginsAtItsPosition() {
        port.append("0123456789");
        assertEquals(new SerialPort.Part(4, "456789"), port.from(4));
        assertEquals(new SerialPort.Part(10, ""), port.from(20));
    }

    @Test
    void onlyTheLatestTextIsHeld() {
        port.append("x".repeat(SerialPort.LIMIT));
        port.append("end");
        assertEquals(SerialPort.LIMIT, port.text().length());
        assertEquals(new SerialPort.Part(SerialPort.LIMIT, "end"), port.from(SerialPort.LIMIT));
        assertEquals(3, port.from(0).start());
        port.change(new ConsoleEvent("COM1", SerialPort.LIMIT - 1L, "", SerialPort.LIMIT - 1L));
        assertEquals(3, port.from(0).start(), "what was dropped does not come back");
        assertEquals(SerialPort.LIMIT - 4, port.text().length());
    }

    @Test
    void whatTheMachineDoesNotHoldAnyMoreIsMissingAtTheBeginning() {
        port.append("0123456789");
        port.change(new ConsoleEvent("COM1", 2, "late", 1000));
        assertEquals(new SerialPort.Part(996, "late"), port.from(0));
    }
}
