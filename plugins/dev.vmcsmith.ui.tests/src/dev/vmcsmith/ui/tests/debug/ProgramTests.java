// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.breakpoint.DataBreakpoint;
import dev.vmcsmith.debug.breakpoint.ExitBreakpoint;
import dev.vmcsmith.debug.breakpoint.FunctionBreakpoint;
import dev.vmcsmith.debug.breakpoint.InstructionBreakpoint;
import dev.vmcsmith.debug.breakpoint.MachineBreakpoint;
import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import dev.vmcsmith.debug.model.Stop;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.ui.console.SerialConsole;
import dev.vmcsmith.debug.ui.vmcs.VmcsViewPart;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.debug.core.model.IMemoryBlock;
import org.eclipse.debug.core.model.IRegister;
import org.eclipse.debug.core.model.IRegisterGroup;
import org.eclipse.debug.core.model.IStackFrame;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.console.IConsoleConstants;
import org.eclipse.ui.console.IConsoleView;
import org.junit.jupiter.api.Test;

/**
 * What the debugger does with any program, a setup or a hypervisor of somebody else. Both that are debugged begin with an exit by CPUID and
 * exit at least three times.
 *
 * @param <P> what is debugged
 */
abstract class ProgramTests<P extends DebuggedProject> extends ProgramSession<P> {

    /** Where in a breakpoint of each kind the machine stops before or at its third VM exit. */
    record Places(String line, String function, String memory, String field, String exit, String exitLabel, String condition,
            long exitNumber) {
    }

    /** Facts about the program. */
    abstract Places places();

    /** Symbol of guest code, and of memory that the guest or its hypervisor writes. */
    abstract String writtenMemory();

    /** What the program says when VM entry has failed because of the guest's state. */
    abstract String entryFailure();

    /** What the third VM exit is when the guest has left out the instruction behind its first CPUID. */
    abstract void expectConsequenceOfSkipping() throws Exception;

    /** Every thing of an instant: registers of all frames, memory, VMCS, and what the serial port has written. */
    private record Situation(Map<String, String> registers, String memory, String serial) {
    }

    private Situation situation() throws Exception {
        Map<String, String> registers = new TreeMap<>();
        for (IStackFrame frame : session.vcpu().getStackFrames()) {
            for (IRegisterGroup group : frame.getRegisterGroups()) {
                for (IRegister register : group.getRegisters()) {
                    registers.put(frame.getName() + ", " + group.getName() + ", " + register.getName(),
                            register.getValue().getValueString());
                }
            }
        }
        IMemoryBlock memory = session.machine().getExtendedMemoryBlock(writtenMemory(), session.top());
        return new Situation(registers, HexFormat.of().formatHex(memory.getBytes(), 0, 512), session.serialPort());
    }

    @Test
    void backFromExitThreeToExitOneEverythingIsAsItWasAndForwardsItHappensAgain() throws Exception {
        IConsoleView consoles = (IConsoleView) Workbench.show(IConsoleConstants.ID_CONSOLE_VIEW, IViewPart.class);
        launch(StopAt.EVERY_EXIT);
        session.awaitStop();
        Situation first = situation();
        expectConsole(first.serial);
        session.after(VcpuThread::resume);
        session.after(VcpuThread::resume);
        Situation third = situation();
        expectConsole(third.serial);
        assertNotEquals(first.registers, third.registers);
        assertNotEquals(first.memory, third.memory);
        assertNotEquals(first.serial, third.serial);
        session.after(VcpuThread::goToPreviousExit);
        session.after(VcpuThread::goToPreviousExit);
        assertTrue(session.machine().stop().text().startsWith("VM exit 1:"), session.machine().stop().text());
        assertEquals(first, situation());
        expectConsole(first.serial);
        Workbench.until("the console of then is in front", () -> consoles.getConsole() instanceof SerialConsole);
        session.after(VcpuThread::resume);
        session.after(VcpuThread::resume);
        assertTrue(session.machine().stop().text().startsWith("VM exit 3:"), session.machine().stop().text());
        assertEquals(third, situation());
        expectConsole(third.serial);
        session.after(VcpuThread::reverseResume);
        session.after(VcpuThread::reverseResume);
        assertEquals(first, situation());
        session.after(vcpu -> vcpu.goToExit(3));
        assertEquals(third, situation());
        expectConsole(third.serial);
    }

    /** The console of the serial port. */
    private void expectConsole(String text) {
        Workbench.until(() -> "the console of the serial port shows " + text + ", not " + session.serialConsole(),
                () -> session.serialConsole().equals(text));
    }

    @Test
    void breakpointsOfEveryKindAreHit() throws Exception {
        Places places = places();
        MachineBreakpoint function = add(new FunctionBreakpoint(places.function));
        launch(StopAt.BREAKPOINTS);
        session.awaitStop();
        expectHit(function);
        function.setEnabled(false);
        SetupLineBreakpoint line = add(new SetupLineBreakpoint(program.source(), program.lineOf(places.line)));
        hit(line);
        expectLine(places.line);
        session.after(VcpuThread::stepInto);
        InstructionBreakpoint instruction = add(new InstructionBreakpoint(session.instructionPointer(), "here"));
        session.after(VcpuThread::stepBack);
        hit(instruction);
        hit(add(new DataBreakpoint(places.memory, 4, "write")));
        hit(add(new DataBreakpoint(places.field, 0, "write")));
        ExitBreakpoint exit = add(new ExitBreakpoint(places.exit, places.exitLabel));
        exit.setAction(places.condition, "", "");
        session.machine().restart();
        session.awaitStop();
        expectHit(exit);
        assertTrue(session.machine().stop().text().startsWith("VM exit " + places.exitNumber + ":"), session.machine().stop().text());
    }

    /** Resumes, finds the breakpoint hit, and disables it. */
    private void hit(MachineBreakpoint breakpoint) throws Exception {
        Workbench.settle();
        session.after(VcpuThread::resume);
        expectHit(breakpoint);
        breakpoint.setEnabled(false);
        Workbench.settle();
    }

    @Test
    void aChangedFieldOfTheVmcsShowsItsBrokenRuleAndFailsVmEntry() throws Exception {
        VmcsTree tree = launchWithVmcs(StopAt.FIRST_EXIT, "Guest CS access rights");
        VmcsViewPart view = tree.view();
        assertEquals("", view.outcome());
        view.edit(tree.field("Guest CS access rights"), "0xC09A");
        Workbench.until("the rule is shown beside the field", () -> tree.rules("Guest CS access rights").contains("The type of guest CS"));
        assertTrue(view.outcome().contains("VM entry would fail"), view.outcome());
        assertEquals("0x0000c09a", tree.value("Guest CS access rights"));
        Stop failed = session.after(VcpuThread::resume);
        assertTrue(failed.text().startsWith("VM entry failed") && failed.text().contains("GUEST_CS_AR_TYPE"), failed.text());
        session.vcpu().resume();
        session.awaitEnd();
        Workbench.until(() -> "the hypervisor finds it out: " + session.console(), () -> session.console().contains(entryFailure()));
    }

    @Test
    void aRipThatIsChangedInTheVmcsLetsTheGuestSkipInstructions() throws Exception {
        VmcsTree tree = launchWithVmcs(StopAt.EVERY_EXIT, "Guest RIP");
        VmcsViewPart view = tree.view();
        String before = tree.value("Guest RIP");
        view.edit(tree.field("Guest RIP"), skipped());
        Workbench.until("the field is changed", () -> !tree.value("Guest RIP").equals(before));
        session.after(VcpuThread::resume);
        expectConsequenceOfSkipping();
    }

    /** The RIP that leaves out instructions, as an expression. */
    abstract String skipped();

    @Test
    void terminateLeavesNoProcessBehind() throws Exception {
        launch(StopAt.FIRST_EXIT);
        session.awaitStop();
        ProcessHandle jvm = session.process().session().processHandle();
        assertTrue(jvm.isAlive());
        session.machine().terminate();
        session.awaitEnd();
        assertFalse(jvm.isAlive());
        assertEquals(0, jvm.descendants().count());
    }

    @Test
    void aKilledMachineEndsTheSessionWithAMessageAndTheNextOneStarts() throws Exception {
        launch(StopAt.FIRST_EXIT);
        session.awaitStop();
        session.process().session().processHandle().destroyForcibly();
        session.awaitEnd();
        assertTrue(session.machine().isTerminated());
        Workbench.until(() -> "the console tells: " + session.console(), () -> session.console().contains("ended unexpectedly"));
        session.close();
        launch(StopAt.FIRST_EXIT);
        assertTrue(session.awaitStop().text().startsWith("VM exit 1:"));
    }
}
