// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.ui.tests.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.debug.breakpoint.DataBreakpoint;
import dev.vmcsmith.debug.breakpoint.ExitBreakpoint;
import dev.vmcsmith.debug.breakpoint.FunctionBreakpoint;
import dev.vmcsmith.debug.breakpoint.InstructionBreakpoint;
import dev.vmcsmith.debug.breakpoint.MachineBreakpoint;
import dev.vmcsmith.debug.breakpoint.SetupLineBreakpoint;
import dev.vmcsmith.debug.model.MachineFrame;
import dev.vmcsmith.debug.model.Stop;
import dev.vmcsmith.debug.model.VcpuThread;
import java.math.BigInteger;
import java.util.HexFormat;
import org.eclipse.debug.core.model.IBreakpoint;
import org.eclipse.debug.core.model.IRegister;
import org.eclipse.debug.core.model.IRegisterGroup;
import org.eclipse.debug.core.model.IVariable;
import org.junit.jupiter.api.Test;

/** What a user does with the walkthrough from the first breakpoint to the end, with the walkthrough's own facts. */
class WholeRoadTest extends WalkthroughSession {

    @Test
    void breakpointsOfEveryKindAreHit() throws Exception {
        IBreakpoint function = add(new FunctionBreakpoint("Main"));
        SetupLineBreakpoint log = add(new SetupLineBreakpoint(program.file(), program.lineOf("mov   ecx, cr3")));
        log.setAction("", "", "before CR3 is read, eax is {rax}");
        IBreakpoint line = add(new SetupLineBreakpoint(program.file(), program.lineOf("mov   eax, STOP")));
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
}
