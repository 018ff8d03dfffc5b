// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.StopAt;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.DataBreakpoint;
import org.eclipse.lsp4j.debug.DataBreakpointAccessType;
import org.eclipse.lsp4j.debug.DataBreakpointInfoArguments;
import org.eclipse.lsp4j.debug.DataBreakpointInfoResponse;
import org.eclipse.lsp4j.debug.SetDataBreakpointsArguments;
import org.eclipse.lsp4j.debug.SteppingGranularity;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Breakpoints on memory and on VMCS fields. */
class DataBreakpointConversationTest extends ConversationTestCase {
    private TinyHypervisor tiny;

    @BeforeEach
    void assemble() {
        tiny = new TinyHypervisor(folder, "mov edi, 7 ", "mov [0x230002], eax\n        mov bx, [0x230004]\n        mov edi, 7 ");
    }

    private void stopAt(StopAt stopAt) {
        client.launchAndStop(launch(tiny, stopAt));
    }

    private DataBreakpointInfoResponse info(String name) {
        DataBreakpointInfoArguments arguments = new DataBreakpointInfoArguments();
        arguments.setName(name);
        return Conversation.get(client.server().dataBreakpointInfo(arguments));
    }

    private Breakpoint[] watch(String dataId, DataBreakpointAccessType access, String condition, String hitCondition) {
        DataBreakpoint breakpoint = new DataBreakpoint();
        breakpoint.setDataId(dataId);
        breakpoint.setAccessType(access);
        breakpoint.setCondition(condition);
        breakpoint.setHitCondition(hitCondition);
        SetDataBreakpointsArguments arguments = new SetDataBreakpointsArguments();
        arguments.setBreakpoints(new DataBreakpoint[] {breakpoint});
        return Conversation.get(client.server().setDataBreakpoints(arguments)).getBreakpoints();
    }

    private String place() {
        return client.stack()[0].getName();
    }

    @Test
    void aWriteOfWatchedMemoryStopsAfterTheInstruction() {
        stopAt(StopAt.ENTRY);
        Breakpoint[] set = watch("memory:host-physical:0x230004+1", DataBreakpointAccessType.WRITE, null, null);
        assertTrue(set[0].isVerified());
        StoppedEventArguments stop = client.resume();
        assertEquals("data breakpoint", stop.getReason());
        assertArrayEquals(new Integer[] {set[0].getId()}, stop.getHitBreakpointIds());
        assertTrue(stop.getText().contains("write of 4 bytes at physical address 0x230002"), stop.getText());
        assertEquals("helper+0x5 (guest)", place());
        client.resumeToEnd();
        assertEquals(1, client.exitCode());
    }

    @Test
    void readsStopWhenTheyAreWatchedAndSteppingNoticesThemToo() {
        stopAt(StopAt.EVERY_EXIT);
        watch("memory:guest-physical:0x230004+2", DataBreakpointAccessType.READ, null, null);
        StoppedEventArguments stop = client.resume();
        assertEquals("data breakpoint", stop.getReason());
        assertTrue(stop.getText().startsWith("read of 2 bytes"), stop.getText());
        watch("memory:guest-virtual:0x230004+2", DataBreakpointAccessType.READ_WRITE, null, null);
        assertEquals("data breakpoint", client.reverse().getReason());
        assertEquals("helper+0x5 (guest)", place());
        assertEquals("data breakpoint", client.stepIn(SteppingGranularity.INSTRUCTION).getReason());
        assertEquals("helper+0xc (guest)", place());
    }

    @Test
    void aConditionAndACountDecideWhetherItStops() {
        stopAt(StopAt.ENTRY);
        watch("memory:host-physical:0x230002+4", DataBreakpointAccessType.WRITE, "ebx == 0x1234", null);
        assertEquals("data breakpoint", client.resume().getReason());
        watch("memory:host-physical:0x230002+4", DataBreakpointAccessType.WRITE, "ebx == 0", null);
        client.resumeToEnd();
        assertEquals(1, client.exitCode());
    }

    @Test
    void aFieldOfTheVmcsStopsWhenItIsWrittenByTheHypervisorOrByAnExit() {
        stopAt(StopAt.ENTRY);
        assertEquals("vmcs:0x681e", info("guest.rip").getDataId() == null ? info("guest-rip").getDataId() : info("guest.rip").getDataId());
        watch("vmcs:0x681e", DataBreakpointAccessType.WRITE, null, null);
        StoppedEventArguments write = client.resume();
        assertEquals("data breakpoint", write.getReason());
        assertTrue(place().startsWith("start"), place());
        StoppedEventArguments exit = client.resume();
        assertEquals("data breakpoint", exit.getReason());
        assertTrue(exit.getText().startsWith("Guest RIP was"), exit.getText());
        assertTrue(place().startsWith("exit_entry"), place());
        StoppedEventArguments handler = client.resume();
        assertEquals("data breakpoint", handler.getReason());
        assertTrue(place().startsWith("resume"), place());
        assertTrue(client.reverse().getText().startsWith("Guest RIP was"));
        assertTrue(place().startsWith("exit_entry"), place());
        watch("vmcs:0x681e", DataBreakpointAccessType.READ, null, null);
        assertTrue(client.resume().getText().startsWith("Guest RIP was read"));
    }

    @Test
    void anExitIsNotLostWhenAWatchedFieldDoesNotStop() {
        stopAt(StopAt.EVERY_EXIT);
        watch("vmcs:0x4402", DataBreakpointAccessType.WRITE, "1 == 2", null);
        assertEquals("VM exit 2: Control-register accesses (28), MOV RCX, CR3", client.resume().getText());
    }

    @Test
    void whatTheUserMeansIsFoundAndWhatCannotBeWatchedIsExplained() {
        stopAt(StopAt.EVERY_EXIT);
        assertEquals("memory:host-virtual:0x230000+4", info("dword [0x22fff0 + 0x10]").getDataId());
        assertEquals("vmcs:0x4402", info("exit-reason").getDataId());
        assertEquals("memory:host-virtual:0x" + Long.toHexString(tiny.label("gdt")) + "+4", info("gdt").getDataId());
        DataBreakpointInfoArguments register = new DataBreakpointInfoArguments();
        register.setName("eax");
        register.setVariablesReference(client.scope(0, "General").getVariablesReference());
        DataBreakpointInfoResponse none = Conversation.get(client.server().dataBreakpointInfo(register));
        assertNull(none.getDataId());
        assertTrue(none.getDescription().contains("watch memory or a VMCS field instead"), none.getDescription());
        DataBreakpointInfoArguments field = new DataBreakpointInfoArguments();
        field.setName("rip");
        field.setVariablesReference(client.scope(0, "VMCS: Guest state").getVariablesReference());
        assertEquals("vmcs:0x681e", Conversation.get(client.server().dataBreakpointInfo(field)).getDataId());
        Breakpoint[] bad = watch("nonsense", DataBreakpointAccessType.WRITE, null, null);
        assertTrue(!bad[0].isVerified() && bad[0].getMessage().contains("vmcs:0x681e"), bad[0].getMessage());
    }
}
