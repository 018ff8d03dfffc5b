// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.LaunchAttributes;
import dev.vmcsmith.debug.breakpoint.MachineBreakpoint;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.vmcs.VmcsViewPart;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.ILaunchManager;
import org.eclipse.debug.core.model.IBreakpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Tests that debug a program: each has a project of its own, and its session is ended before the project goes.
 *
 * @param <P> what is debugged
 */
abstract class ProgramSession<P extends DebuggedProject> {

    P program;
    DebugSession session;

    /** Makes what is debugged. */
    abstract P create() throws Exception;

    @BeforeEach
    void createProgram() throws Exception {
        program = create();
    }

    @AfterEach
    void deleteProgram() throws Exception {
        if (session != null) {
            session.close();
        }
        if (program != null) {
            program.delete();
        }
    }

    /** Debugs; the caller waits for the first stop. */
    final void launch(StopAt stopAt) throws Exception {
        session = DebugSession.launch(program.configuration(LaunchAttributes.STOP_AT, stopAt.id()), ILaunchManager.DEBUG_MODE);
    }

    /** Debugs, and waits until the VMCS view shows a field at the first stop. */
    final VmcsTree launchWithVmcs(StopAt stopAt, String field) throws Exception {
        VmcsViewPart view = Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class);
        VmcsTree tree = new VmcsTree(view);
        launch(stopAt);
        session.awaitStop();
        Workbench.until("the fields are shown", () -> view.explanation() == null && tree.has(field));
        return tree;
    }

    static <B extends MachineBreakpoint> B add(B breakpoint) throws Exception {
        DebugPlugin.getDefault().getBreakpointManager().addBreakpoint(breakpoint);
        return breakpoint;
    }

    final void expectHit(IBreakpoint breakpoint) {
        IBreakpoint[] hit = session.vcpu().getBreakpoints();
        assertTrue(hit.length > 0, () -> "stopped by " + session.machine().stop().text());
        assertEquals(breakpoint, hit[0]);
    }

    final void expectLine(String text) throws Exception {
        assertEquals(program.source().getName(), session.top().sourceName());
        assertEquals(program.lineOf(text), session.top().getLineNumber(), session.top().getName());
    }
}
