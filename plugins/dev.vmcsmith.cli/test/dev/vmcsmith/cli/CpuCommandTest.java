// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.vmx.CpuProfiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the machine's processors can do, on the command line. */
class CpuCommandTest {
    @TempDir
    private Path folder;

    private static CommandLineRun good(String... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(0, run.code(), run.toString());
        assertEquals("", run.err());
        return run;
    }

    private static String line(CommandLineRun run, String start) {
        return run.out().lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
    }

    @Test
    void theListHasOneLineForEachProfile() {
        CommandLineRun run = good("cpu");
        assertEquals(1 + CpuProfiles.names().size(), run.out().lines().count());
        assertTrue(line(run, "NAME").matches("NAME +MODEL +EPT +VPID +UNRESTRICTED +VIRT-INTR +POSTED .*PROCESSOR"), run.out());
        assertTrue(line(run, "skylake ").matches("skylake +6-5E-3 +yes +yes +yes +- +- +.*Skylake-S.*"), run.out());
        assertTrue(line(run, "conroe ").matches("conroe +6-0F-6 +- +- +- .*"), run.out());
        assertTrue(good("cpu", "--format", "json").out().startsWith("[\n  {\n    \"name\": \"conroe\""));
    }

    @Test
    void aProfileShowsItsSourcesAndEveryCapabilityMsrDecoded() {
        CommandLineRun run = good("cpu", "skylake");
        assertTrue(run.out().contains("source: register and CPUID dump https://"), run.out());
        for (int msr = 0x480; msr <= 0x493; msr++) {
            line(run, "0x%X IA32_VMX_".formatted(msr));
        }
        assertTrue(run.out().contains("0x480 IA32_VMX_BASIC = 0x00DA040000000004\n    VMCS revision identifier: 0x4\n"), run.out());
        assertTrue(run.out().contains("allowed-0 0x0401E172 (must be 1), allowed-1 0xFFF9FFFE (may be 1)"), run.out());
        assertTrue(run.out().lines().anyMatch(line -> line.matches(" +15 +- +yes +cr3-load-exiting")), run.out());
        assertTrue(run.out().lines().anyMatch(line -> line.matches(" +7 +yes +- +process-posted-interrupts")), run.out());
        assertTrue(run.out().contains("0x491 IA32_VMX_VMFUNC: value not documented"), run.out());
        assertTrue(run.out().contains("0x492 IA32_VMX_PROCBASED_CTLS3: does not exist on this processor"), run.out());
        assertTrue(good("cpu", "skylake", "--format", "json").out().contains("\"value\": \"0x00DA040000000004\""));
    }

    @Test
    void aFileIsAProfileToo() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.cpu"), """
                vmcsmith-cpu 1
                name    mine
                title   My processor
                source  this test
                msr     481 0000007F00000016
                """);
        CommandLineRun run = good("cpu", file.toString());
        assertTrue(run.out().startsWith("mine: My processor\nsource: this test\n"), run.out());
        assertTrue(run.out().contains("0x480 IA32_VMX_BASIC: not shown by the source"), run.out());
    }

    @Test
    void everyMissingInstructionIsListedInTheGroupOfItsFeature() {
        CommandLineRun run = good("cpu", "--missing");
        String json = good("cpu", "--missing", "--format", "json").out();
        Machine.missingInstructions().forEach(form -> {
            assertTrue(run.out().contains(" " + form.mnemonic), form + " in\n" + run.out());
            assertTrue(json.contains("\"" + form + "\""), form + " in\n" + json);
        });
        assertFalse(run.out().contains(" vmlaunch"), run.out());
    }

    @Test
    void badInputIsExitCodeTwo() {
        for (CommandLineRun run : new CommandLineRun[] {CommandLineRun.of("cpu", "abacus"), CommandLineRun.of("cpu", folder.toString()),
            CommandLineRun.of("cpu", "a\0b"), CommandLineRun.of("cpu", "--missing", "skylake"),
            CommandLineRun.of("cpu", "--format", "poem")}) {
            assertEquals(2, run.code(), run.toString());
            assertEquals("", run.out());
            assertEquals(1, run.err().lines().count(), run.err());
        }
    }

    @Test
    void controlsOfFeaturesThatTheMachineLacksAreNamed() {
        assertTrue(good("cpu", "alder-lake").out().contains("    entry      load-cet-state"));
        assertTrue(good("cpu", "alder-lake", "--format", "json").out().contains("\"entry.load-cet-state\""));
        assertFalse(good("cpu", "haswell").out().contains("no semantics"));
    }
}
