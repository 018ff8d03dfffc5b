// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.ConsoleArguments;
import dev.vmcsmith.dap.protocol.ConsoleText;
import dev.vmcsmith.dap.protocol.GotoExitArguments;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.StopAt;
import java.nio.file.Path;
import org.eclipse.lsp4j.debug.ReverseContinueArguments;
import org.eclipse.lsp4j.debug.SetVariableArguments;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console shows the serial output of the instant, whichever way the machine came there. */
class SerialConsoleConversationTest {
    @TempDir
    private Path folder;
    private TinyHypervisor tiny;
    private Conversation client;

    @BeforeEach
    void start() throws Exception {
        tiny = new TinyHypervisor(folder);
        client = new Conversation();
        client.launchAndStop(LaunchArguments.of(tiny.elf().toString()).withStopAt(StopAt.EVERY_EXIT));
    }

    @AfterEach
    void end() throws Exception {
        client.close();
    }

    private ConsoleText request(long from) {
        return Conversation.get(client.server().console(new ConsoleArguments(from)));
    }

    private void shows(String text) {
        assertEquals(text, client.console());
        assertEquals(text, request(0).text());
        assertEquals(text.length(), request(0).length());
    }

    private void goTo(long exit) {
        Conversation.get(client.server().gotoExit(new GotoExitArguments(exit)));
        client.stop();
    }

    private void reverse() {
        ReverseContinueArguments arguments = new ReverseContinueArguments();
        arguments.setThreadId(1);
        Conversation.get(client.server().reverseContinue(arguments));
        client.stop();
    }

    @Test
    void theConsoleGoesBackAndForthWithTheMachine() {
        shows("");
        client.resume();
        shows("x\n");
        client.resume();
        shows("x\nx\n");
        assertEquals(0, client.consoleEvents(), "what is simply new needs nothing but output events");
        goTo(1);
        shows("");
        goTo(3);
        shows("x\nx\n");
        reverse();
        shows("x\n");
        assertEquals(new ConsoleText(1, "\n", 2, request(0).instant()), request(1));
        client.resume();
        shows("x\nx\n");
        reverse();
        reverse();
        reverse();
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
        goTo(2);
        SetVariableArguments change = new SetVariableArguments();
        change.setVariablesReference(client.scope(0, "VMCS: Guest state").getVariablesReference());
        change.setName("rip");
        change.setValue("0x" + Long.toHexString(tiny.label("guest")));
        Conversation.get(client.server().setVariable(change));
        shows("x\n");
        client.resume();
        client.resume();
        assertTrue(client.console().startsWith("x\nx\nx"), client.console());
        shows(client.console());
        goTo(2);
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
