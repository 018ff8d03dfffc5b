// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.LaunchArguments;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.eclipse.lsp4j.debug.SteppingGranularity;
import org.junit.jupiter.api.Test;

/** Launches with files beside the program. */
class BootFilesConversationTest extends ConversationTestCase {
    @Test
    void modulesAreListedInTheBootInformation() throws Exception {
        Path module = Files.writeString(folder.resolve("module.txt"), "hello");
        Map<String, Object> launch = LaunchArguments.of(new TinyHypervisor(folder).elf().toString()).toMap();
        launch.put("stopAt", "entry");
        launch.put("modules", List.of(module + "=greeting"));
        client.launchAndStop(LaunchArguments.of(launch));
        assertEquals("0x1", Conversation.get(client.evaluate("dword [ebx + 20]")));
        assertEquals("0x" + HexFormat.of().formatHex("lleh".getBytes(StandardCharsets.US_ASCII)),
                Conversation.get(client.evaluate("dword [dword [dword [ebx + 24]]]")));
    }

    @Test
    void aFlatBinaryIsEnteredInItsMode() throws Exception {
        Path binary = Files.write(folder.resolve("flat.bin"), new byte[] {(byte) 0xB8, 0x34, 0x12, (byte) 0xF4});
        Map<String, Object> launch = LaunchArguments.of(binary.toString()).toMap();
        launch.put("stopAt", "entry");
        launch.put("flat", "4 KiB");
        launch.put("mode", "real");
        client.launchAndStop(LaunchArguments.of(launch));
        client.stepIn(SteppingGranularity.INSTRUCTION);
        assertEquals("0x1234", Conversation.get(client.evaluate("ax")));
        launch.put("mode", "unreal");
        client.initialize();
        assertTrue(Conversation.refusal(new Conversation().server().launch(launch)).contains("real, protected or long"));
    }
}
