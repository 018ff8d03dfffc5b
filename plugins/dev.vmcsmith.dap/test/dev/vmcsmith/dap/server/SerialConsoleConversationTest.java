// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.ConsoleArguments;
import dev.vmcsmith.dap.protocol.ConsoleText;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.StopAt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The console shows the serial output of the instant, whichever way the machine came there. */
class SerialConsoleConversationTest extends ConversationTestCase {
    private TinyHypervisor tiny;

    @BeforeEach
    void start() {
        tiny = start(StopAt.EVERY_EXIT);
    }

    private ConsoleText request(long from) {
        return Conversation.get(client.server().console(new ConsoleArguments(from)));
    }

    private void shows(String text) {
        assertEquals(text, client.console());
        assertEquals(text, request(0).text());
        assertEquals(text.length(), request(0).length());
    }

    @Test
    void theConsoleGoesBackAndForthWithTheMachine() {
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

    @Test
    void onlyASuspendedMachineHasAConsoleOfNow() {
        client.resume();
        client.resume();
        client.resumeToEnd();
        client.exitCode();
        assertTrue(Conversation.refusal(client.server().console(new ConsoleArguments(0))).contains("has ended"));
    }
}
