// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.StopAt;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests share that talk to a server of their own. */
abstract class ConversationTestCase {
    @TempDir
    Path folder;
    Conversation client;

    @BeforeEach
    void connect() throws Exception {
        client = new Conversation();
    }

    @AfterEach
    void end() throws Exception {
        client.close();
    }

    static LaunchArguments launch(TinyHypervisor program, StopAt stopAt) {
        return LaunchArguments.of(program.elf().toString()).withStopAt(stopAt);
    }

    /** Launches the small hypervisor and waits for its first stop. */
    TinyHypervisor start(StopAt stopAt, String... replacements) {
        TinyHypervisor tiny = new TinyHypervisor(folder, replacements);
        client.launchAndStop(launch(tiny, stopAt));
        return tiny;
    }
}
