// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dumps.setup.SetupWriter;
import org.junit.jupiter.api.Test;

/** Setups made from dumps. That they compile and fail alike is tested with the command line. */
class SetupWriterTest {

    private static String setup(String sample) {
        return SetupWriter.write(Dumps.read(Samples.text(sample)).dumps().getFirst(), sample);
    }

    @Test
    void theGuestIsTakenOverWithTheLinesThatShowIt() {
        String setup = setup("linux");
        assertTrue(setup.contains("    guest long-64 {"), setup);
        assertTrue(setup.contains("        cs.access-rights = 0x0000A09B    // line 8\n"), setup);
    }

    @Test
    void controlsThatNeedStructuresInMemoryAreLeftOut() {
        String setup = setup("linux");
        assertTrue(setup.contains("// Left out: primary use-tpr-shadow\n"), setup);
        assertFalse(setup.contains("ept-pointer"), setup);
    }

    @Test
    void theHostIsTakenOverOnlyWhenItIsWrong() {
        assertFalse(setup("xen").contains("    host {"));
        String failed = Samples.text("xen").replace("vmentry failure (reason 0x80000021): Invalid guest state (0)", "VMLAUNCH error: 0x8");
        String setup = SetupWriter.write(Dumps.read(failed).dumps().getFirst(), "xen");
        assertTrue(setup.contains("    host {\n"), setup);
        assertTrue(setup.contains("        cs.selector = 0xE008"), setup);
    }

    @Test
    void everySampleGivesASetup() {
        for (String name : Samples.NAMES) {
            assertTrue(setup(name).endsWith("\n"), name);
        }
    }
}
