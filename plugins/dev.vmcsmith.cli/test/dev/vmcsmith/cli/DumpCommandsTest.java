// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that read dumps. */
class DumpCommandsTest {
    private static final String DUMP = """
            > [ 11.1] *** Guest State ***
            > [ 11.2] CR0: actual=0x0000000080000031, shadow=0x0000000080000031,
            > gh_mask=fffffffffffffff7
            > [ 11.3] RFLAGS=0x00000002         DR7 = 0x0000000000000400
            > [ 11.4] *** Control State ***
            > [ 11.5] VMEntry: intr_info=80000030 errcode=00000000 ilen=00000000
            > [ 11.6]         reason=80000021 qualification=0000000000000000
            """;

    @TempDir
    private Path folder;

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("kernel.log"), text).toString();
    }

    @Test
    void aViolatedRuleIsExitCodeOne() throws IOException {
        CommandLineRun run = CommandLineRun.of("diagnose", file(DUMP));
        assertEquals(1, run.code(), run.toString());
        assertTrue(run.out().contains("GUEST_RFLAGS_IF_EXTERNAL_INTERRUPT"), run.out());
        assertTrue(run.out().contains("kernel.log:4: guest.rflags = 0x00000002"), run.out());
    }

    @Test
    void nothingWrongIsExitCodeZero() throws IOException {
        String log = file(DUMP.replace("intr_info=80000030", "intr_info=00000030"));
        CommandLineRun run = CommandLineRun.of("diagnose", log, "--cpu", "skylake");
        assertEquals(0, run.code(), run.toString());
        assertTrue(run.out().contains("No rule is violated."), run.out());
    }

    @Test
    void reportsForProgramsAreChosenByFormat() throws IOException {
        String log = file(DUMP);
        assertTrue(CommandLineRun.of("diagnose", log, "--format", "json").out().startsWith("{\n  \"file\""));
        assertTrue(CommandLineRun.of("diagnose", log, "--format", "sarif").out().contains("\"version\": \"2.1.0\""));
    }

    @Test
    void theSetupOfADumpFailsAsTheDumpDid() throws IOException {
        String setup = folder.resolve("setup.hv").toString();
        CommandLineRun imported = CommandLineRun.of("import", file(DUMP), "-o", setup);
        assertEquals(0, imported.code(), imported.toString());
        CommandLineRun check = CommandLineRun.of("check", setup);
        assertEquals(1, check.out().lines().filter(line -> line.contains(" error ")).count(), check.out());
        assertTrue(check.out().contains("GUEST_RFLAGS_IF_EXTERNAL_INTERRUPT"), check.out());
        CommandLineRun run = CommandLineRun.of("run", "--no-check", setup);
        assertTrue(run.out().contains("VM exit with reason 0x80000021"), run.out());
        assertTrue(run.out().contains("GUEST_RFLAGS_IF_EXTERNAL_INTERRUPT"), run.out());
    }

    @Test
    void badInputIsExitCodeTwo() throws IOException {
        String noise = file("nothing to see here\n");
        for (CommandLineRun run : new CommandLineRun[] {CommandLineRun.of("diagnose", noise),
            CommandLineRun.of("diagnose", folder.resolve("missing").toString()), CommandLineRun.of("diagnose", folder.toString()),
            CommandLineRun.of("diagnose", noise, "--cpu", "abacus"), CommandLineRun.of("diagnose", noise, "--format", "poem"),
            CommandLineRun.of("import", noise, "-o", folder.resolve("o.hv").toString()),
            CommandLineRun.of("import", file(DUMP), "-o", folder.resolve("no/o.hv").toString())}) {
            assertEquals(2, run.code(), run.toString());
            assertEquals(1, run.err().lines().count(), run.err());
        }
    }
}
