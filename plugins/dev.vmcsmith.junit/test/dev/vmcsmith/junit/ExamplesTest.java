// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every example, and every setup that is compared with Bochs, runs and does what it expects of itself. */
class ExamplesTest {
    private static final Path EXAMPLES = Path.of("..", "dev.vmcsmith.examples");

    @TestFactory
    Stream<DynamicContainer> examples() {
        return SetupTests.below(EXAMPLES);
    }

    @TestFactory
    Stream<DynamicContainer> setupsForBochs() {
        return SetupTests.below(Path.of("..", "..", "releng", "bochs"));
    }

    @Test
    @HypervisorSetup("../dev.vmcsmith.examples/walkthrough-32/walkthrough-32.hv")
    void theExtensionRunsTheSetupOfATest(SetupRun run) {
        assertEquals(List.of("cpuid", "cr-access", "cr-access", "vmcall"), run.exits());
        assertEquals("cpuid leaf 1\n", run.log());
        assertTrue(run.isStopped());
    }
}
