// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.ConsoleArguments;
import dev.vmcsmith.dap.protocol.ConsoleText;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.StopAt;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The console shows the serial output of the instant, whichever way the machine came there. */
class SerialConsoleConversationTest extends ConversationTestCase {

    private ConsoleText request(long from) {
        return Conversation.get(client.server().console(new ConsoleArguments(null, from)));
    }

    private void shows(String text) {
        assertEquals(text, client.console());
        assertEquals(text, request(0).text());
        assertEquals(text.length(), request(0).length());
    }

    @Test
    void theConsoleGoesBackAndForthWithTheMachine() {
        start(StopAt.EVERY_EXIT);
        shows("");
        client.resume();
        shows("x\n");
        client.resume();
        shows("x\nx\n");
        assertEquals(0, client.consoleEvents(), "what is simply new needs nothing but output events");
        client.goTo(1);
        shows("");
        client.goTo(3);
        shows("x\nx\n");
        client.reverse();
        shows("x\n");
        assertEquals(new ConsoleText(1, "\n", 2, request(0).instant()), request(1));
        client.resume();
        shows("x\nx\n");
        client.reverse();
        client.reverse();
        client.reverse();
        shows("");
        client.resumeToEnd();
        client.stop();
        client.resume();
        client.resume();
        client.resumeToEnd();
        client.exitCode();
        assertEquals("x\nx\n", client.console());
        assertEquals("x\nx\n", client.output("stdout"), "standard output is not repeated");
    }

    @Test
    void anotherFutureReplacesTheOutputThatIsUndone() {
        TinyHypervisor tiny = start(StopAt.EVERY_EXIT);
        client.resume();
        client.resume();
        client.goTo(2);
        client.setVariable(client.scope(0, "VMCS: Guest state").getVariablesReference(), "rip", HexLong.format(tiny.label("guest")));
        shows("x\n");
        client.resume();
        client.resume();
        assertTrue(client.console().startsWith("x\nx\nx"), client.console());
        shows(client.console());
        client.goTo(2);
        shows("x\n");
    }

    /** Every port is sent every character, as debug prints of hypervisors often do it. */
    @Test
    void eachPortHasAConsoleOfItsOwn() {
        start(StopAt.EVERY_EXIT, """
                mov al, 'x'
                out dx, al
                mov al, 10
                out dx, al
        """.indent(0), """
                mov al, 'x'
                out dx, al
                mov al, 'd'
                out 0xE9, al
                mov al, 10
                out dx, al
                out 0xE9, al
                mov dx, 0x2F8
                mov al, '2'
                out dx, al
        """);
        client.resume();
        client.resume();
        consoles("x\nx\n", "22", "d\nd\n");
        assertTrue(client.output("stdout").matches("(x\nd\n2?|22){2,3}"), "whole lines in the order of their beginning: "
                + client.output("stdout"));
        client.goTo(2);
        consoles("x\n", "2", "d\n");
        client.goTo(1);
        consoles("", "", "");
        client.goTo(3);
        consoles("x\nx\n", "22", "d\nd\n");
        String refusal = Conversation.refusal(client.server().console(new ConsoleArguments("COM5", 0)));
        assertTrue(refusal.contains("COM5") && refusal.contains("COM4, port 0xE9"), refusal);
    }

    private void consoles(String com1, String com2, String debug) {
        List<String> ports = List.of("COM1", "COM2", "port 0xE9", "COM3");
        List<String> expected = List.of(com1, com2, debug, "");
        assertEquals(expected, ports.stream().map(client::console).toList());
        assertEquals(expected, ports.stream().map(port -> Conversation.get(client.server().console(new ConsoleArguments(port, 0))).text())
                .toList());
    }

    @Test
    void onlyASuspendedMachineHasAConsoleOfNow() {
        start(StopAt.EVERY_EXIT);
        client.resume();
        client.resume();
        client.resumeToEnd();
        client.exitCode();
        assertTrue(Conversation.refusal(client.server().console(new ConsoleArguments("COM1", 0))).contains("has ended"));
    }
}
