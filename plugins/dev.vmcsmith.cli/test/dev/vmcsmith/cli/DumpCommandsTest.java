// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    private static final String REASON = "reason=80000021 qualification=0000000000000000";
    private static final String EVENT = "intr_info=80000030";

    /** A failure of every kind: what the dump shows, how it is said, and the rule that the emulator's VMLAUNCH finds violated. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "RFLAGS=0x00000002 | RFLAGS=0x00000200 | VM exit with reason 0x80000021 | GUEST_RFLAGS_FIXED",
        EVENT + " | intr_info=80000140 | VMfailValid 7 | CTL_ENTRY_EVENT_TYPE",
        REASON + " | reason=80000022 qualification=0000000000000002 | VM exit with reason 0x80000022 | MSR_LOAD_FS_GS_BASE"})
    void everyKindOfFailureIsReproduced(String shown, String instead, String outcome, String rule) throws IOException {
        String text = DUMP.replace(shown, instead).replace("> [ 11.4]", "> [ 11.3] MSR guest autoload:\n> [ 11.3]    0: msr=0x00000174 "
                + "value=0x0000000000000010\n> [ 11.3]    1: msr=0xc0000101 value=0x0000000000001000\n> [ 11.4]");
        if (instead.contains("80000022")) {
            text = text.replace(EVENT, "intr_info=00000000");
        }
        if (outcome.startsWith("VMfail")) {
            text = "KVM: entry failed, hardware error 0x7\n" + text;
        }
        String setup = folder.resolve("setup.hv").toString();
        String second = text.startsWith("KVM") ? "2" : "1";
        CommandLineRun imported = CommandLineRun.of("import", file(text), "-o", setup, "--dump", second);
        assertEquals(0, imported.code(), imported.toString());
        CommandLineRun run = CommandLineRun.of("run", "--no-check", setup);
        assertTrue(run.out().contains(outcome), run.out());
        assertTrue(run.out().contains(rule), run.out());
    }

    @Test
    void theSetupOfASourceFailsAsTheSourceWould() throws IOException {
        String source = """
            vmcs_write32(GUEST_CS_AR_BYTES, 0xC09A);
            vmcs_write32(GUEST_DS_AR_BYTES, 0xC093);
            vmcs_writel(GUEST_CR0, 0x31);
            vmcs_writel(GUEST_RFLAGS, 2);
            """;
        String setup = folder.resolve("setup.hv").toString();
        assertEquals(0, CommandLineRun.of("import", file(source), "-o", setup).code());
        CommandLineRun run = CommandLineRun.of("run", "--no-check", setup);
        assertTrue(run.out().contains("VM exit with reason 0x80000021"), run.out());
        assertTrue(run.out().contains("GUEST_CS_AR_TYPE"), run.out());
    }

    @Test
    void theProcessorMayBeAFile() throws IOException {
        Path profile = Files.writeString(folder.resolve("box.txt"), "0x480: 00da040000000004\n0x481: 0000007f00000016\n");
        assertEquals(1, CommandLineRun.of("diagnose", file(DUMP), "--cpu", profile.toString()).code());
        String setup = folder.resolve("setup.hv").toString();
        assertEquals(0, CommandLineRun.of("import", file(DUMP), "-o", setup, "--cpu", profile.toString()).code());
        assertTrue(Files.readString(Path.of(setup)).contains("box.txt\""));
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
