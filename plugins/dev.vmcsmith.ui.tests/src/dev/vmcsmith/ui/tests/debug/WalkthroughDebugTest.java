// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.LaunchAttributes;
import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import dev.vmcsmith.debug.model.Stop;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.DebugUi;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.ILaunchManager;
import org.eclipse.debug.core.model.IRegister;
import org.eclipse.debug.core.model.IRegisterGroup;
import org.eclipse.ui.IEditorPart;
import org.junit.jupiter.api.Test;

class WalkthroughDebugTest extends WalkthroughSession {

    @Test
    void debugSuspendsAtEveryVmExitInTheHandlersLineAndRunsToTheEnd() throws Exception {
        launch(StopAt.EVERY_EXIT);
        expectExit(session.awaitStop(), 1, "CPUID", "on Guest exit cpuid");
        expectExit(session.after(VcpuThread::resume), 2, "(28)", "on Guest exit cr-access");
        expectExit(session.after(VcpuThread::resume), 3, "(28)", "on Guest exit cr-access");
        expectExit(session.after(VcpuThread::resume), 4, "VMCALL", "on Guest exit vmcall");
        session.vcpu().resume();
        session.awaitEnd();
        assertEquals(0, session.process().getExitValue(), session.console());
    }

    private void expectExit(Stop stop, int number, String reason, String handler) throws Exception {
        assertTrue(stop.text().startsWith("VM exit " + number + ":"), stop.text());
        assertTrue(stop.text().contains(reason), stop.text());
        assertEquals("walkthrough.hv", session.top().sourceName());
        assertEquals(program.lineOf(handler), session.top().getLineNumber());
    }

    @Test
    void theSourceOfTheTopFrameOpensInTheGenericEditorOfTheHypervisorPerspective() throws Exception {
        launch(StopAt.FIRST_EXIT);
        session.awaitStop();
        Workbench.until("the editor opens", () -> Workbench.page().getActiveEditor() != null);
        IEditorPart editor = Workbench.page().getActiveEditor();
        assertEquals(DebugUi.GENERIC_EDITOR, editor.getSite().getId());
        assertEquals("walkthrough.hv", editor.getEditorInput().getName());
        assertEquals(DebugUi.PERSPECTIVE, Workbench.page().getPerspective().getId());
    }

    @Test
    void stepOverGoesLineByLineThroughTheHandlerAndOnToTheNextExit() throws Exception {
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        Stop stop = session.after(VcpuThread::stepOver);
        assertEquals(program.lineOf("log \"cpuid leaf"), session.top().getLineNumber());
        for (int steps = 0; steps < 5 && !stop.text().startsWith("VM exit 2:"); steps++) {
            stop = session.after(VcpuThread::stepOver);
        }
        expectExit(stop, 2, "(28)", "on Guest exit cr-access");
    }

    @Test
    void stepIntoExecutesOneInstruction() throws Exception {
        launch(StopAt.ENTRY);
        session.awaitStop();
        String before = session.top().instructionPointer();
        Stop stop = session.after(VcpuThread::stepInto);
        assertEquals("step", stop.reason());
        assertNotEquals(before, session.top().instructionPointer());
    }

    @Test
    void timeRunsBackToAnEarlierExitAndForwardsAgain() throws Exception {
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        session.after(VcpuThread::resume);
        session.after(VcpuThread::resume);
        expectExit(session.after(VcpuThread::reverseResume), 2, "(28)", "on Guest exit cr-access");
        expectExit(session.after(vcpu -> vcpu.goToExit(1)), 1, "CPUID", "on Guest exit cpuid");
        expectExit(session.after(VcpuThread::resume), 2, "(28)", "on Guest exit cr-access");
    }

    @Test
    void aBreakpointInTheGuestSuspendsThereAndIsShownAsHit() throws Exception {
        int line = program.lineOf("mov   cr3, ecx");
        SetupLineBreakpoint breakpoint = new SetupLineBreakpoint(program.file(), line);
        DebugPlugin.getDefault().getBreakpointManager().addBreakpoint(breakpoint);
        launch(StopAt.BREAKPOINTS);
        Stop stop = session.awaitStop();
        assertEquals("breakpoint", stop.reason());
        assertEquals(line, session.top().getLineNumber());
        assertEquals(breakpoint, session.vcpu().getBreakpoints()[0]);
    }

    @Test
    void theFramesShowRegistersOfGuestAndHypervisor() throws Exception {
        launch(StopAt.FIRST_EXIT);
        session.awaitStop();
        assertEquals(2, session.vcpu().getStackFrames().length);
        IRegisterGroup general = session.vcpu().getStackFrames()[1].getRegisterGroups()[0];
        Map<String, String> registers = new HashMap<>();
        for (IRegister register : general.getRegisters()) {
            registers.put(register.getName(), register.getValue().getValueString());
        }
        assertEquals("0x1", registers.get("eax"), "the guest has loaded 1 for CPUID");
    }

    @Test
    void runPrintsTheSerialLogAndTheResultWithoutASuspension() throws Exception {
        session = DebugSession.launch(program.configuration(LaunchAttributes.STOP_AT, StopAt.EVERY_EXIT.id()),
                ILaunchManager.RUN_MODE);
        session.awaitEnd();
        Workbench.until(() -> "the console shows the log: " + session.console(), () -> session.console().contains("cpuid leaf 1"));
        assertEquals(0, session.process().getExitValue());
    }
}
