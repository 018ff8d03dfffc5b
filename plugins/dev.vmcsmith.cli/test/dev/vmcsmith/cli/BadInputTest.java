// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input is one line on standard error that says what to do, and exit code 2. */
class BadInputTest {
    @TempDir
    private Path folder;

    private static void assertBadInput(String part, String... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(2, run.code(), run.toString());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("vmcsmith: "), run.err());
        assertTrue(run.err().contains(part), run.err());
    }

    private String file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content).toString();
    }

    private String tinyElf() {
        return TinyImages.debugExit(folder, 0).toString();
    }

    @Test
    void aMissingFile() {
        assertBadInput("no file", "run", folder.resolve("missing.hv").toString());
        assertBadInput("no file", "check", folder.resolve("missing.hv").toString());
        assertBadInput("no file", "compile", folder.resolve("missing.hv").toString(), "-o", folder.resolve("o.elf").toString());
    }

    @Test
    void aFileThatIsNotText() throws IOException {
        assertBadInput("not a text file", "run", file("zero.hv", new byte[] {'a', 0, 'b'}));
        assertBadInput("UTF-8", "check", file("latin1.hv", new byte[] {'a', (byte) 0xE4, 'b'}));
    }

    @Test
    void aFileOfAnotherKind() throws IOException {
        assertBadInput("neither a .hv setup, nor an ELF image, nor a Linux kernel", "run", file("notes.txt", "hello".getBytes()));
        assertBadInput("folder", "run", folder.toString());
        assertBadInput("ELF image", "check", tinyElf());
    }

    @Test
    void aTruncatedElf() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of(tinyElf()));
        for (int length : new int[] {4, 30, 60, whole.length / 2}) {
            assertBadInput("cut.elf", "run", file("cut.elf", Arrays.copyOf(whole, length)));
        }
    }

    @Test
    void aMachineWithoutMemory() {
        assertBadInput("at least 1 MiB", "run", tinyElf(), "--memory", "0");
        assertBadInput("at least 1 MiB", "run", tinyElf(), "--memory", "0 MiB");
        assertBadInput("size of memory", "run", tinyElf(), "--memory", "much");
    }

    @Test
    void wrongArguments() {
        assertBadInput("--frobnicate", "run", tinyElf(), "--frobnicate");
        assertBadInput("--help", "run");
        assertBadInput("command", new String[0]);
        assertBadInput("there is no command fly", "fly");
        assertBadInput("above 0", "run", tinyElf(), "--max-instructions", "0");
        assertBadInput("skylake", "run", tinyElf(), "--cpu", "abacus");
        assertBadInput("processors", "run", tinyElf(), "--cpus", "0");
        assertBadInput("cannot be written", "run", tinyElf(), "--serial", folder.resolve("no/such/folder").toString());
    }
}
