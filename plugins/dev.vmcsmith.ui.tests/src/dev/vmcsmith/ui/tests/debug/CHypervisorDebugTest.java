// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.breakpoint.DataBreakpoint;
import dev.vmcsmith.debug.breakpoint.ExitBreakpoint;
import dev.vmcsmith.debug.breakpoint.FunctionBreakpoint;
import dev.vmcsmith.debug.breakpoint.MachineBreakpoint;
import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import dev.vmcsmith.debug.model.Stop;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.disassembly.DisassemblyViewPart;
import dev.vmcsmith.debug.ui.ept.EptViewPart;
import dev.vmcsmith.debug.ui.exits.VmExitsViewPart;
import dev.vmcsmith.debug.ui.pagewalk.PageWalkViewPart;
import dev.vmcsmith.debug.ui.vmcs.VmcsViewPart;
import org.eclipse.core.runtime.Adapters;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.debug.ui.DebugUITools;
import org.eclipse.debug.ui.actions.IRunToLineTarget;
import org.eclipse.jface.text.IDocument;
import org.eclipse.jface.text.TextSelection;
import org.eclipse.ui.ide.IDE;
import org.eclipse.ui.texteditor.ITextEditor;
import org.junit.jupiter.api.Test;

/** A hypervisor that somebody has written in C, debugged in the workbench. */
class CHypervisorDebugTest extends CHypervisorSession {

    @Test
    void breakpointsOfEveryKindAreHitAndItsSourceIsSteppedOverAndInto() throws Exception {
        IBreakpoint line = add(new SetupLineBreakpoint(program.source(), program.lineOf("print(\"launching the guest")));
        IBreakpoint function = add(new FunctionBreakpoint("on_vmcall"));
        MachineBreakpoint exit = add(new ExitBreakpoint("cpuid", "CPUID (10)"));
        exit.setAction("guest.rip != 0 && rax == 1", "", "");
        launch(StopAt.BREAKPOINTS);
        session.awaitStop();
        expectLine("print(\"launching the guest");
        expectHit(line);
        assertTrue(session.after(VcpuThread::resume).text().startsWith("VM exit 2: CPUID"), "the condition lets leaf 0 pass");
        session.after(VcpuThread::resume);
        expectHit(function);
        assertTrue(session.top().getName().startsWith("on_vmcall"), session.top().getName());
        IBreakpoint data = add(new DataBreakpoint("total", 4, "write"));
        session.after(VcpuThread::resume);
        expectHit(data);
        assertTrue(session.top().getName().startsWith("add"), session.top().getName());
        function.setEnabled(false);
        data.setEnabled(false);
        SetupLineBreakpoint third = add(new SetupLineBreakpoint(program.source(), program.lineOf("if (call == CALL_LEAVE)")));
        third.setAction("", "3", "");
        Workbench.settle();
        session.after(VcpuThread::resume);
        expectHit(third);
        session.after(VcpuThread::stepOver);
        expectLine("guest->eax = call == CALL_ADD");
        session.after(VcpuThread::stepInto);
        while (!session.top().getName().startsWith("add")) {
            session.after(VcpuThread::stepInto);
        }
        session.after(VcpuThread::stepReturn);
        assertTrue(session.top().getName().startsWith("on_vmcall"), session.top().getName());
        session.vcpu().resume();
        session.awaitEnd();
        Workbench.until(() -> "the console tells the sum: " + session.console(), () -> session.console().contains("total 100"));
    }

    @Test
    void breakpointsAreToggledInItsEditorAndTheMachineRunsToALine() throws Exception {
        launch(StopAt.ENTRY);
        session.awaitStop();
        ITextEditor editor = (ITextEditor) IDE.openEditor(Workbench.page(), program.source(), DebugUi.GENERIC_EDITOR);
        IDocument document = editor.getDocumentProvider().getDocument(editor.getEditorInput());
        TextSelection selection = new TextSelection(document, document.getLineOffset(program.lineOf("u32 leaf = guest->eax;") - 1), 0);
        var target = DebugUITools.getToggleBreakpointsTargetManager().getToggleBreakpointsTarget(editor, selection);
        assertTrue(target.canToggleLineBreakpoints(editor, selection));
        IRunToLineTarget runToLine = Adapters.adapt(editor, IRunToLineTarget.class);
        assertTrue(runToLine.canRunToLine(editor, selection, session.vcpu()));
        runToLine.runToLine(editor, selection, session.vcpu());
        session.awaitStop();
        expectLine("u32 leaf = guest->eax;");
        target.toggleLineBreakpoints(editor, selection);
        assertEquals(1, DebugPlugin.getDefault().getBreakpointManager().getBreakpoints(session.machine().getModelIdentifier()).length);
        session.after(VcpuThread::resume);
        expectLine("u32 leaf = guest->eax;");
    }

    @Test
    void allViewsShowAForeignImage() throws Exception {
        VmcsViewPart vmcs = Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class);
        VmExitsViewPart exits = Workbench.show(DebugUi.EXITS_VIEW, VmExitsViewPart.class);
        launch(StopAt.EVERY_EXIT);
        Stop stop = session.awaitStop();
        assertTrue(stop.text().startsWith("VM exit 1: CPUID"), stop.text());
        Workbench.until(() -> "the VMCS is shown: " + vmcs.explanation(), () -> vmcs.explanation() == null
                && vmcs.viewer().getTree().getItemCount() == 4);
        Workbench.until("the exit is listed", () -> exits.explanation() == null && exits.viewer().getTable().getItemCount() == 1);
        assertTrue(exits.viewer().getTable().getItem(0).getText(5).contains("guest_main"), exits.viewer().getTable().getItem(0).getText(5));
        PageWalkViewPart walk = Workbench.show(DebugUi.PAGE_WALK_VIEW, PageWalkViewPart.class);
        Workbench.until(() -> "the walk is drawn: " + walk.explanation(), () -> walk.explanation() == null && walk.canvas().walk() != null);
        assertTrue(walk.canvas().walk().succeeded());
        assertEquals(4, walk.canvas().walk().eptLevels());
        EptViewPart ept = Workbench.show(DebugUi.EPT_VIEW, EptViewPart.class);
        Workbench.until(() -> "the EPT is shown: " + ept.explanation(), () -> ept.explanation() == null
                && ept.viewer().getTable().getItemCount() == 1);
        assertEquals("0x0 .. 0x3ffffff", ept.viewer().getTable().getItem(0).getText(0));
        assertEquals("64 MiB", ept.viewer().getTable().getItem(0).getText(1));
        assertEquals("rwx", ept.viewer().getTable().getItem(0).getText(3));
        DisassemblyViewPart code = Workbench.show(DebugUi.DISASSEMBLY_VIEW, DisassemblyViewPart.class);
        Workbench.until(() -> "the code is shown: " + code.explanation(), () -> code.explanation() == null
                && code.viewer().getTable().getItemCount() > 0 && code.current() != null);
        String source = code.viewer().getTable().getSelection()[0].getText(4);
        assertTrue(source.startsWith("hypervisor.c:"), source);
        assertFalse(session.machine().isTerminated());
        assertInstanceOf(VcpuThread.class, session.machine().getThreads()[0]);
    }
}
