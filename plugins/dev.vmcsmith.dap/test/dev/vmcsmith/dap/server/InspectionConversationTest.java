// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.AddressSpace;
import dev.vmcsmith.dap.protocol.EntryChecks;
import dev.vmcsmith.dap.protocol.EntryChecksArguments;
import dev.vmcsmith.dap.protocol.EptMap;
import dev.vmcsmith.dap.protocol.EptMapArguments;
import dev.vmcsmith.dap.protocol.ExitFilter;
import dev.vmcsmith.dap.protocol.ExitLog;
import dev.vmcsmith.dap.protocol.ExitStatisticsArguments;
import dev.vmcsmith.dap.protocol.ExitsArguments;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.MemoryAccess;
import dev.vmcsmith.dap.protocol.PageWalk;
import dev.vmcsmith.dap.protocol.PageWalkArguments;
import dev.vmcsmith.dap.protocol.SetVmcsFieldArguments;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.dap.protocol.VmcsArguments;
import dev.vmcsmith.dap.protocol.VmcsContents;
import dev.vmcsmith.dap.protocol.VmcsFieldValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.eclipse.lsp4j.debug.DisassembleArguments;
import org.eclipse.lsp4j.debug.DisassembledInstruction;
import org.eclipse.lsp4j.debug.ReadMemoryArguments;
import org.eclipse.lsp4j.debug.Scope;
import org.eclipse.lsp4j.debug.ScopesArguments;
import org.eclipse.lsp4j.debug.SetVariableArguments;
import org.eclipse.lsp4j.debug.StackTraceArguments;
import org.eclipse.lsp4j.debug.VariablesArguments;
import org.eclipse.lsp4j.debug.WriteMemoryArguments;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can be seen and changed at a stop. */
class InspectionConversationTest extends ConversationTestCase {
    private TinyHypervisor tiny;

    @BeforeEach
    void stopAtTheFirstExit() {
        tiny = start(StopAt.EVERY_EXIT);
    }

    private static VmcsFieldValue field(VmcsContents vmcs, String area, String name) {
        return vmcs.areas().stream().filter(candidate -> candidate.id().equals(area)).flatMap(candidate -> candidate.fields().stream())
                .filter(candidate -> candidate.hvName().equals(name)).findFirst().orElseThrow();
    }

    private String value(String expression) {
        return Conversation.get(client.evaluate(expression));
    }

    @Test
    void theVmcsShowsEveryAreaAndWhatHasChangedSinceTheLastStop() {
        VmcsContents vmcs = Conversation.get(client.server().vmcs(VmcsArguments.current(1)));
        assertEquals(0x20_2000, vmcs.vmcs());
        assertTrue(vmcs.launched());
        assertEquals(1, vmcs.instant().exits());
        assertEquals(List.of("guest", "host", "control", "exit"), vmcs.areas().stream().map(area -> area.id()).toList());
        assertEquals(tiny.label("guest") + 5, field(vmcs, "guest", "rip").value());
        assertEquals("guest+0x5", field(vmcs, "guest", "rip").meaning());
        assertEquals("CPUID", field(vmcs, "exit", "exit-reason").meaning());
        assertTrue(field(vmcs, "control", "secondary-controls").meaning().contains("enable-ept"));
        assertFalse(field(vmcs, "exit", "exit-reason").changedSinceLastStop());
        client.resume();
        vmcs = Conversation.get(client.server().vmcs(VmcsArguments.current(0)));
        assertTrue(field(vmcs, "exit", "exit-reason").changedSinceLastStop());
        assertTrue(field(vmcs, "guest", "rip").changedSinceLastStop());
        assertFalse(field(vmcs, "guest", "cr3").changedSinceLastStop());
    }

    @Test
    void aChangedVmcsFieldIsCheckedAtOnceByTheRulesOfVmEntry() {
        EntryChecks good = Conversation.get(client.server().entryChecks(EntryChecksArguments.current(0)));
        assertEquals(List.of(), good.broken());
        assertNull(good.outcome());
        assertTrue(Conversation.refusal(client.server().setVmcsField(new SetVmcsFieldArguments(1, null, 0xC09AL, null)))
                .contains("encoding"));
        EntryChecks bad = Conversation.get(client.server().setVmcsField(new SetVmcsFieldArguments(1, 0x4816, 0xC09A)));
        assertEquals("GUEST_CS_AR_TYPE", bad.broken().getFirst().ruleId());
        assertTrue(bad.broken().getFirst().fields().contains("guest.cs.access-rights"));
        assertTrue(bad.outcome().contains("VM exit"), bad.outcome());
        assertTrue(client.resume().getText().contains("GUEST_CS_AR_TYPE"));
        assertTrue(Conversation.refusal(client.server().setVmcsField(new SetVmcsFieldArguments(1, 0x4402, 1))).contains("VM exits only"));
        assertTrue(Conversation.refusal(client.server().setVmcsField(new SetVmcsFieldArguments(1, 0x7FFE, 1))).contains("0x7ffe"));
    }

    @Test
    void theExitLogHasPagesAndFilters() {
        client.resume();
        client.resume();
        ExitLog all = Conversation.get(client.server().exits(ExitsArguments.page(0, 100)));
        assertEquals(3, all.total());
        assertEquals(List.of(10, 28, 18), all.exits().stream().map(exit -> exit.reason()).toList());
        assertEquals("handler", all.exits().getFirst().handler());
        assertEquals("guest+0x5", all.exits().getFirst().guestSymbol());
        assertEquals(2, all.exits().getFirst().instructionLength());
        assertEquals("MOV RCX, CR3", all.exits().get(1).qualificationText());
        assertEquals(0x20_2000, all.exits().get(1).vmcs());
        assertNull(all.exits().get(1).guestPhysicalAddress());
        assertEquals(List.of(3L), numbers(ExitsArguments.page(-1, 100)));
        assertEquals(List.of(2L), numbers(ExitsArguments.page(1, 1)));
        assertEquals(List.of(2L), numbers(new ExitsArguments(0, 100, ExitFilter.reasons(List.of(28)))));
        assertEquals(List.of(3L), numbers(new ExitsArguments(0, 100, ExitFilter.text("vmcall"))));
        assertEquals(List.of(2L, 3L), numbers(new ExitsArguments(0, 100, ExitFilter.ALL.withNumbers(2L, null))));
        assertEquals(3, Conversation.get(client.server().exitStatistics(new ExitStatisticsArguments(0))).reasons().size());
    }

    private List<Long> numbers(ExitsArguments arguments) {
        return Conversation.get(client.server().exits(arguments)).exits().stream().map(exit -> exit.number()).toList();
    }

    @Test
    void aPageWalkShowsBothDimensions() {
        PageWalk walk = Conversation.get(client.server().pageWalk(
                new PageWalkArguments(1, tiny.label("guest"), AddressSpace.GUEST_VIRTUAL, MemoryAccess.EXECUTE)));
        assertTrue(walk.succeeded());
        assertEquals("32-bit", walk.paging());
        assertEquals(2, walk.steps().size());
        assertEquals("PDE", walk.steps().getFirst().guest().level());
        assertEquals(List.of("EPT PML4E", "EPT PDPTE", "EPT PDE"), walk.steps().getFirst().ept().stream().map(cell -> cell.level())
                .toList());
        assertEquals(tiny.label("guest"), walk.physical());
        assertEquals("WB", walk.memoryType());
        PageWalk outside = Conversation.get(client.server().pageWalk(new PageWalkArguments(0, 0x400_0000, AddressSpace.GUEST_PHYSICAL,
                null)));
        assertNotNull(outside.failure());
        assertTrue(outside.failure().consequence().contains("EPT violation"));
        PageWalk host = Conversation.get(client.server().pageWalk(new PageWalkArguments(0, 0x1000, AddressSpace.HOST_VIRTUAL,
                MemoryAccess.READ)));
        assertEquals(1, host.steps().size());
        assertEquals("host", host.steps().getFirst().guest().table());
    }

    @Test
    void theEptMapIsMergedToOneRange() {
        EptMap map = Conversation.get(client.server().eptMap(new EptMapArguments(0, null)));
        assertEquals(List.of(new EptMap.Range(0, 64 << 20, 0, "rwx", "WB", 2 << 20)), map.ranges());
    }

    @Test
    void scopesHoldTheRegistersOfBothSidesAndTheVmcs() {
        List<String> names = java.util.Arrays.stream(client.scopes(0)).map(Scope::getName).toList();
        assertTrue(names.containsAll(List.of("General", "Segments", "Control", "MSRs", "Guest General (at the VM exit)",
                "VMCS: Guest state",
                "VMCS: Exit information")),
                names.toString());
        int general = client.scope(0, "General").getVariablesReference();
        assertEquals("0xa", client.variable(general, "eax").getValue());
        int guest = client.scope(1, "General (at the VM exit)").getVariablesReference();
        assertEquals("0x0", client.variable(guest, "eax").getValue());
        assertTrue(client.variable(guest, "eip").getValue().endsWith("(guest+0x5)"), client.variable(guest, "eip").getValue());
        int cs = client.variable(client.scope(0, "Segments").getVariablesReference(), "cs").getVariablesReference();
        assertEquals("0x8", client.variable(cs, "selector").getValue());
        assertTrue(client.variable(client.scope(0, "Control").getVariablesReference(), "cr0").getValue().startsWith("0x80000031 ("));
        int exit = client.scope(0, "VMCS: Exit information").getVariablesReference();
        assertEquals("0x0000000a (CPUID)", client.variable(exit, "exit-reason").getValue());
    }

    @Test
    void registersAndVmcsFieldsCanBeChanged() {
        client.setVariable(client.scope(0, "General").getVariablesReference(), "ecx", "0x1234 + 1");
        assertEquals("0x1235", value("ecx"));
        client.setVariable(client.scope(0, "VMCS: Guest state").getVariablesReference(), "rsp", "0x230000");
        assertEquals("0x230000", value("guest.rsp"));
        int segments = client.scope(1, "Segments").getVariablesReference();
        client.setVariable(client.variable(segments, "cs").getVariablesReference(), "limit", "0xffff");
        assertEquals("0xffff", value("guest.cs.limit"));
    }

    @Test
    void expressionsKnowRegistersFieldsSymbolsAndMemory() {
        assertEquals("0xa", value("eax"));
        assertEquals("0xa", value("exit-reason"));
        assertEquals("0x" + Long.toHexString(tiny.label("guest") + 5), value("guest.rip"));
        assertEquals("0x" + Long.toHexString(tiny.label("guest")), value("guest"));
        assertEquals("0x1badb002", value("dword [0x100000]"));
        assertEquals("0x1", value("exit-reason == 10 && eax == exit-reason"));
        assertTrue(Conversation.refusal(client.evaluate("unknown_thing")).contains("neither a register"));
        assertTrue(Conversation.refusal(client.evaluate("[0xF0000000]")).contains("nothing is mapped"));
    }

    @Test
    void codeIsDisassembledWithSymbolsAndLines() {
        DisassembleArguments arguments = new DisassembleArguments();
        arguments.setMemoryReference("0x" + Long.toHexString(tiny.label("guest")));
        arguments.setInstructionCount(4);
        DisassembledInstruction[] code = Conversation.get(client.server().disassemble(arguments)).getInstructions();
        assertEquals(4, code.length);
        assertEquals("cpuid", code[1].getInstruction());
        assertEquals("0f a2", code[1].getInstructionBytes());
        assertEquals("guest", code[0].getSymbol());
        assertEquals(tiny.line("the guest begins"), code[0].getLine());
        assertTrue(code[3].getInstruction().contains("helper"), code[3].getInstruction());
        arguments.setMemoryReference(code[2].getAddress());
        arguments.setInstructionOffset(-2);
        arguments.setInstructionCount(3);
        code = Conversation.get(client.server().disassemble(arguments)).getInstructions();
        assertEquals("cpuid", code[1].getInstruction());
    }

    @Test
    void memoryIsReadAndWrittenInEverySpace() {
        String guest = "guest-virtual:0x" + Long.toHexString(tiny.label("guest") + 5);
        assertEquals("0fa2", hex(read(guest, 2)));
        assertEquals("0fa2", hex(read("host-physical:0x" + Long.toHexString(tiny.label("guest") + 5), 2)));
        WriteMemoryArguments write = new WriteMemoryArguments();
        write.setMemoryReference("0x300000");
        write.setData(Base64.getEncoder().encodeToString(new byte[] {1, 2, 3}));
        assertEquals(3, Conversation.get(client.server().writeMemory(write)).getBytesWritten());
        assertEquals("010203", hex(read("guest-physical:0x300000", 3)));
        ReadMemoryArguments nowhere = new ReadMemoryArguments();
        nowhere.setMemoryReference("0xF0000000");
        nowhere.setCount(16);
        assertEquals(16, Conversation.get(client.server().readMemory(nowhere)).getUnreadableBytes());
    }

    private byte[] read(String reference, int count) {
        ReadMemoryArguments arguments = new ReadMemoryArguments();
        arguments.setMemoryReference(reference);
        arguments.setCount(count);
        return Base64.getDecoder().decode(Conversation.get(client.server().readMemory(arguments)).getData());
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    @Test
    void whatDoesNotExistIsRefusedWithOneLine() {
        List<String> refusals = new ArrayList<>();
        StackTraceArguments noThread = new StackTraceArguments();
        noThread.setThreadId(99);
        refusals.add(Conversation.refusal(client.server().stackTrace(noThread)));
        VariablesArguments noVariables = new VariablesArguments();
        noVariables.setVariablesReference(4711);
        refusals.add(Conversation.refusal(client.server().variables(noVariables)));
        ScopesArguments stale = new ScopesArguments();
        stale.setFrameId(client.stack()[1].getId() + 5);
        refusals.add(Conversation.refusal(client.server().scopes(stale)));
        ReadMemoryArguments noAddress = new ReadMemoryArguments();
        noAddress.setMemoryReference("somewhere");
        noAddress.setCount(1);
        refusals.add(Conversation.refusal(client.server().readMemory(noAddress)));
        SetVariableArguments readOnly = new SetVariableArguments();
        readOnly.setVariablesReference(client.scope(0, "VMCS: Exit information").getVariablesReference());
        readOnly.setName("exit-reason");
        readOnly.setValue("1");
        refusals.add(Conversation.refusal(client.server().setVariable(readOnly)));
        refusals.add(Conversation.refusal(client.server().vmcs(new VmcsArguments(1, 0x1234L))));
        refusals.add(Conversation.refusal(client.evaluate("((((")));
        for (String refusal : refusals) {
            assertFalse(refusal.contains("\n") || refusal.contains("internal") || refusal.contains("Exception"), refusal);
        }
    }

    @Test
    void beforeVmxIsOnThereIsNoVmcsAndThatIsExplained() throws Exception {
        try (Conversation fresh = new Conversation()) {
            fresh.launchAndStop(LaunchArguments.of(tiny.elf().toString()).withStopAt(StopAt.ENTRY));
            VmcsContents none = Conversation.get(fresh.server().vmcs(VmcsArguments.current(0)));
            assertNull(none.vmcs());
            assertTrue(none.explanation().contains("no current VMCS"));
        }
    }
}
