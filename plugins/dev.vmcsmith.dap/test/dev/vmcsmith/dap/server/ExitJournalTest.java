// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vmcsmith.machine.VmExit;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ExitJournalTest {
    private static final int CAPACITY = ExitJournal.CAPACITY;

    private final ExitJournal journal = new ExitJournal();
    private final ExitCounts counts = new ExitCounts();

    private static VmExit exit(long number) {
        int reason = number % 2 == 0 ? 10 : 12;
        return new VmExit(number, 0, 100 * number, 0x1000, reason, 0, 0x7000, 2, 0, 0, 0, 0, 0, 0, 0);
    }

    private void add(long first, long last) {
        for (long number = first; number <= last; number++) {
            journal.add(exit(number));
            counts.add(exit(number));
        }
    }

    private ExitCounts countedTo(long last) {
        ExitCounts then = new ExitCounts();
        LongStream.rangeClosed(1, last).forEach(number -> then.add(exit(number)));
        return then;
    }

    private void holds(long first, long last) {
        ExitJournal.Page all = journal.all();
        assertEquals(last, all.total());
        assertEquals(first > last ? 0 : first, all.firstKept());
        assertEquals(LongStream.rangeClosed(first, last).boxed().toList(), all.entries().stream().map(entry -> entry.exit().number())
                .toList());
        assertEquals(all.entries(), journal.kept());
        assertEquals(countedTo(last).tallies(0, true), journal.tallies(0, false));
    }

    @Test
    void theLatestAreKeptAndAllAreCounted() {
        add(1, CAPACITY);
        holds(1, CAPACITY);
        add(CAPACITY + 1, CAPACITY + 10);
        holds(11, CAPACITY + 10);
        assertEquals(List.of(), journal.tallies(1, false));
    }

    @Test
    void whatWasOverwrittenIsNotTakenForWhatWasThereBefore() {
        add(1, CAPACITY + 1000);
        journal.truncate(CAPACITY, countedTo(CAPACITY));
        holds(1001, CAPACITY);
        add(CAPACITY + 1, CAPACITY + 10);
        holds(1001, CAPACITY + 10);
        journal.truncate(1002, countedTo(1002));
        holds(1001, 1002);
        journal.truncate(500, countedTo(500));
        holds(501, 500);
        add(501, 503);
        holds(501, 503);
        journal.handledBy(500, "gone");
        journal.handledBy(502, "handler");
        assertEquals("handler", journal.page(-2, 1).entries().getFirst().handler());
        add(504, CAPACITY + 600);
        holds(601, CAPACITY + 600);
    }
}
