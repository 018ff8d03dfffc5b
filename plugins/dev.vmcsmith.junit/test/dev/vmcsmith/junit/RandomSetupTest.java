// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.lang.CompileOptions;
import dev.vmcsmith.lang.CompiledSetup;
import dev.vmcsmith.lang.Problem;
import dev.vmcsmith.lang.Setups;
import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.vmx.rules.EntryRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is known of a setup before it runs is what happens: a setup without problems enters its guests and has the exits that their
 * controls, bitmaps and EPTs say, and one that breaks a rule of VM entry fails by that rule.
 */
class RandomSetupTest {
    /** How many setups; {@code -Dvmcsmith.setups=5000} for a long run. */
    private static final int SETUPS = Integer.getInteger("vmcsmith.setups", 150);
    private static final long SEED = Long.getLong("vmcsmith.seed", 20_261_127);

    @TempDir
    private Path folder;

    @Test
    void nothingThatTheSetupPredictsIsContradictedByTheMachine() throws Exception {
        int broken = 0;
        for (int i = 0; i < SETUPS; i++) {
            RandomSetup setup = new RandomSetup(SEED + i);
            Path file = Files.writeString(folder.resolve("s" + i + ".hv"), setup.text());
            List<String> errors = Setups.check(file).stream().filter(Problem::isError).map(Problem::ruleId).toList();
            if (errors.isEmpty()) {
                SetupRun run = SetupRun.of(file);
                assertEquals(List.of(), run.entryFailures(), () -> setup.text());
                run.expectations().forEach(clause -> assertEquals(Optional.empty(), run.failure(clause), () -> setup.text() + run.log()));
                assertEquals(setup.guests().stream().mapToInt(guest -> guest.exits().size()).sum(), run.exits().size(), () -> setup.text());
                assertEquals(setup.ends(), run.isStopped(), () -> setup.text() + run.end().text());
            } else {
                assertTrue(errors.stream().allMatch(id -> EntryRules.find(id) != null), errors + "\n" + setup.text());
                fails(file, errors, setup);
                broken++;
            }
        }
        assertTrue(broken > SETUPS / 20 && broken < SETUPS / 2, broken + " of " + SETUPS + " setups break a rule");
    }

    private static void fails(Path file, List<String> errors, RandomSetup setup) {
        CompiledSetup compiled = Setups.compile(file, new CompileOptions(false, Optional.empty()));
        BootImage image = compiled.image().orElseThrow();
        Machine machine = Machine.builder().profile(image.machine().orElseThrow().cpu()).memory(64 << 20).cpus(image.machine()
                .orElseThrow().cpus()).build();
        List<String> violations = new ArrayList<>();
        machine.addObserver(new MachineObserver() {
            @Override
            public void onVmEntryFailed(Cpu cpu, long vmcs, String outcome, List<String> broken) {
                violations.addAll(broken);
            }
        });
        machine.load(image, image.name());
        machine.run(StopCondition.NONE.withMaxInstructions(10_000_000));
        assertFalse(violations.isEmpty(), errors + "\n" + setup.text());
        assertTrue(violations.stream().anyMatch(violation -> errors.stream().anyMatch(violation::startsWith)), violations + " is not "
                + errors
                + "\n" + setup.text());
    }
}
