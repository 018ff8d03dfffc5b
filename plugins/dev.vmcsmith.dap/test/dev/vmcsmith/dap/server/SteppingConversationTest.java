// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.StopAt;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.ExceptionFilterOptions;
import org.eclipse.lsp4j.debug.GotoArguments;
import org.eclipse.lsp4j.debug.GotoTarget;
import org.eclipse.lsp4j.debug.GotoTargetsArguments;
import org.eclipse.lsp4j.debug.InstructionBreakpoint;
import org.eclipse.lsp4j.debug.SetBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetExceptionBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetInstructionBreakpointsArguments;
import org.eclipse.lsp4j.debug.Source;
import org.eclipse.lsp4j.debug.SourceBreakpoint;
import org.eclipse.lsp4j.debug.StackFrame;
import org.eclipse.lsp4j.debug.SteppingGranularity;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Breakpoints and steps on both sides of the VMX boundary. */
class SteppingConversationTest extends ConversationTestCase {
    private TinyHypervisor tiny;

    @BeforeEach
    void assemble() {
        tiny = new TinyHypervisor(folder);
    }

    private void assertAt(int line) {
        assertEquals(line, client.stack()[0].getLine());
    }

    @Test
    void aLabelOfTheCodeAroundHasItsNameInTheSource() {
        TinyHypervisor tiny = new TinyHypervisor(folder);
        client.launchAndStop(launch(tiny, StopAt.ENTRY));
        assertEquals(HexLong.format(tiny.label("start.flat")), Conversation.get(client.evaluate("flat")));
        assertTrue(Conversation.refusal(client.evaluate("sharp")).contains("neither a register"));
    }

    @Test
    void anExitStopsAtTheFirstSourceLineOfItsHandlerWithTheGuestBelow() {
        StoppedEventArguments stop = client.launchAndStop(launch(tiny, StopAt.EVERY_EXIT));
        assertEquals("exception", stop.getReason());
        assertTrue(stop.getAllThreadsStopped());
        StackFrame[] stack = client.stack();
        assertEquals(2, stack.length);
        assertEquals("handler (hypervisor)", stack[0].getName());
        assertEquals(200, stack[0].getLine());
        assertEquals(folder.resolve("handlers.asm").toString(), stack[0].getSource().getPath());
        assertEquals("guest+0x5 (guest)", stack[1].getName());
        assertEquals(tiny.line("the guest begins") + 1, stack[1].getLine());
        assertEquals(tiny.source().toString(), stack[1].getSource().getPath());
    }

    @Test
    void aLineBreakpointInTheGuestStopsThereWithTheHypervisorBelow() {
        client.launch(launch(tiny, StopAt.BREAKPOINTS));
        Breakpoint[] set = client.breakpoints(tiny.source(), tiny.line("in the helper"), tiny.line("helper:"), 9999);
        assertTrue(set[0].isVerified());
        assertTrue(set[1].isVerified());
        assertEquals(tiny.line("in the helper"), set[1].getLine());
        assertEquals("moved to the next line with code", set[1].getMessage());
        assertFalse(set[2].isVerified());
        client.configurationDone();
        StoppedEventArguments stop = client.stop();
        assertEquals("breakpoint", stop.getReason());
        assertEquals(2, stop.getHitBreakpointIds().length);
        StackFrame[] stack = client.stack();
        assertEquals("helper (guest)", stack[0].getName());
        assertEquals("resume+0x1b (hypervisor)", stack[1].getName());
        assertEquals(301, stack[1].getLine());
    }

    @Test
    void breakpointsSetBeforeTheLaunchAreReportedWhenTheyAreResolved() {
        client.initialize();
        Breakpoint[] set = client.breakpoints(tiny.source(), tiny.line("in the helper"));
        assertFalse(set[0].isVerified());
        Conversation.get(client.server().launch(launch(tiny, StopAt.BREAKPOINTS).toMap()));
        client.configurationDone();
        assertEquals("breakpoint", client.stop().getReason());
        assertEquals(set[0].getId(), client.breakpointEvents().getFirst().getBreakpoint().getId());
        assertTrue(client.breakpointEvents().getFirst().getBreakpoint().isVerified());
    }

    @Test
    void conditionsHitCountsAndLogPointsDecide() {
        client.launch(launch(tiny, StopAt.BREAKPOINTS));
        SourceBreakpoint log = Conversation.line(400);
        log.setLogMessage("reason was {exit-reason}, ebx {ebx}");
        SourceBreakpoint second = Conversation.line(200);
        second.setHitCondition("2");
        SourceBreakpoint never = Conversation.line(300);
        never.setCondition("ebx == 99");
        client.breakpoints(folder.resolve("handlers.asm"), log, second, never);
        client.configurationDone();
        assertEquals("breakpoint", client.stop().getReason());
        assertAt(200);
        assertEquals("0x1c", Conversation.get(client.evaluate("exit-reason")));
        assertTrue(client.output("console").contains("reason was 0xa, ebx 0xa"), client.output());
        client.resumeToEnd();
        client.exitCode();
    }

    @Test
    void instructionAndFunctionBreakpointsStop() {
        client.launch(launch(tiny, StopAt.BREAKPOINTS));
        InstructionBreakpoint instruction = new InstructionBreakpoint();
        instruction.setInstructionReference("0x" + Long.toHexString(tiny.label("launch")));
        SetInstructionBreakpointsArguments instructions = new SetInstructionBreakpointsArguments();
        instructions.setBreakpoints(new InstructionBreakpoint[] {instruction});
        assertTrue(Conversation.get(client.server().setInstructionBreakpoints(instructions)).getBreakpoints()[0].isVerified());
        Breakpoint[] set = client.functionBreakpoints("goodbye", "nowhere");
        assertTrue(set[0].isVerified());
        assertFalse(set[1].isVerified());
        client.configurationDone();
        client.stop();
        assertAt(tiny.line("into the guest"));
        client.resume();
        assertAt(500);
    }

    @Test
    void anExitReasonIsAnExceptionFilter() {
        client.launch(launch(tiny, StopAt.BREAKPOINTS));
        SetExceptionBreakpointsArguments filters = new SetExceptionBreakpointsArguments();
        filters.setFilters(new String[] {"cr-access"});
        Conversation.get(client.server().setExceptionBreakpoints(filters));
        client.configurationDone();
        assertTrue(client.stop().getText().startsWith("VM exit 2"));
        client.resumeToEnd();
        client.exitCode();
    }

    @Test
    void filtersOfOneReasonHaveConditionsOfTheirOwnAndTheOneThatSuspendsIsNamed() {
        client.launch(launch(tiny, StopAt.BREAKPOINTS));
        SetExceptionBreakpointsArguments filters = new SetExceptionBreakpointsArguments();
        filters.setFilters(new String[0]);
        filters.setFilterOptions(new ExceptionFilterOptions[] {option("cpuid", "rip == 0"), option("cpuid", "guest.rip != 0"),
            option("vmcall", "")});
        Breakpoint[] set = Conversation.get(client.server().setExceptionBreakpoints(filters)).getBreakpoints();
        assertEquals(3, set.length);
        client.configurationDone();
        StoppedEventArguments stop = client.stop();
        assertTrue(stop.getText().startsWith("VM exit 1"), stop.getText());
        assertArrayEquals(new Integer[] {set[1].getId()}, stop.getHitBreakpointIds());
        stop = client.resume();
        assertTrue(stop.getText().startsWith("VM exit 3"), stop.getText());
        assertArrayEquals(new Integer[] {set[2].getId()}, stop.getHitBreakpointIds());
    }

    private static ExceptionFilterOptions option(String filter, String condition) {
        ExceptionFilterOptions option = new ExceptionFilterOptions();
        option.setFilterId(filter);
        option.setCondition(condition);
        return option;
    }

    @Test
    void aJumpGoesOnAtAnotherLineOfTheSameFunctionAndLeavesOutWhatIsBetween() {
        client.launchAndStop(launch(tiny, StopAt.EVERY_EXIT));
        client.resume();
        client.resume();
        client.next();
        assertAt(500);
        assertEquals(0, targets(tiny.source(), tiny.line("in the helper")).length, "that is another function, and the guest");
        GotoTarget[] targets = targets(folder.resolve("handlers.asm"), 501);
        assertEquals(0, targets.length);
        client.goTo(1);
        client.breakpoints(folder.resolve("handlers.asm"), 300);
        client.resume();
        assertAt(300);
        targets = targets(folder.resolve("handlers.asm"), 301);
        assertEquals(301, targets[0].getLine());
        assertEquals(targets[0].getId(), targets(folder.resolve("handlers.asm"), 301)[0].getId(), "it is the same one");
        GotoArguments jump = new GotoArguments();
        jump.setThreadId(1);
        jump.setTargetId(targets[0].getId());
        Conversation.get(client.server().goto_(jump));
        assertEquals("goto", client.stop().getReason());
        assertAt(301);
        assertEquals("", client.console(), "nothing was said in between");
        assertEquals("VM exit 2: CPUID (10)", client.resume().getText(), "RIP has not been moved past the instruction");
        GotoArguments old = new GotoArguments();
        old.setThreadId(1);
        old.setTargetId(99);
        assertTrue(Conversation.refusal(client.server().goto_(old)).contains("ask for targets again"));
    }

    private GotoTarget[] targets(Path file, int line) {
        GotoTargetsArguments arguments = new GotoTargetsArguments();
        Source source = new Source();
        source.setPath(file.toString());
        arguments.setSource(source);
        arguments.setLine(line);
        return Conversation.get(client.server().gotoTargets(arguments)).getTargets();
    }

    @Test
    void aStepInTheHandlerGoesLineByLineOverCallsAndThenToTheNextExit() {
        client.launchAndStop(launch(tiny, StopAt.EVERY_EXIT));
        assertAt(200);
        assertEquals("step", client.next().getReason());
        assertAt(300);
        client.next();
        assertAt(301);
        assertEquals("VM exit 2: Control-register accesses (28), MOV RCX, CR3", client.next().getText());
        assertAt(200);
    }

    @Test
    void aStepIntoEntersCallsAndTheGuest() {
        client.launchAndStop(launch(tiny, StopAt.FIRST_EXIT));
        client.stepIn(SteppingGranularity.LINE);
        assertAt(300);
        client.stepIn(SteppingGranularity.LINE);
        assertAt(400);
        client.stepOut();
        assertAt(301);
        client.stepIn(SteppingGranularity.LINE);
        assertEquals("guest+0x7 (guest)", client.stack()[0].getName());
    }

    @Test
    void aStepInTheGuestGoesOverCallsAndOverAnInstructionThatExits() {
        client.launch(launch(tiny, StopAt.BREAKPOINTS));
        client.breakpoints(tiny.source(), tiny.line("mov ebx, 0x1234"));
        client.configurationDone();
        client.stop();
        client.next();
        assertAt(tiny.line("call helper"));
        client.next();
        assertAt(tiny.line("mov ecx, cr3"));
        assertTrue(client.next().getText().startsWith("VM exit 2"));
        assertAt(200);
        client.stepOut();
        assertAt(tiny.line("        nop"));
        assertTrue(client.stepOut().getText().startsWith("VM exit 3"));
    }

    @Test
    void breakpointsAtNeighbouringInstructionsAllStop() {
        client.launch(launch(tiny, StopAt.BREAKPOINTS));
        SourceBreakpoint never = Conversation.line(tiny.line("in the helper"));
        never.setCondition("0");
        client.breakpoints(tiny.source(), Conversation.line(tiny.line("mov ebx, 0x1234")), Conversation.line(tiny.line("call helper")),
                never, Conversation.line(tiny.line("        ret")));
        client.configurationDone();
        client.stop();
        assertAt(tiny.line("mov ebx, 0x1234"));
        client.resume();
        assertAt(tiny.line("call helper"));
        assertEquals("breakpoint", client.next().getReason());
        assertAt(tiny.line("        ret"));
    }

    @Test
    void aStepOverALineThatLoopsIsDoneInReasonableTime() throws Exception {
        try (Conversation other = new Conversation()) {
            TinyHypervisor looping = new TinyHypervisor(folder, "        nop\n",
                    "%line 600 \"loop.asm\"\n        mov ecx, 100000\n        loop $\n%line 601 \"loop.asm\"\n");
            other.launch(LaunchArguments.of(looping.elf().toString()).withStopAt(StopAt.BREAKPOINTS));
            SetBreakpointsArguments arguments = new SetBreakpointsArguments();
            Source source = new Source();
            source.setPath(folder.resolve("loop.asm").toString());
            arguments.setSource(source);
            arguments.setBreakpoints(new SourceBreakpoint[] {Conversation.line(600)});
            Conversation.get(other.server().setBreakpoints(arguments));
            other.configurationDone();
            other.stop();
            long start = System.nanoTime();
            other.next();
            assertEquals(601, other.stack()[0].getLine());
            assertTrue(System.nanoTime() - start < 5_000_000_000L, (System.nanoTime() - start) / 1_000_000 + " ms");
        }
    }

    @Test
    void twoProcessorsAreTwoThreadsAndAStepStaysOnItsOwn() throws Exception {
        try (Conversation other = new Conversation()) {
            java.util.Map<String, Object> two = launch(tiny, StopAt.EVERY_EXIT).toMap();
            two.put("cpus", 2);
            assertEquals(1, other.launchAndStop(LaunchArguments.of(two)).getThreadId());
            assertEquals(2, Conversation.get(other.server().threads()).getThreads().length);
            assertEquals(1, other.next().getThreadId());
            assertEquals(300, other.stack()[0].getLine());
            assertTrue(other.resume().getText().startsWith("VM exit 2"));
        }
    }

    @Test
    void anInstructionStepIsOneInstruction() {
        client.launchAndStop(launch(tiny, StopAt.ENTRY));
        String before = client.stack()[0].getInstructionPointerReference();
        client.stepIn(SteppingGranularity.INSTRUCTION);
        assertEquals(Long.decode(before) + 5, Long.decode(client.stack()[0].getInstructionPointerReference()));
    }
}
