// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void aRunawayStopsWithTheMachinesState() {
        Path image = TinyImages.image(folder, "loop.elf", "start: jmp start\n");
        CommandLineRun run = CommandLineRun.of("run", image.toString(), "--max-instructions", "10_000");
        assertEquals(1, run.code());
        assertTrue(run.out().contains("10000") && run.out().contains("rip"), run.out());
    }

    @Test
    void aTripleFaultStopsWithTheMachinesState() {
        Path image = TinyImages.image(folder, "fault.elf", "start: lidt [empty]\n int 0x20\nempty: dw 0\n dd 0\n");
        CommandLineRun run = CommandLineRun.of("run", image.toString());
        assertEquals(1, run.code());
        assertTrue(run.out().contains("triple fault") && run.out().contains("at start+0x7"), run.out());
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
}
