// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Formatting on the command line: what is written, and the exit codes. */
class FormatCommandTest {
    private static final String LOOSE = "const A=1 // one\n";
    private static final String TIDY = "const A = 1                          // one\n";

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("test.hv"), text);
    }

    @Test
    void aFileIsFormattedInPlaceOnceAndNamedThen() throws IOException {
        Path file = file(LOOSE);
        CommandLineRun first = CommandLineRun.of("format", file.toString());
        assertEquals(0, first.code(), first.toString());
        assertEquals(file + "\n", first.out());
        assertEquals(TIDY, Files.readString(file));
        assertEquals("", CommandLineRun.of("format", file.toString()).out());
    }

    @Test
    void checkWritesNothingAndFails() throws IOException {
        Path file = file(LOOSE);
        assertEquals(1, CommandLineRun.of("format", "--check", file.toString()).code());
        assertEquals(LOOSE, Files.readString(file));
        assertEquals(0, CommandLineRun.of("format", "--check", file(TIDY).toString()).code());
    }

    @Test
    void stdoutPrintsAndWritesNothing() throws IOException {
        Path file = file(LOOSE);
        assertEquals(TIDY, CommandLineRun.of("format", "--stdout", file.toString()).out());
        assertEquals(LOOSE, Files.readString(file));
    }

    @Test
    void aSetupWithSyntaxErrorsIsNamedWithItsLineAndLeftAlone() throws IOException {
        Path file = file("const = 3\n");
        CommandLineRun run = CommandLineRun.of("format", file.toString());
        assertEquals(1, run.code());
        assertTrue(run.err().contains("test.hv:1:7: error SYNTAX"), run.err());
        assertEquals("const = 3\n", Files.readString(file));
    }

    @Test
    void badArgumentsSayWhatToDo() throws IOException {
        assertEquals(2, CommandLineRun.of("format", folder.resolve("none.hv").toString()).code());
        assertTrue(CommandLineRun.of("format", "--check", "--stdout", file(TIDY).toString()).err().contains("give one of them"));
    }
}
