// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.ExitFilter;
import dev.vmcsmith.dap.protocol.ExitRecord;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.machine.VmExit;
import java.util.Locale;
import java.util.function.Function;

/** Applies the filter of a request to the log: cheap tests first, the visible text last. */
final class ExitMatch {
    private final ExitFilter filter;
    private final String text;
    private final Function<ExitJournal.Entry, ExitRecord> record;

    ExitMatch(ExitFilter filter, Function<ExitJournal.Entry, ExitRecord> record) {
        this.filter = filter;
        this.text = filter.text() == null || filter.text().isBlank() ? null : filter.text().strip().toLowerCase(Locale.ROOT);
        this.record = record;
    }

    boolean accepts(ExitJournal.Entry entry) {
        VmExit exit = entry.exit();
        return within(filter.first(), filter.last(), exit.number())
                && within(filter.firstInstruction(), filter.lastInstruction(), exit.instructionCount())
                && (filter.reasons() == null || filter.reasons().isEmpty() || filter.reasons().contains(exit.reason()))
                && (filter.threadId() == null || filter.threadId() == 0 || filter.threadId() == ExitRecords.threadId(exit.cpu()))
                && (filter.vmcs() == null || filter.vmcs() == exit.vmcs())
                && (filter.firstRip() == null || Long.compareUnsigned(exit.guestRip(), filter.firstRip()) >= 0)
                && (filter.lastRip() == null || Long.compareUnsigned(exit.guestRip(), filter.lastRip()) <= 0)
                && (filter.handler() == null || filter.handler().equals(entry.handler()))
                && (text == null || visibleText(record.apply(entry)).contains(text));
    }

    private static boolean within(Long first, Long last, long value) {
        return (first == null || value >= first) && (last == null || value <= last);
    }

    private static String visibleText(ExitRecord record) {
        return String.join("\n", Long.toString(record.number()), record.reasonName(), Integer.toString(record.reason()),
                HexLong.format(record.qualification()), record.qualificationText(), HexLong.format(record.guestRip()),
                String.valueOf(record.guestSymbol()), HexLong.format(record.vmcs()), String.valueOf(record.handler()),
                String.valueOf(record.interruption())).toLowerCase(Locale.ROOT);
    }
}
