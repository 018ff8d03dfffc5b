// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.ExitsArguments;
import dev.vmcsmith.dap.protocol.GotoExitArguments;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.dap.protocol.VmcsArguments;
import dev.vmcsmith.dap.protocol.VmcsContents;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.eclipse.lsp4j.debug.CancelArguments;
import org.eclipse.lsp4j.debug.PauseArguments;
import org.eclipse.lsp4j.debug.ProgressStartEventArguments;
import org.eclipse.lsp4j.debug.ProgressUpdateEventArguments;
import org.eclipse.lsp4j.debug.SteppingGranularity;
import org.eclipse.lsp4j.debug.Variable;
import org.eclipse.lsp4j.debug.VariablesArguments;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Backwards in time, and forwards again with the same result. */
class TimeTravelConversationTest extends ConversationTestCase {
    private TinyHypervisor tiny;

    @BeforeEach
    void assemble() {
        tiny = new TinyHypervisor(folder);
    }

    /** Everything there is to see of the present. */
    private String state() {
        StringBuilder text = new StringBuilder();
        for (int frame = 0; frame < client.stack().length; frame++) {
            for (var scope : client.scopes(frame)) {
                VariablesArguments arguments = new VariablesArguments();
                arguments.setVariablesReference(scope.getVariablesReference());
                Variable[] variables = Conversation.get(client.server().variables(arguments)).getVariables();
                text.append(scope.getName()).append(Arrays.stream(variables).map(v -> v.getName() + "=" + v.getValue()).toList());
            }
        }
        VmcsContents vmcs = Conversation.get(client.server().vmcs(VmcsArguments.current(1)));
        return text.append(vmcs.vmcs()).append(vmcs.launched()).append(vmcs.instant()).toString();
    }

    @Test
    void fromExitThreeBackToExitOneAndForwardsAgainEverythingIsAsItWas() {
        client.launchAndStop(launch(tiny, StopAt.EVERY_EXIT));
        String first = state();
        client.resume();
        String second = state();
        client.resume();
        String third = state();
        assertEquals("VM exit 2: Control-register accesses (28), MOV RCX, CR3", client.reverse().getText());
        assertEquals(second, state());
        assertEquals("VM exit 1: CPUID (10)", client.reverse().getText());
        assertEquals(first, state());
        assertEquals("the beginning of the run", client.reverse().getText());
        assertEquals("start", client.stack()[0].getName());
        assertEquals("VM exit 1: CPUID (10)", client.resume().getText());
        assertEquals(first, state());
        client.resume();
        assertEquals(second, state());
        client.resume();
        assertEquals(third, state());
        assertEquals(3, Conversation.get(client.server().exits(ExitsArguments.page(0, 10))).total());
        client.resumeToEnd();
        assertEquals(1, client.exitCode());
        assertEquals("x\nx\n", client.output("stdout"), "serial output is not repeated");
    }

    @Test
    void aStepBackIsTheLineBeforeAcrossTheVmxBoundary() {
        client.launchAndStop(launch(tiny, StopAt.EVERY_EXIT));
        client.next();
        assertEquals(300, client.stack()[0].getLine());
        client.stepBack(SteppingGranularity.LINE);
        assertEquals(200, client.stack()[0].getLine());
        client.stepBack(SteppingGranularity.LINE);
        assertEquals("guest+0x5 (guest)", client.stack()[0].getName());
        client.stepBack(SteppingGranularity.LINE);
        assertEquals("guest (guest)", client.stack()[0].getName());
        client.stepBack(SteppingGranularity.LINE);
        assertEquals(tiny.line("into the guest"), client.stack()[0].getLine());
    }

    /** A step over the call handles the exits that it causes; so does the step back. */
    @Test
    void aStepBackOverACallIsOverTheHandlersOfItsExits() {
        TinyHypervisor leaving = new TinyHypervisor(folder, "        mov edi, 7                      ; in the helper",
                "        push eax\n        mov eax, 0                      ; in the helper\n        cpuid\n        pop eax");
        client.launch(launch(leaving, StopAt.BREAKPOINTS));
        client.breakpoints(leaving.source(), leaving.line("call helper"));
        client.configurationDone();
        client.stop();
        client.next();
        assertEquals(2, client.instant().exits());
        assertEquals(leaving.line("mov ecx, cr3"), client.stack()[0].getLine());
        client.stepBack(SteppingGranularity.LINE);
        assertEquals(leaving.line("call helper"), client.stack()[0].getLine());
        assertEquals(1, client.instant().exits());
        client.stepIn(SteppingGranularity.LINE);
        client.stepIn(SteppingGranularity.LINE);
        client.stepIn(SteppingGranularity.LINE);
        client.stepBack(SteppingGranularity.LINE);
        assertEquals(leaving.line("in the helper"), client.stack()[0].getLine(), "within the function every line counts");
    }

    @Test
    void anInstructionBackIsOneInstruction() {
        client.launchAndStop(launch(tiny, StopAt.EVERY_EXIT));
        String before = client.stack()[0].getInstructionPointerReference();
        client.stepIn(SteppingGranularity.INSTRUCTION);
        assertNotEquals(before, client.stack()[0].getInstructionPointerReference());
        client.stepBack(SteppingGranularity.INSTRUCTION);
        assertEquals(before, client.stack()[0].getInstructionPointerReference());
    }

    @Test
    void breakpointsStopBackwardsToo() {
        client.launch(launch(tiny, StopAt.BREAKPOINTS));
        client.breakpoints(tiny.source(), tiny.line("in the helper"), tiny.line("the guest asks to stop"));
        client.configurationDone();
        client.stop();
        client.resume();
        assertEquals(tiny.line("the guest asks to stop"), client.stack()[0].getLine());
        assertEquals("breakpoint", client.reverse().getReason());
        assertEquals(tiny.line("in the helper"), client.stack()[0].getLine());
    }

    @Test
    void anExitCanBeGoneTo() {
        client.launchAndStop(launch(tiny, StopAt.EVERY_EXIT));
        client.resume();
        client.resume();
        assertEquals("goto", client.goTo(1).getReason());
        assertEquals(1, Conversation.get(client.server().vmcs(VmcsArguments.current(1))).instant().exits());
        assertEquals("VM exit 3: VMCALL (18)", client.goTo(3).getText());
        assertTrue(Conversation.refusal(client.server().gotoExit(new GotoExitArguments(4))).contains("no VM exit 4"));
    }

    @Test
    void aFailedVmEntryIsReportedOnceHoweverOftenItIsRepeated() throws Exception {
        TinyHypervisor broken = new TinyHypervisor(folder, "dd 0x4816, 0xC09B", "dd 0x4816, 0xC09A");
        client.launchAndStop(LaunchArguments.of(broken.elf().toString()));
        String told = client.output("important");
        assertTrue(told.contains("GUEST_CS_AR_TYPE"), told);
        client.stepBack(SteppingGranularity.LINE);
        assertEquals(broken.line("into the guest"), client.stack()[0].getLine());
        assertTrue(client.resume().getText().contains("GUEST_CS_AR_TYPE"));
        assertEquals(told, client.output("important"));
    }

    /** The guest runs on and on; going back to a stop that there never was takes as long as the run. */
    private long runsOnAndOn() throws Exception {
        client.launch(launch(new TinyHypervisor(folder, "vmcall  ", "jmp $   "), StopAt.BREAKPOINTS));
        client.configurationDone();
        Thread.sleep(2_500);
        PauseArguments pause = new PauseArguments();
        pause.setThreadId(1);
        Conversation.get(client.server().pause(pause));
        client.stop();
        return client.instant().instructions();
    }

    private void waitFor(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 400 && !condition.getAsBoolean(); i++) {
            Thread.sleep(50);
        }
        assertTrue(condition.getAsBoolean());
    }

    @Test
    void aLongWayBackShowsItsProgressAndCancelledTheMachineIsWhereItWas() throws Exception {
        long present = runsOnAndOn();
        client.reverseWithoutWaiting();
        waitFor(() -> !client.progressStarts().isEmpty());
        ProgressStartEventArguments start = client.progressStarts().getFirst();
        assertTrue(start.getCancellable());
        CancelArguments other = new CancelArguments();
        other.setProgressId("another");
        Conversation.get(client.server().cancel(other));
        CancelArguments cancel = new CancelArguments();
        cancel.setProgressId(start.getProgressId());
        Conversation.get(client.server().cancel(cancel));
        assertEquals("pause", client.stop().getReason());
        assertEquals(present, client.instant().instructions());
        assertEquals(start.getProgressId(), client.progressEnds().getFirst().getProgressId());
        client.stepBack(SteppingGranularity.INSTRUCTION);
        assertEquals(present - 1, client.instant().instructions(), "the past is as it was");
    }

    @Test
    void aLongWayBackThatNobodyCancelsComesToItsEnd() throws Exception {
        runsOnAndOn();
        assertEquals("the beginning of the run", client.reverse().getText());
        List<ProgressUpdateEventArguments> updates = client.progressUpdates();
        double last = -1;
        for (ProgressUpdateEventArguments update : updates) {
            assertTrue(update.getPercentage() >= last && update.getPercentage() <= 100, updates.toString());
            last = update.getPercentage();
        }
        assertEquals(client.progressStarts().size(), client.progressEnds().size());
    }

    @Test
    void aChangeInThePastMakesAnotherFuture() {
        client.launchAndStop(launch(tiny, StopAt.EVERY_EXIT));
        client.resume();
        client.resume();
        client.goTo(1);
        long vmcall = tiny.label("helper") - 4;
        client.setVariable(client.scope(0, "VMCS: Guest state").getVariablesReference(), "rip", "0x" + Long.toHexString(vmcall - 2));
        assertEquals(List.of(1L), Conversation.get(client.server().exits(ExitsArguments.page(0, 10))).exits().stream()
                .map(e -> e.number()).toList());
        assertEquals("VM exit 2: VMCALL (18)", client.resume().getText());
    }
}
