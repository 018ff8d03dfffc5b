// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vmcsmith.dap.protocol.ExitFilter;
import dev.vmcsmith.dap.protocol.ExitLog;
import dev.vmcsmith.dap.protocol.ExitStatistics;
import dev.vmcsmith.dap.protocol.ExitStatisticsArguments;
import dev.vmcsmith.dap.protocol.ExitsArguments;
import dev.vmcsmith.dap.protocol.ExitsEvent;
import dev.vmcsmith.dap.protocol.LaunchArguments;
import dev.vmcsmith.dap.protocol.StopAt;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest that leaves more often than the log can hold. */
class ManyExitsConversationTest {
    private static final int EXITS = ExitJournal.CAPACITY + 50_000;

    @TempDir
    private Path folder;

    @Test
    void theLogIsBoundedTheCountsAreNotAndTheClientIsNotFlooded() throws Exception {
        TinyHypervisor tiny = TinyHypervisor.leaving(folder, EXITS);
        try (Conversation client = new Conversation()) {
            client.launch(LaunchArguments.of(tiny.elf().toString()).withStopAt(StopAt.BREAKPOINTS));
            long start = System.nanoTime();
            client.configurationDone();
            ExitLog early = Conversation.get(client.server().exits(ExitsArguments.page(-1, 1)));
            assertTrue(early.total() < EXITS, "it answers while it runs");
            assertEquals(1, client.exitCode());
            long millis = (System.nanoTime() - start) / 1_000_000;
            ExitLog log = Conversation.get(client.server().exits(ExitsArguments.page(0, 10)));
            assertEquals(EXITS + 2, log.total());
            assertEquals(ExitJournal.CAPACITY, log.matching());
            assertEquals(EXITS + 2 - ExitJournal.CAPACITY + 1, log.firstKept());
            assertEquals(log.firstKept(), log.exits().getFirst().number());
            ExitLog last = Conversation.get(client.server().exits(new ExitsArguments(0, 10, ExitFilter.reasons(List.of(18)))));
            assertEquals(EXITS + 2, last.exits().getFirst().number());
            ExitStatistics statistics = Conversation.get(client.server().exitStatistics(new ExitStatisticsArguments(1)));
            assertEquals(EXITS, statistics.reasons().getFirst().count());
            List<ExitsEvent> events = client.exitEvents();
            assertTrue(events.size() <= millis / ExitsEvent.PERIOD_MILLIS + 3, events.size() + " events in " + millis + " ms");
            assertEquals(EXITS + 2, events.stream().mapToLong(ExitsEvent::count).sum());
        }
    }
}
