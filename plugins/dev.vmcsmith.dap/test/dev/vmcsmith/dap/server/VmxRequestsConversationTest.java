// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.Bitmaps;
import dev.vmcsmith.dap.protocol.BitmapsArguments;
import dev.vmcsmith.dap.protocol.EntryChecks;
import dev.vmcsmith.dap.protocol.EntryChecksArguments;
import dev.vmcsmith.dap.protocol.EptDifferences;
import dev.vmcsmith.dap.protocol.EptDifferencesArguments;
import dev.vmcsmith.dap.protocol.EptPointers;
import dev.vmcsmith.dap.protocol.ExitExplanation.Cause;
import dev.vmcsmith.dap.protocol.ExitExplanation.Verdict;
import dev.vmcsmith.dap.protocol.ExitExplanation;
import dev.vmcsmith.dap.protocol.ExitFilter;
import dev.vmcsmith.dap.protocol.ExitTimeline;
import dev.vmcsmith.dap.protocol.ExitTimelineArguments;
import dev.vmcsmith.dap.protocol.ExitsArguments;
import dev.vmcsmith.dap.protocol.ExplainExitArguments;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.SetVmcsFieldArguments;
import dev.vmcsmith.dap.protocol.StopAt;
import dev.vmcsmith.dap.protocol.ThreadArguments;
import dev.vmcsmith.dap.protocol.VmcsArguments;
import dev.vmcsmith.dap.protocol.VmcsDifferences;
import dev.vmcsmith.dap.protocol.VmcsDifferencesArguments;
import dev.vmcsmith.dap.protocol.VmcsList;
import dev.vmcsmith.dap.protocol.VmxStep;
import java.util.Base64;
import java.util.List;
import org.eclipse.lsp4j.debug.SteppingGranularity;
import org.eclipse.lsp4j.debug.StoppedEventArguments;
import org.eclipse.lsp4j.debug.WriteMemoryArguments;
import org.junit.jupiter.api.Test;

/** The requests beyond the Debug Adapter Protocol. */
class VmxRequestsConversationTest extends ConversationTestCase {
    private static final long VMCS = 0x20_2000;
    private static final long OTHER = 0x20_6000;
    private static final int GUEST_RIP = 0x681E;
    private static final long EPTP = 0x20_301E;
    private static final long EPT_PD = 0x20_5000;

    private void write(String reference, int... bytes) {
        byte[] data = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            data[i] = (byte) bytes[i];
        }
        WriteMemoryArguments arguments = new WriteMemoryArguments();
        arguments.setMemoryReference(reference);
        arguments.setData(Base64.getEncoder().encodeToString(data));
        Conversation.get(client.server().writeMemory(arguments));
    }

    private ExitExplanation explain(String reference) {
        return Conversation.get(client.server().explainExit(new ExplainExitArguments(0, reference)));
    }

    private static Cause deciding(ExitExplanation explanation) {
        return explanation.causes().stream().filter(Cause::deciding).findFirst().orElseThrow();
    }

    // --- VMCS ----------------------------------------------------------------------------------------------------------------

    @Test
    void theVmcssThatThereAreAreListed() {
        start(StopAt.EVERY_EXIT);
        VmcsList list = Conversation.get(client.server().vmcsList(new ThreadArguments(0)));
        assertEquals(List.of(new VmcsList.Entry(VMCS, null, true, false, List.of(1), 0, EPTP, 1)), list.vmcss());
        assertTrue(Conversation.refusal(client.server().vmcs(new VmcsArguments(0, 0x1000L))).contains("0x1000"));
        assertEquals(VMCS, Conversation.get(client.server().vmcs(new VmcsArguments(0, VMCS))).vmcs());
    }

    @Test
    void aVmcsThatIsNotCurrentCanBeSeenAndChanged() {
        TinyHypervisor tiny = start(StopAt.EVERY_EXIT, "        vmptrld [vmcs_pointer]\n", "        vmptrld [vmcs_pointer]\n"
                + "        vmptrld [other_pointer]\n        vmptrld [vmcs_pointer]\n", "mov [VMCS_REGION], eax", "mov [VMCS_REGION], eax\n"
                        + "        mov [0x206000], eax", "vmcs_pointer:", "other_pointer:\n        dq 0x206000\nvmcs_pointer:");
        VmcsList list = Conversation.get(client.server().vmcsList(new ThreadArguments(0)));
        assertEquals(List.of(VMCS, OTHER), list.vmcss().stream().map(VmcsList.Entry::vmcs).toList());
        assertEquals(List.of(), list.vmcss().getLast().currentOn());
        Conversation.get(client.server().setVmcsField(new SetVmcsFieldArguments(0, GUEST_RIP, 0x1234L, OTHER)));
        assertEquals(0x1234, guestRip(OTHER));
        assertEquals(tiny.label("guest") + 5, guestRip(VMCS));
        assertEquals(List.of(), brokenIn(null));
        assertEquals(List.of(), brokenIn(VMCS));
        List<String> broken = brokenIn(OTHER);
        assertTrue(broken.contains("CTL_PIN_BASED_ALLOWED0"), "a VMCS that was never filled: " + broken);
        assertTrue(Conversation.refusal(client.server().entryChecks(new EntryChecksArguments(0, 0x5000L))).contains("0x5000"));
    }

    private List<String> brokenIn(Long vmcs) {
        return Conversation.get(client.server().entryChecks(new EntryChecksArguments(0, vmcs))).broken().stream()
                .map(EntryChecks.BrokenRule::ruleId).toList();
    }

    private long guestRip(long vmcs) {
        return Conversation.get(client.server().vmcs(new VmcsArguments(0, vmcs))).areas().getFirst().fields().stream()
                .filter(field -> field.encoding() == GUEST_RIP).findFirst().orElseThrow().value();
    }

    @Test
    void whatChangedInAVmcsBetweenTwoExitsIsTold() {
        TinyHypervisor tiny = start(StopAt.EVERY_EXIT);
        client.resume();
        client.resume();
        String now = client.stack()[0].getInstructionPointerReference();
        VmcsDifferences differences = Conversation.get(client.server().vmcsDifferences(new VmcsDifferencesArguments(0, null, 1, null)));
        VmcsDifferences.Change reason = differences.changes().stream().filter(c -> c.hvName().equals("exit-reason")).findFirst()
                .orElseThrow();
        assertEquals("CPUID", reason.meaningBefore());
        assertEquals("VMCALL", reason.meaningAfter());
        VmcsDifferences.Change rip = differences.changes().stream().filter(c -> c.hvName().equals("rip") && c.area().equals("guest"))
                .findFirst().orElseThrow();
        assertEquals(tiny.label("guest") + 5, rip.before());
        assertEquals(1, differences.from().exits());
        assertEquals(3, differences.to().exits());
        assertTrue(differences.changes().stream().noneMatch(c -> c.area().equals("host")));
        assertEquals(now, client.stack()[0].getInstructionPointerReference(), "the present stays");
        VmcsDifferences first = Conversation.get(client.server().vmcsDifferences(new VmcsDifferencesArguments(0, VMCS, 1, 2L)));
        assertEquals(28, first.changes().stream().filter(c -> c.hvName().equals("exit-reason")).findFirst().orElseThrow().after());
        assertTrue(Conversation.refusal(client.server().vmcsDifferences(new VmcsDifferencesArguments(0, null, 4, null)))
                .contains("no VM exit 4"));
        client.resumeToEnd();
        assertEquals(1, client.exitCode());
        assertEquals("x\nx\n", client.output("stdout"));
    }

    // --- bitmaps -------------------------------------------------------------------------------------------------------------

    @Test
    void bitmapsAreDecodedIntoRangesAndWhatIsNotUsedSaysSo() {
        start(StopAt.EVERY_EXIT);
        Bitmaps bitmaps = Conversation.get(client.server().bitmaps(new BitmapsArguments(0, null)));
        Bitmaps.Bitmap msr = bitmap(bitmaps, Bitmaps.Kind.MSR);
        assertFalse(msr.used());
        assertTrue(msr.rule().contains("use-msr-bitmaps is 0"), msr.rule());
        client.setField(0x4002, 0x8401_E172L | 1 << 28 | 1 << 25);
        client.setField(0x2004, 0x30_0000);
        client.setField(0x2000, 0x30_1000);
        client.setField(0x2002, 0x30_2000);
        client.setField(0x4004, 1 << 6 | 1 << 13);
        write("host-physical:0x300410", 0x11);
        write("host-physical:0x300c10", 0x11);
        write("host-physical:0x300803", 0x08);
        write("host-physical:0x30107f", 0xFF);
        write("host-physical:0x302000", 1);
        bitmaps = Conversation.get(client.server().bitmaps(new BitmapsArguments(0, null)));
        assertEquals(List.of(new Bitmaps.Entry(0x1B, 0x1B, "IA32_APIC_BASE", "w"), new Bitmaps.Entry(0xC000_0080L, 0xC000_0080L,
                "IA32_EFER", "rw"), new Bitmaps.Entry(0xC000_0084L, 0xC000_0084L, "IA32_FMASK", "rw")),
                bitmap(bitmaps, Bitmaps.Kind.MSR).entries());
        assertEquals(List.of(new Bitmaps.Entry(0x3F8, 0x3FF, null, "rw"), new Bitmaps.Entry(0x8000, 0x8000, null, "rw")),
                bitmap(bitmaps, Bitmaps.Kind.IO).entries());
        assertEquals(List.of("#UD", "#GP"), bitmap(bitmaps, Bitmaps.Kind.EXCEPTION).entries().stream().map(Bitmaps.Entry::name).toList());
    }

    private static Bitmaps.Bitmap bitmap(Bitmaps bitmaps, Bitmaps.Kind kind) {
        return bitmaps.bitmaps().stream().filter(bitmap -> bitmap.kind() == kind).findFirst().orElseThrow();
    }

    // --- why -----------------------------------------------------------------------------------------------------------------

    @Test
    void itIsExplainedWhyAnInstructionExitsOrNot() {
        TinyHypervisor tiny = start(StopAt.EVERY_EXIT);
        ExitExplanation cpuid = explain(null);
        assertEquals("cpuid", cpuid.instruction());
        assertEquals(Verdict.EXITS, cpuid.verdict());
        assertEquals(10, cpuid.reason());
        assertFalse(cpuid.tried(), "the guest does not run now");
        client.resume();
        ExitExplanation cr3 = explain(null);
        assertEquals(28, cr3.reason());
        assertEquals("primary.cr3-store-exiting", deciding(cr3).name());
        assertEquals(16, deciding(cr3).bit());
        assertTrue(deciding(cr3).remedy().contains("clear primary.cr3-store-exiting"), deciding(cr3).remedy());
        client.setField(0x4002, 0x8401_E172L & ~(1 << 16));
        cr3 = explain(null);
        assertEquals(Verdict.DOES_NOT_EXIT, cr3.verdict());
        assertTrue(cr3.summary().contains("cr3-store-exiting is 0"), cr3.summary());
        ExitExplanation plain = explain("guest-virtual:0x" + Long.toHexString(tiny.label("guest")));
        assertEquals(Verdict.DOES_NOT_EXIT, plain.verdict());
        assertEquals(Verdict.FAULTS, explain("guest-virtual:0xf0000000").verdict());
    }

    @Test
    void whereTheGuestIsAboutToExecuteTheInstructionItIsTriedAndTheRunIsAsItWas() {
        start(StopAt.EVERY_EXIT);
        client.step(VmxStep.NEXT_ENTRY);
        client.stepIn(SteppingGranularity.INSTRUCTION);
        client.stepIn(SteppingGranularity.INSTRUCTION);
        client.stepIn(SteppingGranularity.INSTRUCTION);
        client.stepIn(SteppingGranularity.INSTRUCTION);
        ExitExplanation found = explain(null);
        assertTrue(found.instruction().startsWith("mov ecx, cr3"), found.instruction());
        assertTrue(found.tried());
        assertEquals(28, found.reason());
        assertEquals(1, Conversation.get(client.server().exits(ExitsArguments.page(0, 10))).total());
        assertEquals("VM exit 2: Control-register accesses (28), MOV RCX, CR3", client.resume().getText());
    }

    @Test
    void anMsrBitmapDecidesByTheBitThatIsNamed() {
        start(StopAt.EVERY_EXIT, "        mov ecx, cr3\n", "        mov ecx, 0xC0000080\n        rdmsr\n");
        client.resume();
        assertEquals("use-msr-bitmaps is 0.", deciding(explain(null)).text());
        client.setField(0x4002, 0x8401_E172L | 1 << 28);
        client.setField(0x2004, 0x30_0000);
        ExitExplanation off = explain(null);
        assertEquals(Verdict.DOES_NOT_EXIT, off.verdict());
        assertEquals(0x30_0410L, deciding(off).address());
        write("host-physical:0x300410", 1);
        ExitExplanation on = explain(null);
        assertEquals(31, on.reason());
        assertEquals("clear bit 0 of the byte at physical address 0x300410", deciding(on).remedy());
    }

    // --- exits ---------------------------------------------------------------------------------------------------------------

    @Test
    void exitsAreFilteredByVirtualTimeVmcsAndPlaceAndCountedOverTime() {
        TinyHypervisor tiny = start(StopAt.EVERY_EXIT);
        client.resume();
        client.resume();
        long second = Conversation.get(client.server().exits(ExitsArguments.page(1, 1))).exits().getFirst().instructions();
        assertEquals(List.of(2L, 3L), numbers(ExitFilter.ALL.withInstructions(second, null)));
        assertEquals(List.of(1L, 2L, 3L), numbers(ExitFilter.ALL.withVmcs(VMCS)));
        assertEquals(List.of(), numbers(ExitFilter.ALL.withVmcs(0x5000L)));
        assertEquals(List.of(1L), numbers(ExitFilter.text("guest+0x5")));
        assertEquals(List.of(1L), numbers(new ExitFilter(null, null, null, null, null, null, 1, null, tiny.label("guest"),
                tiny.label("guest") + 5, null)));
        assertEquals(List.of(1L, 2L, 3L), numbers(new ExitFilter(null, null, null, null, null, null, null, null, null, null, "handler")));
        ExitTimeline timeline = Conversation.get(client.server().exitTimeline(new ExitTimelineArguments(4, null, null, null)));
        assertEquals(4, timeline.buckets().size());
        assertEquals(3, timeline.buckets().stream().mapToInt(ExitTimeline.Bucket::count).sum());
        assertEquals(10, timeline.buckets().getFirst().reason());
        assertEquals(1, timeline.buckets().getFirst().firstExit());
    }

    @Test
    void exitsThatWereNotStoppedAtHaveTheirHandlersToo() throws Exception {
        client.launch(LaunchArguments.of(new CHypervisor(folder).elf().toString()).withStopAt(StopAt.BREAKPOINTS));
        client.functionBreakpoints("leave");
        client.configurationDone();
        client.stop();
        String place = client.stack()[0].getInstructionPointerReference();
        ExitFilter byHandler = new ExitFilter(null, null, null, null, null, null, null, null, null, null, "handle_exit");
        assertEquals(7, numbers(byHandler).size(), "a filter finds the handlers of the exits that it looks for");
        assertEquals(7, numbers(ExitFilter.text("handle_ex")).size());
        List<String> handlers = Conversation.get(client.server().exits(ExitsArguments.page(0, 10))).exits().stream()
                .map(exit -> exit.handler()).distinct().toList();
        assertEquals(List.of("exit_entry"), handlers.stream().map(name -> name.equals("handle_exit") ? "exit_entry" : name).toList());
        assertEquals(place, client.stack()[0].getInstructionPointerReference());
        client.resumeToEnd();
        assertEquals(0, client.exitCode());
    }

    private List<Long> numbers(ExitFilter filter) {
        return Conversation.get(client.server().exits(new ExitsArguments(0, 100, filter))).exits().stream().map(e -> e.number()).toList();
    }

    @Test
    void oneCanStepToTheNextEntryTheNextExitAndThePreviousExit() {
        TinyHypervisor tiny = start(StopAt.ENTRY);
        StoppedEventArguments entry = client.step(VmxStep.NEXT_ENTRY);
        assertEquals("step", entry.getReason());
        assertEquals("guest (guest)", client.stack()[0].getName());
        assertEquals("VM exit 1: CPUID (10)", client.step(VmxStep.NEXT_EXIT).getText());
        client.step(VmxStep.NEXT_ENTRY);
        client.step(VmxStep.NEXT_EXIT);
        assertEquals("VM exit 3: VMCALL (18)", client.step(VmxStep.NEXT_EXIT).getText());
        assertEquals("VM exit 2: Control-register accesses (28), MOV RCX, CR3", client.step(VmxStep.PREVIOUS_EXIT).getText());
        assertEquals("VM exit 1: CPUID (10)", client.step(VmxStep.PREVIOUS_EXIT).getText());
        assertEquals("entry", client.step(VmxStep.PREVIOUS_EXIT).getReason());
        assertEquals(HexLong.format(tiny.label("start")), client.stack()[0].getInstructionPointerReference());
    }

    @Test
    void aLaunchCanStopAtVmlaunch() {
        start(StopAt.VMLAUNCH);
        assertEquals("guest (guest)", client.stack()[0].getName());
        client.resumeToEnd();
        assertEquals(1, client.exitCode());
    }

    // --- EPT -----------------------------------------------------------------------------------------------------------------

    @Test
    void twoEptsOrOneAtTwoInstantsAreCompared() {
        start(StopAt.EVERY_EXIT);
        EptPointers pointers = Conversation.get(client.server().eptPointers(new ThreadArguments(0)));
        assertEquals(1, pointers.pointers().size());
        assertTrue(pointers.pointers().getFirst().inUse());
        assertEquals(EPTP, pointers.pointers().getFirst().eptp());
        EptDifferences same = Conversation.get(client.server().eptDifferences(new EptDifferencesArguments(0, null, null, null, null)));
        assertEquals(List.of(), same.changes());
        assertNull(same.explanation());
        write("host-physical:0x" + Long.toHexString(EPT_PD + 8), 0xB1);
        write("host-physical:0x" + Long.toHexString(EPT_PD + 16), 0);
        EptDifferences changed = Conversation.get(client.server().eptDifferences(new EptDifferencesArguments(0, null, null, 1L, null)));
        assertEquals(2, changed.changes().size());
        assertEquals(0x20_0000, changed.changes().get(0).start());
        assertEquals("rwx", changed.changes().get(0).before().rights());
        assertEquals("r--", changed.changes().get(0).after().rights());
        assertEquals(0x40_0000, changed.changes().get(1).start());
        assertNull(changed.changes().get(1).after());
    }
}
