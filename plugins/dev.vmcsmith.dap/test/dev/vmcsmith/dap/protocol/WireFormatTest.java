// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import java.util.List;
import java.util.Map;
import org.eclipse.lsp4j.jsonrpc.debug.json.DebugMessageJsonHandler;
import org.junit.jupiter.api.Test;

class WireFormatTest {

    private final Gson gson = new DebugMessageJsonHandler(Map.of()).getGson();

    @Test
    void sixtyFourBitQuantitiesTravelAsHexadecimalStrings() {
        VmcsFieldValue field = new VmcsFieldValue("VMCS link pointer", "link-pointer", 0x2800, 64, -1L, "none", true);
        String json = gson.toJson(field);
        assertTrue(json.contains("\"value\":\"0xffffffffffffffff\""), json);
        assertEquals(field, gson.fromJson(json, VmcsFieldValue.class));
        assertEquals("0xffffffffffffffff", field.hex());
    }

    @Test
    void aPageWalkKeepsItsTree() {
        PageWalk.Cell cell = new PageWalk.Cell("ept", "EPT PTE", 5, 0x5028, 0x5007L, List.of("r", "w", "x"), 0x5000, true, "rwx", "WB");
        PageWalk walk = new PageWalk(0xffff_8000_0000_0000L, AddressSpace.GUEST_VIRTUAL, MemoryAccess.WRITE, "4-level", "CR3 = 0x1000", 4,
                List.of(new PageWalk.Step("PML4E", 0x1800L, List.of(cell), null)), null, null, 0, "r--", "",
                new PageWalk.Failure(0, 0, "not writable", "VM exit 48", null), new Instant(12, 1));
        String json = gson.toJson(walk);
        assertTrue(json.contains("\"space\":\"guest-virtual\"") && json.contains("\"access\":\"w\""), json);
        assertEquals(walk, gson.fromJson(json, PageWalk.class));
    }

    @Test
    void nullOptionalAddressesSurvive() {
        ExitRecord exit = new ExitRecord(1, 100, 1, 0x3000, 10, "CPUID", false, 0, List.of(), 0x10005, "Main+0x5", 2, null, null, null,
                null);
        assertEquals(exit, gson.fromJson(gson.toJson(exit), ExitRecord.class));
    }

    @Test
    void launchArgumentsTakeWhatAGenericClientSends() {
        LaunchArguments read = LaunchArguments.of(
                Map.of("program", "a.hv", "memory", 64.0, "cpus", 2.0, "maxInstructions", "1_000_000", "stopAt", "first-exit", "noDebug",
                        true, "modules", List.of("a.bin")));
        assertEquals(new LaunchArguments("a.hv", null, "64", 2, 1_000_000L, null, StopAt.FIRST_EXIT, false, true, List.of("a.bin"), false),
                read);
        assertEquals(read, LaunchArguments.of(read.toMap()));
    }

    @Test
    void aWrongLaunchAttributeIsNamed() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> LaunchArguments.of(Map.of())).getMessage().contains("program"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> LaunchArguments.of(Map.of("program", "a", "stopAt", "never")))
                .getMessage().contains("every-exit"));
    }
}
