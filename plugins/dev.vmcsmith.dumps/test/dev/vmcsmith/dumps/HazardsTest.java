// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dumps.diagnosis.Diagnosis;
import dev.vmcsmith.vmx.VmcsField;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What mail programs, logs and people do to a dump changes nothing about what it shows. */
class HazardsTest {
    private static final Map<String, UnaryOperator<String>> HAZARDS = new TreeMap<>(Map.ofEntries(
            Map.entry("lines end as on Windows", text -> text.replace("\n", "\r\n")),
            Map.entry("quoted four deep", text -> eachLine(text, line -> ">>>> " + line)),
            Map.entry("quoted by several programs", text -> eachLine(text, line -> "> >> | " + line)),
            Map.entry("wrapped after 60 characters", text -> eachLine(text, line -> wrapped(line, "\n"))),
            Map.entry("wrapped, then quoted", text -> eachLine(eachLine(text, line -> wrapped(line, "\n")), line -> "> " + line)),
            Map.entry("quoted-printable", text -> eachLine(text.replace("=", "=3D"), line -> wrapped(line, " =\n"))),
            Map.entry("non-breaking spaces", text -> text.replace("  ", "\u00A0 ")),
            Map.entry("tabs", text -> text.replace("  ", "\t")),
            Map.entry("invisible characters", text -> eachLine(text, line -> "\u200B" + line)),
            Map.entry("colours", text -> eachLine(text, line -> "\u001B[0;31m" + line + "\u001B[0m")),
            Map.entry("syslog", text -> eachLine(text, line -> "Nov  2 14:09:46 box kernel: " + line)),
            Map.entry("syslog, ISO date", text -> eachLine(text, line -> "2023-11-02T14:09:46.123456+01:00 box kernel: " + line)),
            Map.entry("dates of dmesg -T", text -> eachLine(text, line -> "[Thu Nov  2 14:09:46 2023] " + line)),
            Map.entry("kernel priorities", text -> eachLine(text, line -> "<4>" + line)),
            Map.entry("process prefixes", text -> eachLine(text, line -> "kvm [1234]: " + line)),
            Map.entry("indented", text -> eachLine(text, line -> "    " + line)),
            Map.entry("remarks between the lines", text -> eachLine(text, line -> line + "\nwhat does this mean? see RFLAGS above")),
            Map.entry("source of a web page", text -> eachLine(text, line -> "&gt;&nbsp;" + line)),
            Map.entry("blank lines", text -> eachLine(text, line -> line + "\n")),
            Map.entry("without a last line break", String::stripTrailing)));

    private static String eachLine(String text, UnaryOperator<String> change) {
        return text.lines().map(change).collect(Collectors.joining("\n", "", "\n"));
    }

    /** Breaks a line at the last blank before its 60th character. */
    private static String wrapped(String line, String lineBreak) {
        int blank = line.length() <= 60 ? -1 : line.lastIndexOf(' ', 60);
        return blank < 20 ? line : line.substring(0, blank) + lineBreak + line.substring(blank + 1);
    }

    @TestFactory
    Stream<DynamicTest> hazardsChangeNothing() {
        return Stream.of("linux", "linux-new", "xen").flatMap(sample -> HAZARDS.entrySet().stream().map(hazard -> DynamicTest
                .dynamicTest(sample + ", " + hazard.getKey(), () -> {
                    String text = Samples.text(sample);
                    assertEquals(summary(text), summary(hazard.getValue().apply(text)));
                })));
    }

    /** Prefixes of other programs than a kernel, as tools around hypervisors on other systems write them. */
    private static final List<String> LOGS = List.of("Jun 24 17:25:51 box QEMU[2997]: ",
            "2017-08-03 13:15:25.467831+0200  localhost com.docker.driver.amd64-linux[593]: ",
            "2017-02-14 16:35:21+00 box Docker[com.docker.driver.amd64-linux][66764] <Notice>: ",
            "I0210 20:58:33.286159   22261 main.go:110] libmachine: (minikube) DBG | 2020/02/10 20:58:33 ",
            "2019-01-11 13:29:19.100933+0800  localhost kernel[0]: (intelhaxm) ", "[ 20026,827747] ");

    @TestFactory
    Stream<DynamicTest> logsOfOtherProgramsChangeNothing() {
        return Stream.of("hyperkit", "haxm", "qemu").flatMap(sample -> LOGS.stream().filter(log -> sample.equals("haxm")
                || !log.contains("intelhaxm") && !log.contains(",")).map(log -> DynamicTest.dynamicTest(sample + ", " + log, () -> {
                    String text = Samples.text(sample);
                    assertEquals(summary(text), summary(eachLine(text, line -> log + line)));
                })));
    }

    private static String summary(String text) {
        return Dumps.read(text).dumps().stream().map(dump -> dump.producer() + " " + DumpCasesTest.failure(dump.failure()) + " "
                + DumpCasesTest.violated(Diagnosis.of(dump, List.of())) + " " + dump.fields().stream().map(field -> field.field() + "="
                        + Long.toHexString(field.value())).toList()).collect(Collectors.joining("\n"));
    }

    private static Dump only(String text) {
        List<Dump> dumps = Dumps.read(text).dumps();
        assertEquals(1, dumps.size());
        return dumps.getFirst();
    }

    @Test
    void severalDumpsInOnePasteStaySeparate() {
        String other = Samples.text("linux").replace("RFLAGS=0x00000202", "RFLAGS=0x00000200");
        List<Dump> dumps = Dumps.read(Samples.text("linux") + "\nand on the other machine\n" + other + Samples.text("qemu")).dumps();
        assertEquals(3, dumps.size());
        assertEquals(0x202, dumps.get(0).value(VmcsField.GUEST_RFLAGS));
        assertEquals(0x200, dumps.get(1).value(VmcsField.GUEST_RFLAGS));
        assertEquals(Producer.QEMU, dumps.get(2).producer());
    }

    @Test
    void interleavedDumpsOfMarkedThreadsAreTakenApart() {
        String[] one = Samples.text("linux").split("\n");
        StringBuilder text = new StringBuilder();
        for (String line : one) {
            text.append(line.replace("] ", "][ T11] ")).append('\n');
            text.append(line.replace("] ", "][ T12] ").replace("RFLAGS=0x00000202", "RFLAGS=0x00000200")).append('\n');
        }
        List<Dump> dumps = Dumps.read(text.toString()).dumps();
        assertEquals(2, dumps.size());
        assertEquals(0x202, dumps.get(0).value(VmcsField.GUEST_RFLAGS));
        assertEquals(0x200, dumps.get(1).value(VmcsField.GUEST_RFLAGS));
    }

    @Test
    void interleavedDumpsThatNobodyCanTakeApartBlameNobody() {
        String[] one = Samples.text("linux").split("\n");
        StringBuilder text = new StringBuilder();
        for (String line : one) {
            text.append(line).append('\n').append(line.replace("attr=0x0a09b", "attr=0x0a09a").replace("attr=0x0c093", "attr=0x0c091")
                    .replace("RFLAGS=0x00000202", "RFLAGS=0x00000200")).append('\n');
        }
        for (Dump dump : Dumps.read(text.toString()).dumps()) {
            assertFalse(dump.known(VmcsField.GUEST_RFLAGS));
            assertEquals("", DumpCasesTest.violated(Diagnosis.of(dump, List.of())));
        }
    }

    @Test
    void interleavedLinesOfHaxmBlameNobody() {
        String[] one = Samples.text("haxm").split("\n");
        StringBuilder text = new StringBuilder();
        for (String line : one) {
            text.append(line).append('\n').append(line.replace(": c09", ": a09").replace("RFLAGS: 0", "RFLAGS: 2")).append('\n');
        }
        for (Dump dump : Dumps.read(text.toString()).dumps()) {
            assertFalse(dump.known(VmcsField.GUEST_DS_ACCESS_RIGHTS));
            assertEquals("", DumpCasesTest.violated(Diagnosis.of(dump, List.of())));
        }
    }

    @Test
    void eachProcessorOfAXenDebugKeyIsADumpOfItsOwn() {
        String healthy = Samples.text("xen").lines().skip(2).collect(Collectors.joining("\n", "", "\n")).replace("reason=80000021",
                "reason=0000000c");
        List<Dump> dumps = Dumps.read("(XEN) *********** VMCS Areas **************\n(XEN) >>> Domain 3 <<<\n(XEN)   VCPU 0\n" + healthy
                + "(XEN)   VCPU 1\n" + healthy).dumps();
        assertEquals(List.of("VCPU 0", "VCPU 1"), dumps.stream().map(Dump::name).toList());
        assertEquals("VM_EXIT 12 0", DumpCasesTest.failure(dumps.get(1).failure()));
    }

    @Test
    void aValueThatIsCutOffIsNotRead() {
        Dump dump = only(Samples.text("linux").replace("RIP = 0xffffffff81001000", "RIP = 0xffffffff81"));
        assertFalse(dump.known(VmcsField.GUEST_RIP));
        Withheld withheld = dump.withheld().stream().filter(field -> field.field() == VmcsField.GUEST_RIP).findFirst().orElseThrow();
        assertEquals(Withheld.Why.UNREADABLE, withheld.why());
    }

    @Test
    void aValueThatIsBrokenInTwoIsPutTogether() {
        Dump dump = only(Samples.text("linux").replace("RIP = 0xffffffff81001000", "RIP = 0xffffffff8\n1001000"));
        assertEquals(0xFFFF_FFFF_8100_1000L, dump.value(VmcsField.GUEST_RIP));
    }

    @Test
    void aVmfailThatQemuShowsMakesTheExitReasonStale() {
        Dump dump = Dumps.read("KVM: entry failed, hardware error 0x7\n" + Samples.text("linux")).dumps().stream()
                .filter(each -> each.producer() == Producer.LINUX_KVM).findFirst().orElseThrow();
        assertEquals("VMFAIL 7 -", DumpCasesTest.failure(dump.failure()));
        assertFalse(dump.known(VmcsField.EXIT_REASON));
    }

    @Test
    void eachValueHasTheLineThatPrintsIt() {
        Dump dump = only("> my log\n> \n" + eachLine(Samples.text("xen"), line -> "> " + line));
        assertEquals(10, dump.field(VmcsField.GUEST_RFLAGS).evidence().line());
        assertEquals("d7v1", dump.name());
    }

    @Test
    void remarksAreKept() {
        Dump dump = only(Samples.text("linux").replace("*** Host State ***", "*** Host State ***\nlooks strange to me"));
        assertEquals(List.of("looks strange to me"), dump.unknownLines().stream().map(Evidence::text).toList());
    }

    @Test
    void remarksAreKeptInFormatsWithoutSections() {
        for (String sample : List.of("hyperkit", "haxm", "hyperplatform", "qemu", "virtualbox")) {
            String text = Samples.text(sample);
            int middle = text.indexOf('\n', text.length() / 2) + 1;
            Dump dump = only(text.substring(0, middle) + "looks strange to me\n" + text.substring(middle));
            assertEquals(List.of("looks strange to me"), dump.unknownLines().stream().map(Evidence::text).toList(), sample);
        }
        Dump source = only(Samples.text("source.c").replace("vmcs_writel(GUEST_RFLAGS", "vmcs_writel(GUEST_MOOD, 3);\n vmcs_writel(GUEST_RFLAGS"));
        assertEquals(List.of("vmcs_writel(GUEST_MOOD, 3);"), source.unknownLines().stream().map(Evidence::text).toList());
    }

    @Test
    void linesThatAnotherReaderUnderstandsAreNotUnknown() {
        List<Dump> dumps = Dumps.read(Samples.text("linux") + Samples.text("qemu")).dumps();
        assertEquals(2, dumps.size());
        assertEquals(List.of(), dumps.getFirst().unknownLines());
    }

    @Test
    void theEndOfADumpIsEnoughToSeeTheFailure() {
        Dump dump = only("VMExit: intr_info=00000000 errcode=00000000 ilen=00000003\n"
                + "         reason=80000021 qualification=0000000000000003\nIDTVectoring: info=00000000 errcode=00000000\n");
        assertEquals("ENTRY_FAILED 33 3", DumpCasesTest.failure(dump.failure()));
    }

    @Test
    void theMsrThatTheProcessorRefusedIsNamedWhereNoRuleExplainsIt() {
        String text = "(XEN) d7v1 vmentry failure (reason 0x80000022): MSR loading (entry 1)\n(XEN)   msr 000001dd val 1fff000000001234 (mbz 0)\n"
                + Samples.text("xen").lines().skip(1).map(line -> line.replace("TR: 0040 00083", "TR: 0040 0008b"))
                        .collect(Collectors.joining("\n", "", "\n"));
        List<String> remarks = Diagnosis.of(only(text), List.of()).remarks();
        assertTrue(remarks.getFirst().startsWith("The processor refused entry 2 of the VM-entry MSR-load area: MSR 0x1DD,"), remarks::toString);
    }

    @Test
    void whatIsPrintedInsteadOfAFieldIsNotTheField() {
        assertFalse(only(Samples.text("linux-new")).known(VmcsField.GUEST_IA32_EFER));
        assertFalse(only(Samples.text("hyperkit")).known(VmcsField.GUEST_IDTR_LIMIT));
        assertFalse(only(Samples.text("qemu")).known(VmcsField.GUEST_CR0));
    }

    @Test
    void conditionalAndComputedWritesOfASourceAreNotRead() {
        Dump dump = only(Samples.text("source.c"));
        assertEquals(0x21, dump.value(VmcsField.GUEST_CR0));
        assertFalse(dump.known(VmcsField.GUEST_SS_ACCESS_RIGHTS));
        assertFalse(dump.known(VmcsField.GUEST_PDPTE0));
        assertFalse(dump.known(VmcsField.GUEST_RIP));
    }

    @Test
    void theHalvesOfASixtyFourBitFieldMakeOneValue() {
        Dump dump = only(Samples.text("source.c").replace("vmcs_writel(GUEST_RSP, 0x8000);",
                "vmcs_write32(VMCS_LINK_POINTER, 0xFFFFFFFF); vmcs_write32(VMCS_LINK_POINTER_HIGH, 0xFFFFFFFF);"));
        assertEquals(-1L, dump.value(VmcsField.VMCS_LINK_POINTER));
    }

    @Test
    void anInstructionErrorBesideAnOrdinaryExitReasonDecidesNothing() {
        Dump dump = only(Samples.text("haxm").replace("80000021", "c") + "haxm_warning: 4400 VM_INSTRUCTION_ERROR: 7\n");
        assertEquals("NOT_SHOWN 0 -", DumpCasesTest.failure(dump.failure()));
    }

    @Test
    void capabilityMsrsInTheTextAreImported() {
        Paste paste = Dumps.read("00:00:22.366072 HM: MSR_IA32_VMX_BASIC                = 0xda040000000010\n");
        assertEquals(0xDA_0400_0000_0010L, paste.processor().msrs().get(0x480));
        assertTrue(paste.dumps().isEmpty());
    }
}
