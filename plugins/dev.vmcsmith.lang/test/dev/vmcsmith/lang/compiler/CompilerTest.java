// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.ElfReader;
import dev.vmcsmith.image.ElfWriter;
import dev.vmcsmith.image.Expectations;
import dev.vmcsmith.image.LineRow;
import dev.vmcsmith.image.Segment;
import dev.vmcsmith.lang.ParsedSetup;
import dev.vmcsmith.lang.Walkthrough;
import dev.vmcsmith.lang.plan.SetupPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompilerTest {
    private static final String FILE = "/setups/walkthrough.hv";

    private static BootImage compile(SetupPlan plan) {
        assertEquals(List.of(), plan.findings());
        return new Compiler(plan, "walkthrough.hv", FILE).compile().orElseThrow();
    }

    private static BootImage walkthrough() {
        return compile(ParsedSetup.walkthrough("run Guest", "run Guest"));
    }

    private static List<LineRow> statements(BootImage image) {
        return image.lines().rows().stream().filter(row -> !row.endSequence()).toList();
    }

    private static String symbol(BootImage image, long address) {
        return image.symbols().nearest(address).map(Object::toString).orElse("none");
    }

    @Test
    void theImageIsMultibootAndSurvivesBeingAFile(@TempDir Path directory) throws Exception {
        BootImage image = walkthrough();
        Path file = Files.write(directory.resolve("w.elf"), ElfWriter.write(image));
        BootImage read = ElfReader.read(file);
        assertTrue(read.multiboot().isPresent());
        assertEquals(32, read.bits());
        assertEquals("start", symbol(read, read.entry()));
        assertEquals(statements(image), statements(read));
        assertEquals(64L << 20, read.machine().orElseThrow().memoryBytes());
        assertEquals("skylake", read.machine().orElseThrow().cpu());
    }

    @Test
    void segmentsLieApartFromEachOtherAndFromTheGuest() {
        BootImage image = walkthrough();
        long end = 0x100_0000;
        for (Segment segment : image.segments()) {
            assertTrue(segment.physicalAddress() >= end, segment.name());
            end = segment.physicalAddress() + segment.memorySize();
        }
        assertTrue(end < 64 << 20);
    }

    @Test
    void guestCodeIsInTheImageWithItsSymbolAtItsGuestAddress() {
        BootImage image = walkthrough();
        Segment guest = image.segments().stream().filter(s -> s.name().equals(".guest.Main")).findFirst().orElseThrow();
        byte[] expected = {(byte) 0xB8, 1, 0, 0, 0, 0x0F, (byte) 0xA2, 0x0F, 0x20, (byte) 0xD9, 0x0F, 0x22, (byte) 0xD9,
                (byte) 0xB8, 'T', 'V', 'S', 0,
            0x0F, 0x01, (byte) 0xC1};
        assertArrayEquals(expected, guest.bytes());
        assertEquals(0x1_0000, image.symbols().address("Main").orElseThrow());
        assertEquals("Main+0x5", symbol(image, 0x1_0005));
    }

    @Test
    void everyStepOfTheLifeCycleAndEveryHandlerHasASymbol() {
        BootImage image = walkthrough();
        for (String name : List.of("check_vmx_support", "check_feature_control", "vmx_on", "vmcs_clear", "vmcs_load", "launch", "vm_exit",
                "resume",
                "stop", "Guest.exit.cpuid", "Guest.exit.cr-access", "Guest.exit.vmcall", "Guest.exit.other", "ept_tables_Identity",
                "vmxon_region", "vmcs_region")) {
            assertTrue(image.symbols().address(name).isPresent(), name);
        }
        assertFalse(image.symbols().symbols().stream().anyMatch(s -> s.name().startsWith("string_")));
    }

    @Test
    void handlersFieldsAndGuestCodeHaveLines() {
        String text = Walkthrough.text();
        BootImage image = walkthrough();
        TreeSet<Integer> lines = image.lines().rows().stream().filter(row -> !row.endSequence()).map(LineRow::line)
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> source = text.lines().toList();
        for (String part : List.of("mov   eax, 1", "cpuid   ", "vmcall   ", "vmcs Guest", "primary", "exceptions", "vpid 1",
                "ept Identity\n",
                "guest protected-32", "rip = Main", "cs.access-rights", "on Guest exit cpuid", "log ", "emulate ", "if eax", "run Guest")) {
            int line = 1;
            while (!(source.get(line - 1) + '\n').contains(part)) {
                line++;
            }
            if (part.startsWith("ept")) {
                line = source.indexOf("    ept Identity") + 1;
            }
            assertTrue(lines.contains(line), part + " is on line " + line + ", not in " + lines);
        }
        long handler = image.symbols().address("Guest.exit.cpuid").orElseThrow();
        LineRow row = image.lines().at(handler).orElseThrow();
        assertEquals(source.indexOf("on Guest exit cpuid {") + 1, row.line());
        assertEquals(FILE, row.file());
        assertEquals(source.indexOf(source.stream().filter(l -> l.contains("mov   eax, 1")).findFirst().orElseThrow()) + 1,
                image.lines().at(0x1_0000).orElseThrow().line());
    }

    @Test
    void expectationsKeepTheirPlaces() {
        List<Expectations.Clause> clauses = walkthrough().expectations().clauses();
        List<String> source = Walkthrough.text().lines().toList();
        assertEquals(new Expectations.Exits(List.of("cpuid", "cr-access", "cr-access", "vmcall"), FILE,
                source.indexOf("    expect exits cpuid, cr-access, cr-access, vmcall") + 1), clauses.getFirst());
        assertEquals(2, clauses.size());
    }

    /** Statements that the walkthrough does not use, each in the place of its emulate. */
    @ParameterizedTest
    @ValueSource(strings = {
        "skip",
        "rax = rbx + rcx * 2 - (rdx / 3) % 5",
        "al = ah  ax = bx  r8d = r9d  rsp = rsp - 8  guest.cr3 = 0",
        "if rax == 1 && rbx != 2 || !(rcx < rdx) { skip } else if rax >= rbx << rcx { stop } else { panic \"{rax:x} {rbx:d} {rcx}\" }",
        "inject #GP error-code rax & 0xFF  inject #DE  inject #PF error-code 2",
        "log \"{exit-reason} {exit-reason:x} {guest.cs.access-rights:x} {host.rip:x} {-rax} {~rbx} {exit-instruction-length}\"",
        "let x = rax let y = x + 1 while y < 10 && x != 0 { let x = y if x == 3 { skip } } rax = y",
        "log \"quote \\\" brace {{ tab \\t\"",
        "rax = STOP  rbx = Main  rcx = rip  eflags = 0",
    })
    void everyStatementAssembles(String statements) {
        String statement = statements.contains("eflags = 0") ? statements.replace("eflags", "rflags") : statements;
        assertFalse(compile(ParsedSetup.walkthrough("emulate                          //", statement + " //")).segments().isEmpty());
    }

    @Test
    void namesMayHaveHyphensAndBeThoseOfTheRuntime() {
        String text = Walkthrough.text().replace("Identity", "all-memory").replace("run Guest",
                "var stop-count = 1\nvar resume = 2\nrun Guest")
                .replace("{ stop }", "{ stop-count = resume + stop-count stop }");
        assertTrue(compile(ParsedSetup.plan(text)).multiboot().isPresent());
    }

    @Test
    void severalHandlersOfOneReasonAreTriedInTurn() {
        BootImage image = compile(ParsedSetup.walkthrough("on Guest exit cpuid {",
                "on Guest exit cpuid when eax == 7 { skip }\non Guest exit cpuid {"));
        assertTrue(image.symbols().address("Guest.exit.cpuid.2").isPresent());
    }

    @Test
    void withoutEptTheImageLiesBesideTheGuest() {
        BootImage image = compile(ParsedSetup.plan("""
                guest code Main at 0x10_0000 bits 32 { vmcall }
                vmcs G {
                    guest protected-32-paged { rip = Main cr3 = 0x20_0000 }
                }
                on exit vmcall { stop }
                run G { expect exits vmcall }
                """));
        assertEquals(0x20_0000, image.segments().getFirst().physicalAddress());
        assertTrue(image.symbols().address("exit.vmcall").isPresent());
    }

    @Test
    void aLargeHypervisorHasRoomForItsCode() {
        String function = "function Long(x) { let a = x * 3\n" + "var-of-all = var-of-all + a\n".repeat(9_000) + "}\n";
        BootImage image = compile(ParsedSetup.walkthrough("run Guest", "var var-of-all = 0\n" + function + "run Guest"));
        Segment code = image.segments().stream().filter(segment -> segment.name().equals(".text")).findFirst().orElseThrow();
        assertTrue(code.bytes().length > 1 << 18, "bytes: " + code.bytes().length);
        for (Segment segment : image.segments()) {
            assertTrue(segment == code || segment.physicalAddress() + segment.memorySize() <= code.physicalAddress(), segment.name());
        }
    }
}
