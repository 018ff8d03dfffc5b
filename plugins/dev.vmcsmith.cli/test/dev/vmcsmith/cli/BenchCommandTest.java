// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.cli.bench.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
    @TempDir
    private Path folder;

    @Test
    void everyWorkloadRunsAndIsMeasured() {
        CommandLineRun run = CommandLineRun.of("bench", "--no-bochs", "--seconds", "0.3", "--format", "json");
        assertEquals(0, run.code(), run.err());
        assertEquals(Workload.ALL.size(), count(run, "\"perSecond\": [0-9.E]*[1-9]"), run.out());
        assertEquals(Workload.ALL.size(), count(run, "\"bochsPerSecond\": null"), run.out());
    }

    private static long count(CommandLineRun run, String pattern) {
        return Pattern.compile(pattern).matcher(run.out()).results().count();
    }

    @Test
    void oneWorkloadIsALineOfText() {
        CommandLineRun run = CommandLineRun.of("bench", "--no-bochs", "--seconds", "0.2", "--only", "cpuid");
        assertEquals(0, run.code(), run.err());
        assertEquals(2, run.out().lines().count(), run.out());
        assertTrue(run.out().contains("exits/s"), run.out());
        assertFalse(run.out().contains("FLOOR"), run.out());
    }

    @Test
    void itsImagesCanBeHadForOtherEmulators() {
        Path images = folder.resolve("images");
        assertEquals(0, CommandLineRun.of("bench", "--write-images", images.toString()).code());
        for (Workload workload : Workload.ALL) {
            assertTrue(Files.exists(images.resolve(workload.name() + ".elf")));
        }
    }

    @Test
    void wrongArgumentsAreNamed() {
        CommandLineRun name = CommandLineRun.of("bench", "--only", "walk");
        assertEquals(2, name.code());
        assertTrue(name.err().contains("\"walk\"") && name.err().contains("memory"), name.err());
        assertEquals(2, CommandLineRun.of("bench", "--seconds", "0").code());
        assertEquals(2, CommandLineRun.of("bench", "--format", "xml").code());
    }
}
