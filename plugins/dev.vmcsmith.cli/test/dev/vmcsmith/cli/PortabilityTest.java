// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.vmx.CpuProfiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check} on other processors than the setup's own. */
class PortabilityTest {
    private static final Path WALKTHROUGH = Path.of("..", "dev.vmcsmith.examples", "walkthrough", "walkthrough.hv");

    @TempDir
    private Path folder;

    private String changed(String text, String replacement) throws IOException {
        String setup = Files.readString(WALKTHROUGH);
        assertTrue(setup.contains(text), text);
        return Files.writeString(folder.resolve("changed.hv"), setup.replace(text, replacement)).toString();
    }

    private static String row(CommandLineRun run, String cpu) {
        return run.out().lines().filter(line -> line.startsWith(cpu + " ")).findFirst().orElseThrow();
    }

    @Test
    void theMatrixHasOneRowForEachProfile() {
        CommandLineRun run = CommandLineRun.of("check", WALKTHROUGH.toString(), "--cpu", "all");
        assertEquals(0, run.code(), run.toString());
        CpuProfiles.names().forEach(name -> row(run, name));
        assertEquals(3 + CpuProfiles.names().size(), run.out().lines().count(), run.out());
        assertEquals("skylake * OK 00000016 9401E172 000000A2 00036FFB 000011FB", row(run, "skylake").replaceAll(" +", " "));
        assertEquals("conroe 5 problems 00000016 1401E172 - 00036FFF 000011FF activate-secondary-controls, enable-ept, enable-vpid, "
                + "unrestricted-guest; breaks GUEST_CR0_FIXED0", row(run, "conroe").replaceAll(" +", " "));
    }

    @Test
    void theMatrixIsQuickEnoughToTryThings() {
        CommandLineRun.of("check", WALKTHROUGH.toString());
        assertTimeout(Duration.ofSeconds(3), () -> CommandLineRun.of("check", WALKTHROUGH.toString(), "--cpu", "all"));
    }

    @Test
    void theMatrixForProgramsHasTheProblemsToo() {
        CommandLineRun run = CommandLineRun.of("check", WALKTHROUGH.toString(), "--cpu", "all", "--format", "json");
        assertEquals(0, run.code(), run.toString());
        assertTrue(run.out().startsWith("[\n  {\n    \"file\": "), run.out());
        assertTrue(run.out().contains("error CONTROL_NOT_AVAILABLE: enable-ept must be 0"), run.out());
    }

    @Test
    void errorsOnTheSetupsOwnProcessorFailTheMatrix() throws IOException {
        CommandLineRun run = CommandLineRun.of("check", changed("0xC09B", "0xC09A"), "--cpu", "all");
        assertEquals(1, run.code(), run.toString());
        assertTrue(row(run, "skylake").contains("1 problem "), run.out());
        assertTrue(row(run, "skylake").contains("breaks GUEST_CS_"), run.out());
        assertEquals(1, CommandLineRun.of("check", changed("\"skylake\"", "\"conroe\""), "--cpu", "all").code());
    }

    @Test
    void anEptFeatureThatAProcessorLacksIsNamed() throws IOException {
        CommandLineRun run = CommandLineRun.of("check", changed("walk 4", "walk 4\n    accessed-dirty"), "--cpu", "all");
        assertTrue(row(run, "ivy-bridge").endsWith("  accessed and dirty flags for EPT"), run.out());
        assertTrue(row(run, "haswell").contains(" OK "), run.out());
    }

    @Test
    void oneOtherProcessorReplacesTheSetupsOwn() throws IOException {
        String file = changed("\"skylake\"", "\"conroe\"");
        assertEquals(1, CommandLineRun.of("check", file).code());
        CommandLineRun other = CommandLineRun.of("check", file, "--cpu", "haswell");
        assertEquals(0, other.code(), other.toString());
        assertEquals("", other.out());
        assertTrue(CommandLineRun.of("check", WALKTHROUGH.toString(), "--cpu", "penryn").out().contains("error CONTROL_NOT_AVAILABLE"));
    }

    @Test
    void aFileOfAProfileIsFoundFromTheWorkingFolderWhereverTheSetupLies() throws IOException {
        Path profile = Path.of("..", "dev.vmcsmith.vmx", "src", "dev", "vmcsmith", "vmx", "profiles", "conroe.cpu");
        CommandLineRun run = CommandLineRun.of("check", changed("64 MiB", "32 MiB"), "--cpu", profile.toString());
        assertEquals(1, run.code(), run.toString());
        assertTrue(run.out().contains("enable-ept must be 0"), run.out());
    }

    @Test
    void badInputIsExitCodeTwo() {
        for (CommandLineRun run : new CommandLineRun[] {CommandLineRun.of("check", WALKTHROUGH.toString(), "--cpu", "abacus"),
            CommandLineRun.of("check", WALKTHROUGH.toString(), "--cpu", "all", "--format", "poem"),
            CommandLineRun.of("check", WALKTHROUGH.toString(), "--format", "json"),
            CommandLineRun.of("check", folder.resolve("none.hv").toString(), "--cpu", "all")}) {
            assertEquals(2, run.code(), run.toString());
            assertEquals("", run.out());
            assertEquals(1, run.err().lines().count(), run.err());
        }
    }
}
