// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.console.SerialConsole;
import java.util.Arrays;
import java.util.List;
import org.eclipse.ui.console.ConsolePlugin;
import org.eclipse.ui.console.IConsoleConstants;
import org.eclipse.ui.console.IConsoleView;
import org.junit.jupiter.api.Test;

/** The consoles of a machine that writes to several ports. */
class ConsolesTest extends WalkthroughSession {

    private static final String SETUP = """
            machine { serial com2 }
            guest code Main at 0x1_0000 bits 32 {
                    mov   al, 'a'
                    out   0xE9, al
                    mov   dx, 0x3F8
                    mov   al, 'b'
                    out   dx, al
                    cpuid
                    mov   al, 'c'
                    out   0xE9, al
                    vmcall
            }
            ept  All   { map 0 .. 16 MiB -> identity rwx }
            vmcs Guest { secondary { enable-ept, unrestricted-guest } ept All guest protected-32 { rip = Main rsp = 0x9_0000 } }
            on Guest exit cpuid  { skip log "the log" }
            on Guest exit vmcall { stop }
            on Guest exit other  { panic "not handled: {exit-reason}" }
            run Guest { expect log contains "the log" }
            """;

    private List<String> ports() {
        return Arrays.stream(ConsolePlugin.getDefault().getConsoleManager().getConsoles())
                .filter(console -> console instanceof SerialConsole serial && serial.process() == session.process())
                .map(console -> console.getName().replaceAll(".*\\[", "").replace("]", "")).sorted().toList();
    }

    private void expect(String debug, String com1, String com2) {
        Workbench.until(() -> "the consoles show what was written: " + ports(), () -> session.serialConsole("port 0xE9").equals(debug)
                && session.serialConsole("COM1").equals(com1) && session.serialConsole("COM2").equals(com2));
    }

    @Test
    void eachPortThatIsWrittenToHasAConsoleThatGoesBackInTime() throws Exception {
        IConsoleView view = Workbench.show(IConsoleConstants.ID_CONSOLE_VIEW, IConsoleView.class);
        program.write(SETUP);
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        expect("a", "b", "");
        Workbench.until("the console of the whole run stays in front", () -> view.getConsole() instanceof
                org.eclipse.debug.ui.console.IConsole whole && whole.getProcess() == session.process());
        Workbench.settle();
        assertInstanceOf(org.eclipse.debug.ui.console.IConsole.class, view.getConsole());
        assertEquals(List.of("COM1", "port 0xE9"), ports(), "nothing was written to COM2");
        session.after(VcpuThread::resume);
        expect("ac", "b", "the log\n");
        assertEquals(List.of("COM1", "COM2", "port 0xE9"), ports());
        session.after(VcpuThread::goToPreviousExit);
        expect("a", "b", "");
        session.after(VcpuThread::resume);
        expect("ac", "b", "the log\n");
    }
}
