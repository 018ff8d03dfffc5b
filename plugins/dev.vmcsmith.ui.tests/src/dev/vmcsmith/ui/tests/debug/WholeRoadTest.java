// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import dev.vmcsmith.debug.breakpoint.DataBreakpoint;
import dev.vmcsmith.debug.breakpoint.ExitBreakpoint;
import dev.vmcsmith.debug.breakpoint.FunctionBreakpoint;
import dev.vmcsmith.debug.breakpoint.InstructionBreakpoint;
import dev.vmcsmith.debug.breakpoint.MachineBreakpoint;
import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import dev.vmcsmith.debug.model.MachineFrame;
import dev.vmcsmith.debug.model.Stop;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.DebugUi;
import dev.vmcsmith.debug.ui.vmcs.VmcsViewPart;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.debug.core.DebugPlugin;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.debug.core.model.IMemoryBlock;
import org.eclipse.debug.core.model.IRegister;
import org.eclipse.debug.core.model.IRegisterGroup;
import org.eclipse.debug.core.model.IVariable;
import org.eclipse.swt.widgets.TreeItem;
import org.junit.jupiter.api.Test;

/** What a user does with the walkthrough from the first breakpoint to the end, with the walkthrough's own facts. */
class WholeRoadTest extends WalkthroughSession {

    private static <B extends MachineBreakpoint> B add(B breakpoint) throws Exception {
        DebugPlugin.getDefault().getBreakpointManager().addBreakpoint(breakpoint);
        return breakpoint;
    }

    private void expectHit(IBreakpoint breakpoint) {
        IBreakpoint[] hit = session.vcpu().getBreakpoints();
        assertTrue(hit.length > 0, () -> "stopped by " + session.machine().stop().text());
        assertEquals(breakpoint, hit[0]);
    }

    @Test
    void breakpointsOfEveryKindAreHit() throws Exception {
        IBreakpoint function = add(new FunctionBreakpoint("Main"));
        SetupLineBreakpoint log = add(new SetupLineBreakpoint(walkthrough.file(), walkthrough.lineOf("mov   ecx, cr3")));
        log.setAction("", "", "before CR3 is read, eax is {rax}");
        IBreakpoint line = add(new SetupLineBreakpoint(walkthrough.file(), walkthrough.lineOf("mov   eax, STOP")));
        IBreakpoint exit = add(new ExitBreakpoint("cr-access", "Control-register accesses (28)"));
        launch(StopAt.BREAKPOINTS);
        Stop stop = session.awaitStop();
        expectHit(function);
        assertEquals(0x10000, session.instructionPointer());
        assertEquals("breakpoint", stop.reason());
        IBreakpoint instruction = add(new InstructionBreakpoint(0x10005, "cpuid"));
        session.after(VcpuThread::resume);
        expectHit(instruction);
        assertTrue(session.after(VcpuThread::resume).text().startsWith("VM exit 2:"));
        Workbench.until(() -> "the log message is printed: " + session.console(),
                () -> session.console().contains("before CR3 is read, eax is 0x"));
        exit.setEnabled(false);
        IBreakpoint field = add(new DataBreakpoint("guest.rip", 0, "write"));
        Workbench.settle();
        session.after(VcpuThread::resume);
        expectHit(field);
        field.setEnabled(false);
        Workbench.settle();
        session.after(VcpuThread::resume);
        expectHit(line);
        IBreakpoint memory = add(new DataBreakpoint("guest-physical:0x10012", 4, "readWrite"));
        assertEquals("guest-physical:0x10012, 4 bytes [read or write]", ((DataBreakpoint) memory).place());
        session.vcpu().resume();
        session.awaitEnd();
        assertEquals(0, session.process().getExitValue());
    }

    @Test
    void aBreakpointThatCannotBeHitSaysWhy() throws Exception {
        MachineBreakpoint function = add(new FunctionBreakpoint("NoSuchSymbol"));
        launch(StopAt.FIRST_EXIT);
        session.awaitStop();
        Workbench.until("the breakpoint says why", () -> function.note().contains("no symbol"));
    }

    @Test
    void stepsGoOverVmExitsAndEntriesBothWays() throws Exception {
        launch(StopAt.ENTRY);
        session.awaitStop();
        assertFalse(session.vcpu().canGoBack(), "there is no past yet");
        assertFalse(session.vcpu().canGoToPreviousExit());
        session.after(VcpuThread::stepToNextEntry);
        assertEquals(0x10000, session.instructionPointer());
        assertTrue(session.after(VcpuThread::stepToNextExit).text().startsWith("VM exit 1: CPUID"));
        assertFalse(session.vcpu().canGoToPreviousExit(), "it is the first");
        session.after(VcpuThread::stepToNextEntry);
        assertTrue(session.top().isGuest());
        assertTrue(session.vcpu().canGoToPreviousExit());
        assertTrue(session.after(VcpuThread::stepToNextExit).text().startsWith("VM exit 2:"));
        assertTrue(session.after(VcpuThread::goToPreviousExit).text().startsWith("VM exit 1:"));
    }

    @Test
    void aMachineIsRestartedWithItsBreakpoints() throws Exception {
        IBreakpoint function = add(new FunctionBreakpoint("Main"));
        launch(StopAt.BREAKPOINTS);
        session.awaitStop();
        expectHit(function);
        session.after(VcpuThread::stepToNextExit);
        session.machine().restart();
        session.awaitStop();
        expectHit(function);
        assertEquals(0, session.machine().stop().instant().exits());
    }

    @Test
    void backFromExitThreeToExitOneEverythingIsAsItWasAndForwardsItHappensAgain() throws Exception {
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        Situation first = situation();
        session.after(VcpuThread::resume);
        session.after(VcpuThread::resume);
        Situation third = situation();
        assertNotEquals(first.registers, third.registers);
        session.after(VcpuThread::goToPreviousExit);
        session.after(VcpuThread::goToPreviousExit);
        assertTrue(session.machine().stop().text().startsWith("VM exit 1:"), session.machine().stop().text());
        assertEquals(first.registers, situation().registers);
        assertEquals(first.memory, situation().memory);
        session.after(VcpuThread::resume);
        session.after(VcpuThread::resume);
        assertTrue(session.machine().stop().text().startsWith("VM exit 3:"), session.machine().stop().text());
        assertEquals(third, situation());
    }

    /** Registers of both frames, the guest's stack and code, and the serial output. */
    private record Situation(Map<String, String> registers, String memory, String serial) {
    }

    private Situation situation() throws Exception {
        Map<String, String> registers = new TreeMap<>();
        for (var frame : session.vcpu().getStackFrames()) {
            for (IRegisterGroup group : frame.getRegisterGroups()) {
                for (IRegister register : group.getRegisters()) {
                    registers.put(frame.getName() + group.getName() + register.getName(), register.getValue().getValueString());
                }
            }
        }
        IMemoryBlock memory = session.machine().getExtendedMemoryBlock("guest-physical:0x10000", session.top());
        return new Situation(registers, HexFormat.of().formatHex(memory.getBytes()), session.serial());
    }

    @Test
    void aChangedFieldOfTheVmcsShowsItsBrokenRuleAndFailsVmEntry() throws Exception {
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        VmcsViewPart view = Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class);
        Workbench.until("the fields are shown", () -> view.explanation() == null && item(view, "Guest CS access rights") != null);
        assertEquals("", view.outcome());
        view.edit(field(view, "Guest CS access rights"), "0xC09A");
        Workbench.until("the rule is shown beside the field",
                () -> item(view, "Guest CS access rights").getText(4).contains("The type of guest CS"));
        assertTrue(view.outcome().contains("VM entry would fail"), view.outcome());
        assertEquals("0x0000c09a", item(view, "Guest CS access rights").getText(2));
        session.vcpu().resume();
        session.awaitEnd();
        Workbench.until(() -> "the rule is named: " + session.console(), () -> session.console().contains("VM entry failed")
                && session.console().contains("GUEST_CS_AR_TYPE"));
    }

    @Test
    void aRipThatIsChangedInTheVmcsLetsTheGuestSkipItsInstructions() throws Exception {
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        VmcsViewPart view = Workbench.show(DebugUi.VMCS_VIEW, VmcsViewPart.class);
        Workbench.until("the fields are shown", () -> view.explanation() == null && item(view, "Guest RIP") != null);
        assertEquals("0x0000000000010005", item(view, "Guest RIP").getText(2));
        view.edit(field(view, "Guest RIP"), "guest.rip + 6");
        Workbench.until("the field is changed", () -> item(view, "Guest RIP").getText(2).endsWith("1000b"));
        Stop next = session.after(VcpuThread::resume);
        assertTrue(next.text().startsWith("VM exit 2: VMCALL"), "the handler adds the length of CPUID: " + next.text());
    }

    @Test
    void variablesRegistersAndMemoryAreEdited() throws Exception {
        launch(StopAt.FIRST_EXIT);
        session.awaitStop();
        MachineFrame guest = (MachineFrame) session.vcpu().getStackFrames()[1];
        IRegister register = register(session.top(), "rbx");
        register.setValue("0x1234");
        assertEquals("0x1234", register.getValue().getValueString());
        register(guest, "esp").setValue("0x8fff0");
        assertEquals("0x8fff0", register(guest, "esp").getValue().getValueString());
        IVariable scope = guest.getVariables()[0];
        assertTrue(scope.getValue().hasVariables());
        var memory = session.machine().getExtendedMemoryBlock("guest-virtual:0x90000", guest);
        memory.setValue(BigInteger.valueOf(4), new byte[] { 1, 2, 3 });
        var physical = session.machine().getExtendedMemoryBlock("host-physical:0x90004", guest);
        assertEquals("010203", HexFormat.of().formatHex(physical.getBytes()).substring(0, 6), "the walkthrough's EPT is an identity");
        var beyond = session.machine().getExtendedMemoryBlock("guest-physical:0x4000_0000", guest);
        assertFalse(beyond.getBytesFromOffset(BigInteger.ZERO, 16)[0].isReadable(), "nothing is mapped there");
    }

    private static IRegister register(MachineFrame frame, String name) throws Exception {
        for (IRegisterGroup group : frame.getRegisterGroups()) {
            for (IRegister register : group.getRegisters()) {
                if (register.getName().equals(name)) {
                    return register;
                }
            }
        }
        throw new AssertionError("no register " + name);
    }

    private static TreeItem item(VmcsViewPart view, String field) {
        for (TreeItem area : view.viewer().getTree().getItems()) {
            for (TreeItem item : area.getItems()) {
                if (item.getText().equals(field)) {
                    return item;
                }
            }
        }
        return null;
    }

    private static VmcsFieldValue field(VmcsViewPart view, String field) {
        return (VmcsFieldValue) item(view, field).getData();
    }
}
