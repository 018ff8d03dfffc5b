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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.eclipse.lsp4j.debug.CancelArguments;
import org.eclipse.lsp4j.debug.PauseArguments;
import org.eclipse.lsp4j.debug.ProgressStartEventArguments;
import org.eclipse.lsp4j.debug.ProgressUpdateEventArguments;
import org.eclipse.lsp4j.debug.ReverseContinueArguments;
import org.eclipse.lsp4j.debug.SetBreakpointsArguments;
import org.eclipse.lsp4j.debug.SetVariableArguments;
import org.eclipse.lsp4j.debug.Source;
import org.eclipse.lsp4j.debug.SourceBreakpoint;
import org.eclipse.lsp4j.debug.StepBackArguments;
import org.eclipse.lsp4j.debug.SteppingGranularity;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.eclipse.lsp4j.debug.Variable;
import org.eclipse.lsp4j.debug.VariablesArguments;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backwards in time, and forwards again with the same result. */
class TimeTravelConversationTest {
    @TempDir
    private Path folder;
    private TinyHypervisor tiny;
    private Conversation client;

    @BeforeEach
    void start() throws Exception {
        tiny = new TinyHypervisor(folder);
        client = new Conversation();
    }

    @AfterEach
    void end() throws Exception {
        client.close();
    }

    private LaunchArguments launch(StopAt stopAt) {
        return LaunchArguments.of(tiny.elf().toString()).withStopAt(stopAt);
    }

    private StoppedEventArguments back(SteppingGranularity granularity) {
        StepBackArguments arguments = new StepBackArguments();
        arguments.setThreadId(1);
        arguments.setGranularity(granularity);
        Conversation.get(client.server().stepBack(arguments));
        return client.stop();
    }

    private StoppedEventArguments reverse() {
        ReverseContinueArguments arguments = new ReverseContinueArguments();
        arguments.setThreadId(1);
        Conversation.get(client.server().reverseContinue(arguments));
        return client.stop();
    }

    private StoppedEventArguments goTo(long exit) {
        Conversation.get(client.server().gotoExit(new GotoExitArguments(exit)));
        return client.stop();
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
        client.launchAndStop(launch(StopAt.EVERY_EXIT));
        String first = state();
        client.resume();
        String second = state();
        client.resume();
        String third = state();
        assertEquals("VM exit 2: Control-register accesses (28), MOV RCX, CR3", reverse().getText());
        assertEquals(second, state());
        assertEquals("VM exit 1: CPUID (10)", reverse().getText());
        assertEquals(first, state());
        assertEquals("the beginning of the run", reverse().getText());
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
        client.launchAndStop(launch(StopAt.EVERY_EXIT));
        client.next();
        assertEquals(300, client.stack()[0].getLine());
        back(SteppingGranularity.LINE);
        assertEquals(200, client.stack()[0].getLine());
        back(SteppingGranularity.LINE);
        assertEquals("guest+0x5 (guest)", client.stack()[0].getName());
        back(SteppingGranularity.LINE);
        assertEquals("guest (guest)", client.stack()[0].getName());
        back(SteppingGranularity.LINE);
        assertEquals(tiny.line("into the guest"), client.stack()[0].getLine());
    }

    @Test
    void anInstructionBackIsOneInstruction() {
        client.launchAndStop(launch(StopAt.EVERY_EXIT));
        String before = client.stack()[0].getInstructionPointerReference();
        client.stepIn(SteppingGranularity.INSTRUCTION);
        assertNotEquals(before, client.stack()[0].getInstructionPointerReference());
        back(SteppingGranularity.INSTRUCTION);
        assertEquals(before, client.stack()[0].getInstructionPointerReference());
    }

    @Test
    void breakpointsStopBackwardsToo() {
        client.launch(launch(StopAt.BREAKPOINTS));
        SetBreakpointsArguments arguments = new SetBreakpointsArguments();
        Source source = new Source();
        source.setPath(tiny.source().toString());
        arguments.setSource(source);
        SourceBreakpoint helper = new SourceBreakpoint();
        helper.setLine(tiny.line("in the helper"));
        SourceBreakpoint last = new SourceBreakpoint();
        last.setLine(tiny.line("the guest asks to stop"));
        arguments.setBreakpoints(new SourceBreakpoint[] {helper, last});
        Conversation.get(client.server().setBreakpoints(arguments));
        client.configurationDone();
        client.stop();
        client.resume();
        assertEquals(tiny.line("the guest asks to stop"), client.stack()[0].getLine());
        assertEquals("breakpoint", reverse().getReason());
        assertEquals(tiny.line("in the helper"), client.stack()[0].getLine());
    }

    @Test
    void anExitCanBeGoneTo() {
        client.launchAndStop(launch(StopAt.EVERY_EXIT));
        client.resume();
        client.resume();
        assertEquals("goto", goTo(1).getReason());
        assertEquals(1, Conversation.get(client.server().vmcs(VmcsArguments.current(1))).instant().exits());
        assertEquals("VM exit 3: VMCALL (18)", goTo(3).getText());
        assertTrue(Conversation.refusal(client.server().gotoExit(new GotoExitArguments(4))).contains("no VM exit 4"));
    }

    @Test
    void aFailedVmEntryIsReportedOnceHoweverOftenItIsRepeated() throws Exception {
        TinyHypervisor broken = new TinyHypervisor(folder, "dd 0x4816, 0xC09B", "dd 0x4816, 0xC09A");
        client.launchAndStop(LaunchArguments.of(broken.elf().toString()));
        String told = client.output("important");
        assertTrue(told.contains("GUEST_CS_AR_TYPE"), told);
        back(SteppingGranularity.LINE);
        assertEquals(broken.line("into the guest"), client.stack()[0].getLine());
        assertTrue(client.resume().getText().contains("GUEST_CS_AR_TYPE"));
        assertEquals(told, client.output("important"));
    }

    /** The guest runs on and on; going back to a stop that there never was takes as long as the run. */
    private long runsOnAndOn() throws Exception {
        client.launch(LaunchArguments.of(new TinyHypervisor(folder, "vmcall  ", "jmp $   ").elf().toString())
                .withStopAt(StopAt.BREAKPOINTS));
        client.configurationDone();
        Thread.sleep(2_500);
        PauseArguments pause = new PauseArguments();
        pause.setThreadId(1);
        Conversation.get(client.server().pause(pause));
        client.stop();
        return instant();
    }

    private long instant() {
        return Conversation.get(client.server().vmcs(VmcsArguments.current(1))).instant().instructions();
    }

    private void waitFor(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 400 && !condition.getAsBoolean(); i++) {
            Thread.sleep(50);
        }
        assertTrue(condition.getAsBoolean());
    }

    private void reverseWithoutWaiting() {
        ReverseContinueArguments arguments = new ReverseContinueArguments();
        arguments.setThreadId(1);
        Conversation.get(client.server().reverseContinue(arguments));
    }

    @Test
    void aLongWayBackShowsItsProgressAndCancelledTheMachineIsWhereItWas() throws Exception {
        long present = runsOnAndOn();
        reverseWithoutWaiting();
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
        assertEquals(present, instant());
        assertEquals(start.getProgressId(), client.progressEnds().getFirst().getProgressId());
        back(SteppingGranularity.INSTRUCTION);
        assertEquals(present - 1, instant(), "the past is as it was");
    }

    @Test
    void aLongWayBackThatNobodyCancelsComesToItsEnd() throws Exception {
        runsOnAndOn();
        assertEquals("the beginning of the run", reverse().getText());
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
        client.launchAndStop(launch(StopAt.EVERY_EXIT));
        client.resume();
        client.resume();
        goTo(1);
        SetVariableArguments change = new SetVariableArguments();
        change.setVariablesReference(client.scope(0, "VMCS: Guest state").getVariablesReference());
        change.setName("rip");
        long vmcall = tiny.label("helper") - 4;
        change.setValue("0x" + Long.toHexString(vmcall - 2));
        Conversation.get(client.server().setVariable(change));
        assertEquals(List.of(1L), Conversation.get(client.server().exits(ExitsArguments.page(0, 10))).exits().stream()
                .map(e -> e.number()).toList());
        assertEquals("VM exit 2: VMCALL (18)", client.resume().getText());
    }
}
