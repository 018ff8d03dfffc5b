// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.image.ImageFormatException;
import dev.vmcsmith.image.ImageOptions;
import dev.vmcsmith.image.ImageSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SetupsTest {
    private static final Path FILE = Path.of("test.hv").toAbsolutePath();

    @TempDir
    Path directory;

    private static List<Problem> check(String text) {
        return Setups.check(FILE, text);
    }

    @Test
    void everyExampleIsCleanAndCompiles() throws IOException {
        try (Stream<Path> files = Files.walk(Walkthrough.FILE.getParent().getParent())) {
            List<Path> setups = files.filter(file -> file.toString().endsWith(".hv")).toList();
            assertTrue(setups.contains(Walkthrough.FILE));
            for (Path file : setups) {
                CompiledSetup result = Setups.compile(file, CompileOptions.DEFAULT);
                assertEquals(List.of(), result.problems());
                assertTrue(result.elf().isPresent());
            }
        }
    }

    @Test
    void linesMayEndAsOnWindowsAndTheFileMayBeginWithAMark() throws IOException {
        Path file = Files.writeString(directory.resolve("w.hv"), "\uFEFF" + Walkthrough.with("0xC09B", "0xC09A").replace("\n", "\r\n"));
        List<Problem> problems = Setups.check(file);
        assertEquals(1, problems.size(), problems.toString());
        assertEquals(Walkthrough.line(Walkthrough.text(), "0xC09B"), problems.getFirst().line());
    }

    @Test
    void aMachineWithoutRoomForTheHypervisorIsAProblem() throws IOException {
        String filled = Walkthrough.with("64 MiB", "4 MiB").replace("run Guest {",
                "guest file Filler at 0x10_0000 from \"filler\"\nrun Guest {");
        Files.write(directory.resolve("filler"), new byte[3 << 20]);
        CompiledSetup result = Setups.compile(Files.writeString(directory.resolve("full.hv"), filled), CompileOptions.DEFAULT);
        assertTrue(result.image().isEmpty());
        assertTrue(result.problems().getFirst().message().contains("more memory"), result.problems().toString());
    }

    @Test
    void guestFilesAreInTheImage() throws IOException {
        String text = Walkthrough.text().replace("run Guest {",
                "guest file Data at 0x20_0000 from \"data\"\nconst SIZE = sizeof(Data)\nrun Guest {");
        Files.write(directory.resolve("data"), new byte[] {1, 2, 3, 4, 5});
        CompiledSetup result = Setups.compile(Files.writeString(directory.resolve("file.hv"), text), CompileOptions.DEFAULT);
        assertTrue(result.image().orElseThrow().segments().stream().anyMatch(s -> s.name().equals(".guest.Data") && s.bytes().length == 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-guest.hv", "pae-guest.hv", "paged-guest.hv", "real-guest.hv", "counting-guest.hv",
        "mode-switch-guest.hv"})
    void theSetupsThatAreComparedWithBochsAreCleanAndCompile(String name) {
        CompiledSetup result = Setups.compile(Path.of("..", "..", "releng", "bochs", name), CompileOptions.DEFAULT);
        assertEquals(List.of(), result.problems());
        assertTrue(result.elf().isPresent());
    }

    /** One change to the walkthrough, and the one problem that it makes: id, the text that is marked, part of the message. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "0xC09B    |0xC09A            |GUEST_CS_AR_TYPE      |0xC09A           |Checks on Guest Segment Registers",
        ", unrestricted-guest|``      |GUEST_CR0_FIXED0      |protected-32     |0x80000031",
        "cr3-load-ex|cr3-loda-ex      |UNKNOWN_NAME          |cr3-loda-exiting |did you mean 'cr3-load-exiting'?",
        "enable-ept, |enable-rdtscp, hlt-exiting, |UNKNOWN_NAME|hlt-exiting     |is a control of primary, not of secondary",
        "enable-vpid,|enable-enclv-exiting,|CONTROL_NOT_AVAILABLE|enable-enclv-exiting|MSR 0x48B",
        "enable-vpid,|enable-vpid, conceal-vmx-from-pt,|CONTROL_WITHHELD|conceal-vmx-from-pt|bundled machine, which has no semantics",
        "rip = Main|rip = Mian        |UNKNOWN_NAME          |Mian             |did you mean 'Main'?",
        "rip = Main|ripp = Main       |UNKNOWN_NAME          |ripp             |did you mean 'rip'?",
        "rip = Main|rip = eax         |UNKNOWN_NAME          |eax              |there is no constant",
        "mov   cr3, ecx|mov cr3, eqx  |ASSEMBLY              |eqx              |eqx",
        "eax, STOP |eax, STPO         |ASSEMBLY              |STPO             |STPO",
        "eax == STOP|eaxx == STOP     |UNKNOWN_NAME          |eaxx             |did you mean 'eax'?",
        "exit vmcall|exit vmcal       |UNKNOWN_NAME          |vmcal            |did you mean 'vmcall'?",
        "exits cpuid|exits cpuidd     |UNKNOWN_NAME          |cpuidd           |did you mean 'cpuid'?",
        "protected-32 {|protected-3 { |UNKNOWN_NAME          |protected-3      |did you mean 'protected-32'?",
        "\"skylake\"|\"skylak\"       |UNKNOWN_NAME          |\"skylak\"       |did you mean 'skylake'?",
        "serial com1|serial com9      |UNKNOWN_NAME          |com9             |com1, com2",
        "long-64   |long-32           |UNKNOWN_NAME          |long-32          |long-64",
        "64 MiB    |0 MiB             |MEMORY_RANGE          |0 MiB            |4 MiB to 3 GiB",
        "vpid 1    |vpid 0            |CTL_VPID_ZERO         |0                |may not be 0",
        "#UD, #GP  |#UD, #QQ          |UNKNOWN_NAME          |#QQ              |no exception '#QQ'",
        "16 MiB -> |16 MiB + 1 ->    |MEMORY_RANGE          |16 MiB + 1       |page boundary",
        "identity rwx|identity -wx    |EPT_FORM              |-wx              |EPT Misconfigurations",
        "bits 32   |bits 31           |BAD_VALUE             |31               |16, 32 or 64",
        "0x9_0000  |1 / 0             |BAD_VALUE             |1 / 0            |division by zero",
        "vpid 1|msr-bitmap { read 0x2000 } vpid 1|BAD_VALUE|read 0x2000     |0xC0000000",
        "vpid 1|io-bitmap { 0x10000 } vpid 1|BAD_VALUE  |0x10000          |0xFFFF",
        "vpid 1|io-bitmap { 5 .. 4 } vpid 1|BAD_VALUE   |5 .. 4           |at or after",
        "run Guest {|page tables P paee at 0x2_0000 { } run Guest {|UNKNOWN_NAME|paee|did you mean 'pae'?",
        "run Guest {|page tables P pae at 0x2_0000 { map 0 .. 1 -> 0 } run Guest {|MEMORY_RANGE|0|page boundaries",
        "run Guest {|page tables P pae at 0x2_0000 { map 0 .. 4 MiB -> 0 rwx } run Guest {|BAD_VALUE|rwx|rwu",
        "inject #UD|inject #BP        |HANDLER               |#BP             |software exception",
        "inject #UD|inject #UD error-code 1|HANDLER          |1               |no error code",
        "inject #UD|emulate           |HANDLER               |emulate         |this handler is for vmcall",
        "inject #UD|exit-reason = 1   |HANDLER               |exit-reason     |only be read",
        "inject #UD|raxx = 1          |UNKNOWN_NAME          |raxx            |did you mean 'rax'?",
        "inject #UD|Identity.map(0, -w-)|EPT_FORM            |-w-             |w only with r",
        "run Guest {|on Guest exit cpuid { } run Guest {|DUPLICATE|cpuid        |takes every exit",
        "other { panic|ept-violation { skip } on exit other { panic|HANDLER|skip   |not caused by one",
        "inject #UD|let a = 1 a = 2   |HANDLER               |a               |can only be read",
        "inject #UD|if rax { let b = 1 } rax = b|UNKNOWN_NAME|b             |there is no",
        "vmcs Guest {|var v = 1 vmcs Guest { host { rsp = v }|UNKNOWN_NAME|v|there is no",
        "run Guest {|var v = v run Guest {|UNKNOWN_NAME   |v                |there is no",
        "run Guest {|on Guest exit apic-access { } run Guest {|HANDLER_NEVER_RUNS|apic-access|virtualize-apic-accesses is not set",
        "run Guest {|on Guest exit vmfunc { skip } run Guest {|HANDLER_NEVER_RUNS|vmfunc|enable-vm-functions is not set",
        "run Guest {|on Guest exit hlt { skip } run Guest {|HANDLER_NEVER_RUNS|hlt|hlt-exiting is not set",
        "on Guest exit other { panic|on Guest exit exception-nmi { panic|NO_HANDLER|enable-ept|ept-violation",
        "0x9_0000  |0x200_0000        |STACK_NOT_MAPPED      |GUEST_STACK      |the EPT Identity maps",
        "identity rwx WB|identity rwx WB map 0x2_1000 size 4 KiB -> none } guest data Big at 0x2_0000 { zeros 0x3000|GUEST_NOT_MAPPED|0x2_0000|hole under this, at 0x21000",
        "run Guest {|on Guest exit monitor-trap-flag { } run Guest {|HANDLER_NEVER_RUNS|monitor-trap-flag|is not set",
        "run Guest {|function f() { return f() } run Guest {|HANDLER|f|calls itself",
        "inject #UD|return 1          |HANDLER               |return 1        |only a function returns",
        "inject #UD|enable load-ia32-pat|UNKNOWN_NAME        |load-ia32-pat   |exit.load-ia32-pat",
        "inject #UD|enable enable-enclv-exiting|CONTROL_NOT_AVAILABLE|enable-enclv-exiting|MSR 0x48B",
        "inject #UD|host.bite[0] = 1  |UNKNOWN_NAME          |host.bite       |did you mean 'host.byte'?",
        "inject #UD|STOP(1)           |HANDLER               |STOP            |is no function",
        "inject #UD|inject nmii       |UNKNOWN_NAME          |nmii            |did you mean 'nmi'?",
        "run Guest {|guest data D at 0x2_0000 { wrods 1 } run Guest {|UNKNOWN_NAME|wrods|did you mean 'words'?",
        "run Guest {|vmcs B extends B { } run Guest {|BAD_VALUE|B|cannot extend itself",
        "0x9_0000  |sizeof(STOP)      |BAD_VALUE             |sizeof(STOP)     |have a size",
        "vpid 1    |vpid 0x1_0000     |VALUE_TOO_WIDE        |0x1_0000         |16 bits",
        "0x9_0000  |GUEST_STACK + 1   |BAD_VALUE             |const GUEST_STACK = GUEST_STACK + 1|its own value",
        "{exit-reason}|{exit-reason:q}|UNKNOWN_NAME          |q                |hexadecimal",
        "rsp = GUEST_STACK|tr.selector = 0x1_0018|VALUE_TOO_WIDE|0x1_0018      |16 bits",
        "rsp = GUEST_STACK|rip = 1    |DUPLICATE             |rip = 1          |set above",
        "run Guest {|const STOP = 2 run Guest {|DUPLICATE    |STOP             |taken above",
        "run Guest {|guest code B at 0x1_0010 bits 32 {\\n nop\\n}\\nrun Guest {|MEMORY_OVERLAP|0x1_0010|overlaps Main",
        "run Guest {|run Guest, Guest {|DUPLICATE          |Guest            |belongs to one processor",
        "run Guest {|run Guest on 1 { |MISSING             |Guest on 1       |processor 0 starts the others",
        "run Guest {|run Guest on 8 { |BAD_VALUE           |8                |0 to 7",
        "run Guest {|vmcs B extends Guest { } run Guest, B on 0 {|DUPLICATE|0|launches Guest already",
        "run Guest {|vmcs B extends Guest { } run Guest { expect B exits vmcall|BAD_VALUE|B|does not run",
        "run Guest {|vmcs B extends Guest { } on B exit other { switch Guest } run Guest, B {|DUPLICATE|B|entered on processors 0 and 1",
        "run Guest {|guest file B at 0x2_0000 from \"none.bin\" run Guest {|FILE_NOT_READABLE|\"none.bin\"|there is no file",
    })
    void aMistakeIsMarkedWhereItIs(String before, String after, String id, String marked, String message) {
        String text = Walkthrough.with(before.strip(), after.strip().replace("\\n", "\n"));
        List<Problem> problems = check(text);
        assertEquals(1, problems.size(), problems.toString());
        Problem problem = problems.getFirst();
        assertEquals(id.strip(), problem.ruleId());
        assertTrue(problem.message().contains(message.strip()), problem.message());
        String line = text.lines().toList().get(problem.line() - 1);
        assertEquals(marked.strip(), line.substring(problem.column() - 1, problem.column() - 1 + problem.length()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "on Guest exit exception-nmi { } |                                     | #UD   | exit exception-nmi",
        "cpuid                        // |invd //                              | invd  | exit invd",
        "cpuid                        // |rdmsr //                             |       |",
        "vpid 1\\n                      |vpid 1 msr-bitmap { write IA32_EFER } | write | exit wrmsr",
        "vpid 1\\n                      |vpid 1 io-bitmap { 0x80 } |              0x80  | exit io-instruction",
        "vpid 1\\n                      |vpid 1 io-bitmap { } \\n |                    |",
        "vpid 1\\n                      |vpid 1 eoi-bitmap { 0x41 } |             0x41  | exit virtualized-eoi",
        "vpid 1\\n                      |vpid 1 vmwrite-bitmap { all } |          vmwrite-bitmap | exit vmwrite",
        "vpid 1\\n                      |vpid 1 inject mtf |                      inject mtf | exit monitor-trap-flag",
        "vpid 1\\n                      |vpid 1 pin-based { nmi-exiting } |       |",
        "on Guest exit exception-nmi { } |on exit exception-nmi { enable hlt-exiting } | hlt-exiting | exit hlt",
        "on Guest exit exception-nmi { } |on exit exception-nmi { inject mtf } |   inject mtf | exit monitor-trap-flag",
    })
    void anExitThatNothingHandlesIsAWarningAtItsCause(String before, String after, String marked, String handler) {
        String text = Walkthrough.with("on Guest exit other { panic \"not handled: {exit-reason}\" }",
                "on Guest exit ept-violation { }\non Guest exit exception-nmi { }");
        String changed = text.replace(before.strip().replace("\\n", "\n"), after == null ? "" : after.strip());
        List<Problem> problems = check(changed).stream().filter(problem -> problem.ruleId().equals("NO_HANDLER")).toList();
        assertEquals(marked == null ? 0 : 1, problems.size(), problems.toString());
        if (marked != null) {
            Problem problem = problems.getFirst();
            assertTrue(problem.message().contains(handler), problem.message());
            String line = changed.lines().toList().get(problem.line() - 1);
            assertEquals(marked, line.substring(problem.column() - 1, problem.column() - 1 + problem.length()));
        }
    }

    @Test
    void exceptionsThatNothingCatchesAreHandledInVain() {
        String text = Walkthrough.with("run Guest {", "on Guest exit exception-nmi { inject #UD }\nrun Guest {");
        assertEquals(List.of(), check(text));
        String none = text.replace("exceptions { #UD, #GP }", "exceptions { }");
        assertEquals(List.of("HANDLER_NEVER_RUNS"), check(none).stream().map(Problem::ruleId).toList());
        assertEquals(List.of(), check(none.replace("exceptions { }", "pin-based { nmi-exiting }")));
        assertEquals(List.of(), check(none.replace("exceptions { }", "exception-bitmap = 0x40")));
        assertEquals(List.of(), check(none.replace("{ emulate }", "{ emulate exception-bitmap = 0x40 }")));
    }

    @Test
    void aPageThatAnEptKeepsFromTheGuestNeedsAHandler() {
        String text = Walkthrough.with("enable-ept, ", "").replace("on Guest exit other { panic \"not handled: {exit-reason}\" }",
                "on Guest exit exception-nmi { }");
        assertEquals(List.of(), check(text));
        List<Problem> problems = check(text.replace("identity rwx WB", "identity rwx WB hook 0x5000 -> r--"));
        assertEquals(List.of("NO_HANDLER"), problems.stream().map(Problem::ruleId).toList());
        assertEquals("ept Identity", text.lines().toList().get(problems.getFirst().line() - 1).strip());
    }

    @Test
    void aMachineWithTooFewProcessorsIsMarkedAndOneWithoutANumberHasEnough() {
        String text = Walkthrough.with("run Guest {", "vmcs B extends Guest { }\non exit other { stop }\nrun Guest, B on 2 {");
        assertEquals(List.of(), check(text));
        assertEquals(3, ParsedSetup.plan(text).machine().config().cpus());
        List<Problem> problems = check(text.replace("64 MiB", "64 MiB cpus 2"));
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.getFirst().message().contains("this machine has 2 processors; run needs cpus 3"), problems.toString());
    }

    @Test
    void accessRights0x9AAreAnErrorAtTheirLine() {
        String text = Walkthrough.with("0xC09B", "0x9A");
        List<Problem> problems = check(text);
        assertEquals(1, problems.stream().filter(problem -> problem.ruleId().equals("GUEST_CS_AR_TYPE")).count(), problems.toString());
        problems.forEach(problem -> assertEquals(Walkthrough.line(text, "0x9A"), problem.line()));
    }

    @Test
    void oneMistakeDoesNotHideTheOthers() {
        String text = Walkthrough.with("guest protected-32 {", "guest protected-32 { = ").replace("exits cpuid", "exits cpuidd");
        List<String> ids = check(text).stream().map(Problem::ruleId).toList();
        assertTrue(ids.contains("SYNTAX") && ids.contains("UNKNOWN_NAME"), ids.toString());
    }

    @Test
    void anythingAtAllIsAnsweredWithProblemsNotExceptions() {
        String text = Walkthrough.text();
        for (int cut = 0; cut < text.length(); cut += 23) {
            check(text.substring(0, cut));
            check(text.substring(cut));
            check(text.substring(0, cut) + text.substring(Math.min(text.length(), cut + 5)));
        }
    }

    @Test
    void aSetupThatBreaksARuleIsCompiledOnlyWithoutChecks() throws IOException {
        Path file = Files.writeString(directory.resolve("bad.hv"), Walkthrough.with("0xC09B", "0xC09A"));
        assertTrue(Setups.compile(file, CompileOptions.DEFAULT).image().isEmpty());
        CompiledSetup forced = Setups.compile(file, new CompileOptions(false, CompileOptions.DEFAULT.cpu()));
        assertTrue(forced.image().isPresent());
        assertEquals("GUEST_CS_AR_TYPE", forced.problems().getFirst().ruleId());
    }

    @Test
    void aMistakeOfTheLanguageIsNeverCompiled() throws IOException {
        Path file = Files.writeString(directory.resolve("bad.hv"), Walkthrough.with("rip = Main", "rip = Mian"));
        assertTrue(Setups.compile(file, new CompileOptions(false, CompileOptions.DEFAULT.cpu())).image().isEmpty());
    }

    @Test
    void anotherProcessorCanBeAskedFor() throws IOException {
        Path file = Files.writeString(directory.resolve("w.hv"), Walkthrough.text());
        CompiledSetup old = Setups.compile(file, new CompileOptions(true, Optional.of("penryn")));
        assertTrue(old.problems().stream().anyMatch(p -> p.ruleId().equals("CONTROL_NOT_AVAILABLE")), old.problems().toString());
        CompiledSetup unknown = Setups.compile(file, new CompileOptions(true, Optional.of("skylak")));
        assertTrue(unknown.problems().getFirst().message().contains("skylake"), unknown.problems().toString());
    }

    @Test
    void aControlThatTheProfileDoesNotTellOfIsNotOfferedByTheMachine() throws IOException {
        String text = Walkthrough.text().replace("\"skylake\"", "\"alder-lake\"").replace("vpid 1",
                "tertiary { guest-paging-verification } vpid 1");
        List<Problem> problems = Setups.check(Files.writeString(directory.resolve("w.hv"), text));
        assertEquals(List.of("CONTROL_WITHHELD"), problems.stream().map(Problem::ruleId).toList());
        assertTrue(problems.getFirst().message().contains("MSR 0x492"), problems.toString());
        assertEquals(List.of(), Setups.check(Files.writeString(directory.resolve("w.hv"), text.replace("alder-lake", "max"))));
    }

    @Test
    void aWrittenEptPointerTakesThePlaceOfAnEpt() throws IOException {
        String text = """
                guest code Main at 0x1000 bits 32 { vmcall }
                vmcs Guest {
                    secondary { enable-ept, unrestricted-guest }
                    ept-pointer = 0x10_001E
                    guest protected-32 { rip = Main }
                }
                on Guest exit other { stop }
                run Guest { }
                """;
        assertEquals(List.of(), Setups.check(Files.writeString(directory.resolve("pointer.hv"), text)));
        Path without = Files.writeString(directory.resolve("without.hv"), text.replace("ept-pointer = 0x10_001E", ""));
        assertEquals("MISSING", Setups.check(without).getFirst().ruleId());
    }

    @Test
    void aSetupThatRunsNothingSaysSo() throws IOException {
        Path file = Files.writeString(directory.resolve("empty.hv"), "");
        assertEquals(List.of(), Setups.check(file));
        assertEquals("MISSING", Setups.compile(file, CompileOptions.DEFAULT).problems().getFirst().ruleId());
    }

    @Test
    void filesThatAreNoSetupsAreProblemsWithAdvice() throws IOException {
        assertTrue(Setups.check(directory.resolve("none.hv")).getFirst().message().contains("there is no file"));
        assertTrue(Setups.check(directory).getFirst().message().contains("is a directory"));
        Path binary = Files.write(directory.resolve("binary.hv"), new byte[] {(byte) 0xFF, 0, 1});
        assertTrue(Setups.check(binary).getFirst().message().contains("not text"));
    }

    @Test
    void imageSourcesReadSetups() throws Exception {
        assertTrue(ImageSources.read(Walkthrough.FILE, ImageOptions.DEFAULT).multiboot().isPresent());
        Path file = Files.writeString(directory.resolve("bad.hv"), Walkthrough.with("rip = Main", "rip = Mian"));
        ImageFormatException bad = assertThrows(ImageFormatException.class,
                () -> ImageSources.read(file, ImageOptions.DEFAULT));
        assertFalse(bad.details().isEmpty());
    }
}
