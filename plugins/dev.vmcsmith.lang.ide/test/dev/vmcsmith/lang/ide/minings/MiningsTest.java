// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.minings;

import static dev.vmcsmith.lang.ide.Marked.FILE;
import static dev.vmcsmith.lang.ide.Marked.SETUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.lang.ide.EditorServices;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MiningsTest {
    private static String at(List<Mining> minings, String element) {
        return minings.stream().filter(mining -> SETUP.startsWith(element, mining.offset())).map(Mining::text).findFirst().orElse("");
    }

    @Test
    void valuesAndSizesThatFollowFromTheSetupAreShown() {
        List<Mining> minings = EditorServices.get().minings(FILE, SETUP, LastRun.NONE);
        assertEquals("= 0x535654", at(minings, "const STOP"));
        assertEquals("", at(minings, "const STACK"));
        assertEquals("12 bytes, 0x10000 to 0x1000B", at(minings, "guest code Main"));
        assertEquals("4 levels, 16 MiB in 1 range", at(minings, "ept Identity {"));
        assertEquals("", at(minings, "on Guest exit cpuid"));
    }

    @Test
    void controlsShowTheirFinalValueAndTheBitsThatWereAdded() {
        String shown = at(EditorServices.get().minings(FILE, SETUP, LastRun.NONE), "primary   {");
        assertTrue(shown.matches("0x[0-9A-F]{8}.*, with .*activate-secondary-controls.* and \\d+ reserved bits"), shown);
    }

    @Test
    void handlersShowHowOftenTheyRan() {
        List<Mining> minings = EditorServices.get().minings(FILE, SETUP, new LastRun(Map.of(10, 3L, 18, 1L, 48, 2L)));
        assertEquals("3 exits in the last run", at(minings, "on Guest exit cpuid"));
        assertEquals("1 exit in the last run", at(minings, "on Guest exit vmcall"));
        assertEquals("no exit in the last run", at(minings, "on Guest exit hlt"));
        assertEquals("2 exits in the last run", at(minings, "on Guest exit other"));
    }
}
