// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.SerialPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;

/** Running images that are no setups of ours. */
class RunCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aForeignImageDecidesTheExitCodeThroughTheDebugExitPort() {
        assertEquals(1, CommandLineRun.of("run", TinyImages.debugExit(folder, 0).toString()).code());
        assertEquals(7, CommandLineRun.of("run", TinyImages.debugExit(folder, 3).toString()).code());
    }

    @Test
    void serialOutputIsMarked() {
        assertTrue(CommandLineRun.of("run", TinyImages.debugExit(folder, 0).toString()).out().contains("serial     hi\n"));
    }

    @Test
    void serialOutputGoesWhereItIsWanted() throws IOException {
        Path file = folder.resolve("serial.txt");
        CommandLineRun run = CommandLineRun.of("run", TinyImages.debugExit(folder, 0).toString(), "--serial", file.toString());
        assertEquals("hi\n", Files.readString(file));
        assertFalse(run.out().contains("hi"));
        assertTrue(CommandLineRun.of("run", TinyImages.debugExit(folder, 0).toString(), "--serial", "-", "--quiet").out()
                .startsWith("hi\n"));
    }

    @ParameterizedTest
    @CsvSource({"com1, serial", "com2, com2", "com3, com3", "com4, com4"})
    void theLogOfASetupLeavesByTheSerialPortThatItNames(String port, String mark) throws IOException {
        Path setup = Files.writeString(folder.resolve("setup.hv"), """
                machine { serial %s }
                guest code Main at 0x1000 bits 32 { vmcall }
                ept All { map 0 .. 4 MiB -> identity rwx }
                vmcs Guest { secondary { enable-ept, unrestricted-guest } ept All guest protected-32 { rip = Main } }
                on Guest exit vmcall { log "bye" stop }
                on Guest exit other { panic "not handled" }
                run Guest { expect log contains "bye" }
                """.formatted(port));
        CommandLineRun run = CommandLineRun.of("run", setup.toString());
        assertEquals(0, run.code(), run.out());
        assertTrue(run.out().contains("\n" + mark + " ".repeat(11 - mark.length()) + "bye\n"), run.out());
    }

    @Test
    void portsThatTakeTurnsWithinALineHaveLinesOfTheirOwn() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SerialLines lines = new SerialLines(new PrintStream(bytes, true), true);
        lines.accept(SerialPort.COM1, 'a');
        lines.accept(SerialPort.COM1, 'b');
        lines.accept(SerialPort.COM2, 'c');
        lines.acceptConsole('d');
        lines.acceptConsole('\n');
        lines.accept(SerialPort.COM1, 'e');
        lines.completeLine();
        lines.completeLine();
        assertEquals("serial     ab\ncom2       c\nconsole    d\nserial     e\n", bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aRunawayStopsWithTheMachinesState() {
        Path image = TinyImages.image(folder, "loop.elf", "start: jmp start\n");
        CommandLineRun run = CommandLineRun.of("run", image.toString(), "--max-instructions", "10_000");
        assertEquals(1, run.code());
        assertTrue(run.out().contains("10000") && run.out().contains("rip"), run.out());
        assertTrue(run.err().contains("--max-instructions"), run.err());
    }

    @Test
    void aTripleFaultStopsWithTheMachinesState() {
        Path image = TinyImages.image(folder, "fault.elf", "start: lidt [empty]\n int 0x20\nempty: dw 0\n dd 0\n");
        CommandLineRun run = CommandLineRun.of("run", image.toString());
        assertEquals(1, run.code());
        assertTrue(run.out().contains("triple fault") && run.out().contains("at start+0x7"), run.out());
    }

    @Test
    void aFlatBinaryRunsAtItsAddressInItsMode() throws IOException {
        Path file = Files.write(folder.resolve("flat.bin"), new byte[] {(byte) 0xB0, 9, (byte) 0xE6, (byte) 0xF4});
        for (String mode : new String[] {"real", "protected", "long"}) {
            assertEquals(19, CommandLineRun.of("run", file.toString(), "--flat", "0x8000", "--mode", mode).code());
        }
        assertEquals(19, CommandLineRun.of("run", file.toString(), "--flat", "1MiB").code());
        CommandLineRun high = CommandLineRun.of("run", file.toString(), "--flat", "2_000_000", "--mode", "real");
        assertEquals(2, high.code());
        assertTrue(high.err().contains("below 1 MiB"), high.err());
        for (String[] wrong : new String[][] {{"--flat", "here"}, {"--flat", "-1"}, {"--mode", "long"}, {"--flat", "0x1000", "--mode", "long64"},
                {"--flat", "0x1000", "--module", file.toString()}}) {
            List<String> arguments = new ArrayList<>(List.of("run", file.toString()));
            arguments.addAll(List.of(wrong));
            CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
            assertEquals(2, run.code(), run.out());
            assertEquals(1, run.err().lines().count(), run.err());
        }
    }

    @Test
    void modulesAndSerialInputReachTheImage() throws IOException {
        Path module = Files.writeString(folder.resolve("module.txt"), "M");
        Path input = Files.writeString(folder.resolve("input.txt"), "ab");
        Path image = TinyImages.image(folder, "echo.elf", """
                start:  mov esi, [ebx + 24]
                        mov eax, [esi + 24]
                        mov al, [eax + 1]
                        mov dx, 0x3F8
                        out dx, al
                        in  al, dx
                        in  al, dx
                        out dx, al
                        mov esi, [esi]
                        mov al, [esi]
                        out dx, al
                        mov al, 0
                        out 0xF4, al
                """);
        CommandLineRun run = CommandLineRun.of("run", image.toString(), "--quiet", "--serial", "-", "--module", module.toString(), "--module",
                module + "=xyz", "--serial-input", input.toString());
        assertTrue(run.out().startsWith("ybM"), run.out());
        assertEquals(2, CommandLineRun.of("run", image.toString(), "--module", "nowhere").code());
    }

    @Test
    void helpAndVersionAreGood() {
        CommandLineRun help = CommandLineRun.of("--help");
        assertEquals(0, help.code());
        for (String word : new String[] {"run", "check", "compile", "dap", "ide", "test"}) {
            assertTrue(help.out().contains(word), help.out());
        }
        assertEquals(0, CommandLineRun.of("run", "--help").code());
        assertTrue(CommandLineRun.of("--version").out().startsWith("VMCSmith "));
    }

    private Path setup(String name, String expectations) throws IOException {
        return Files.writeString(folder.resolve(name), """
                guest code Main at 0x1000 bits 32 {
                        cpuid
                        mov eax, cr3
                        vmcall
                }
                ept  All   { map 0 .. 4 MiB -> identity rwx }
                vmcs Guest { primary { cr3-store-exiting } secondary { unrestricted-guest } ept All guest protected-32 { rip = Main } }
                on exit cpuid { log "leaf <{eax}>" emulate }
                on exit cr-access { emulate }
                on exit vmcall { stop }
                on exit other { panic "other" }
                run Guest {
                """ + expectations + "\n}\n");
    }

    @Test
    void severalSetupsMakeOneReport() throws Exception {
        Path good = setup("good.hv", "expect exits cpuid, cr-access, vmcall");
        Path bad = setup("bad.hv", "expect exits cpuid, vmcall\nexpect log contains \"leaf <0>\"");
        Path broken = setup("broken.hv", "expect exits cpuidd");
        Path xml = folder.resolve("report.xml");
        CommandLineRun run = CommandLineRun.of("run", "--quiet", "--junit-xml", xml.toString(), good.toString(), bad.toString(),
                broken.toString());
        assertEquals(1, run.code());
        Element report = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml.toFile()).getDocumentElement();
        assertEquals("6", report.getAttribute("tests"));
        assertEquals("2", report.getAttribute("failures"));
        assertEquals(3, report.getElementsByTagName("testsuite").getLength());
        String failure = report.getElementsByTagName("failure").item(0).getTextContent();
        assertEquals(bad.toAbsolutePath().normalize() + ":13: expected exit 2 to be vmcall, got cr-access at bad.hv:3"
                + " (exits were cpuid, cr-access, vmcall)", failure);
        assertTrue(report.getElementsByTagName("failure").item(1).getTextContent().contains("did you mean 'cpuid'?"));
        assertEquals("leaf <0>\n", report.getElementsByTagName("system-out").item(0).getTextContent());
        assertEquals(0, CommandLineRun.of("run", "--quiet", good.toString(), good.toString()).code());
    }

    @Test
    void theSerialOutputOfSeveralFilesHasNoOneFile() throws IOException {
        String good = setup("good.hv", "").toString();
        CommandLineRun run = CommandLineRun.of("run", good, good, "--serial", folder.resolve("s").toString());
        assertEquals(2, run.code());
        assertTrue(run.err().contains("one by one"), run.err());
    }

    @Test
    void aReportThatCannotBeWrittenIsBadInput() throws IOException {
        CommandLineRun run = CommandLineRun.of("run", "--quiet", setup("good.hv", "").toString(), "--junit-xml",
                folder.resolve("none/report.xml").toString());
        assertEquals(2, run.code());
    }
}
