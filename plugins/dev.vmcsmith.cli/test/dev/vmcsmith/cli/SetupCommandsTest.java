// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walkthrough on the command line. */
class SetupCommandsTest {
    private static final Path EXAMPLES = Path.of("..", "dev.vmcsmith.examples");

    @TempDir
    private Path folder;
    private String before;

    @BeforeEach
    void sayWhereTheExamplesAre() {
        before = System.getProperty(Examples.LOCATION);
        System.setProperty(Examples.LOCATION, EXAMPLES.toString());
    }

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(Examples.LOCATION);
        } else {
            System.setProperty(Examples.LOCATION, before);
        }
    }

    private String walkthroughWith(String text, String replacement) throws IOException {
        String setup = Files.readString(EXAMPLES.resolve("walkthrough/walkthrough.hv"));
        assertTrue(setup.contains(text), text);
        return Files.writeString(folder.resolve("changed.hv"), setup.replace(text, replacement)).toString();
    }

    @Test
    void theWalkthroughPrintsItsLifeCycleInOrderAndHoldsItsExpectations() {
        CommandLineRun run = CommandLineRun.of("run", "walkthrough");
        assertEquals(0, run.code(), run.toString());
        int at = 0;
        for (String step : List.of("VMXON ", "VMCLEAR ", "VMPTRLD ", "VMWRITE ", "VMLAUNCH ", "exit 1 ", "serial     cpuid leaf 1",
                "exit 2 ", "exit 3 ", "exit 4 ",
                "VMCLEAR ", "VMXOFF")) {
            int found = run.out().indexOf("\n" + step, at - 1);
            if (at == 0 && run.out().startsWith(step)) {
                found = 0;
            }
            assertTrue(found >= at - 1 && found >= 0, step + " is missing or too early in\n" + run.out());
            at = found + 1;
        }
        assertTrue(run.out().contains("CPUID (10)") && run.out().contains("VMCALL (18)"), run.out());
        assertTrue(run.out().contains("MOV RCX, CR3"), run.out());
        assertTrue(run.out().contains("Main"), run.out());
    }

    @Test
    void anExpectationThatDoesNotHoldNamesTheExitThatDiffers() throws IOException {
        CommandLineRun run = CommandLineRun.of("run", walkthroughWith("expect exits cpuid, cr-access, cr-access, vmcall",
                "expect exits cpuid, cr-access, rdmsr, vmcall"));
        assertEquals(1, run.code());
        assertTrue(run.out().contains("changed.hv:") && run.out().contains("rdmsr") && run.out().contains("cr-access"), run.out());
    }

    @Test
    void aBrokenRuleIsAnErrorWithPlaceAndRuleId() throws IOException {
        String file = walkthroughWith("cs.access-rights = 0xC09B", "cs.access-rights = 0xC09A");
        CommandLineRun check = CommandLineRun.of("check", file);
        assertEquals(1, check.code());
        assertTrue(check.out().lines().anyMatch(line -> line.matches(".*changed\\.hv:\\d+:\\d+: error GUEST_CS\\S*: .+")), check.out());
        CommandLineRun run = CommandLineRun.of("run", file);
        assertEquals(1, run.code());
        assertFalse(run.out().contains("VMLAUNCH"), run.out());
        String rule = check.out().replaceAll("(?s).*error (GUEST_CS\\S*):.*", "$1");
        CommandLineRun forced = CommandLineRun.of("run", "--no-check", file);
        assertEquals(1, forced.code());
        assertTrue(forced.out().contains(rule), forced.out());
    }

    @Test
    void aGoodSetupHasNothingToReport() {
        CommandLineRun check = CommandLineRun.of("check", EXAMPLES.resolve("walkthrough/walkthrough.hv").toString());
        assertEquals(0, check.code(), check.toString());
        assertEquals("", check.out());
    }

    @Test
    void aCompiledSetupRunsLikeTheSetup() {
        String elf = folder.resolve("out.elf").toString();
        assertEquals(0, CommandLineRun.of("compile", EXAMPLES.resolve("walkthrough/walkthrough.hv").toString(), "-o", elf).code());
        CommandLineRun run = CommandLineRun.of("run", elf);
        assertEquals(0, run.code(), run.toString());
        assertTrue(run.out().contains("exit 4 "), run.out());
    }
}
