// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.dap.protocol.ExitFilter;
import dev.vmcsmith.dap.protocol.ExitLog;
import dev.vmcsmith.dap.protocol.ExitRecord;
import dev.vmcsmith.dap.protocol.ExitStatistics.ReasonCount;
import dev.vmcsmith.dap.protocol.ExitStatistics;
import dev.vmcsmith.dap.protocol.ExitStatisticsArguments;
import dev.vmcsmith.dap.protocol.ExitTimeline;
import dev.vmcsmith.dap.protocol.ExitTimelineArguments;
import dev.vmcsmith.dap.protocol.ExitsArguments;
import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.dap.protocol.Instant;
import dev.vmcsmith.image.SymbolTable;
import dev.vmcsmith.machine.VmExit;
import dev.vmcsmith.vmx.ExitQualification;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.InterruptionInfo;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;
import org.eclipse.lsp4j.debug.ExceptionDetails;

/** Presents the log of VM exits as the protocol shows it. */
final class ExitRecords {
    private static final long QUALIFICATION_LINEAR_VALID = 1 << 7;
    private static final int LARGEST_PAGE = 10_000;
    private static final int MOST_BUCKETS = 10_000;

    private final ExitJournal journal;
    private final SymbolTable symbols;

    ExitRecords(ExitJournal journal, SymbolTable symbols) {
        this.journal = journal;
        this.symbols = symbols;
    }

    /** Name of a reason by number, also for one that the SDM does not define. */
    static String name(int reason) {
        ExitReason known = ExitReason.of(reason);
        return known == null ? "unknown reason" : known.sdmName();
    }

    /** One line about an exit, such as {@code VM exit 2: Control-register accesses (28), MOV RCX, CR3}. */
    String text(VmExit exit) {
        List<String> words = words(exit);
        return "VM exit " + exit.number() + ": " + name(exit.reason()) + " (" + exit.reason() + ")"
                + (words.isEmpty() ? "" : ", " + String.join(", ", words));
    }

    private static List<String> words(VmExit exit) {
        ExitReason reason = ExitReason.of(exit.reason());
        String text = reason == null ? "" : ExitQualification.describe(reason, exit.qualification(),
                exit.interruptionInfo() & 0xFFFF_FFFFL);
        return text.isEmpty() ? List.of() : List.of(text);
    }

    /** A VM exit explained in a few lines, for clients that know exceptions only. */
    ExceptionDetails details(VmExit exit) {
        ExitRecord record = record(new ExitJournal.Entry(exit, null));
        StringJoiner lines = new StringJoiner("\n");
        lines.add(record.entryFailure() ? "VM entry failed" : text(exit));
        lines.add("exit qualification " + HexLong.format(record.qualification()));
        lines.add("guest RIP " + HexLong.format(record.guestRip()) + (record.guestSymbol() == null ? "" : " (" + record.guestSymbol() + ")")
                + (record.instructionLength() == 0 ? "" : ", an instruction of " + record.instructionLength() + " bytes"));
        if (record.guestLinearAddress() != null) {
            lines.add("guest-linear address " + HexLong.format(record.guestLinearAddress()));
        }
        if (record.guestPhysicalAddress() != null) {
            lines.add("guest-physical address " + HexLong.format(record.guestPhysicalAddress()));
        }
        if (record.interruption() != null) {
            lines.add("VM-exit interruption " + record.interruption());
        }
        ExceptionDetails details = new ExceptionDetails();
        details.setMessage(lines.toString());
        details.setTypeName(record.reasonName());
        details.setEvaluateName("exit-reason");
        return details;
    }

    ExitRecord record(ExitJournal.Entry entry) {
        VmExit exit = entry.exit();
        long interruption = exit.interruptionInfo() & 0xFFFF_FFFFL;
        boolean epViolation = exit.reason() == ExitReason.EPT_VIOLATION.number();
        boolean physical = epViolation || exit.reason() == ExitReason.EPT_MISCONFIGURATION.number();
        boolean linear = epViolation && (exit.qualification() & QUALIFICATION_LINEAR_VALID) != 0;
        return new ExitRecord(exit.number(), exit.instructionCount(), threadId(exit.cpu()), exit.vmcs(), exit.reason(), name(exit.reason()),
                exit.entryFailure(), exit.qualification(), words(exit), exit.guestRip(),
                symbols.nearest(exit.guestRip()).map(SymbolTable.Place::toString).orElse(null), exit.instructionLength(),
                linear ? (Long) exit.guestLinear() : null, physical ? (Long) exit.guestPhysical() : null,
                InterruptionInfo.valid(interruption) ? InterruptionInfo.describe(interruption) : null, entry.handler());
    }

    /** Exits that have occurred. */
    long total() {
        return journal.total();
    }

    /** The protocol's thread of a processor: they count from 1. */
    static int threadId(int cpu) {
        return cpu + 1;
    }

    ExitLog page(ExitsArguments arguments) {
        int count = Math.clamp(arguments.count(), 0, LARGEST_PAGE);
        ExitFilter filter = arguments.filter() == null ? ExitFilter.ALL : arguments.filter();
        if (filter.isAll()) {
            ExitJournal.Page page = journal.page(arguments.start(), count);
            List<ExitRecord> records = page.entries().stream().map(this::record).toList();
            return new ExitLog(page.total(), page.size(), page.start(), page.firstKept(), records);
        }
        ExitJournal.Page all = journal.all();
        List<ExitJournal.Entry> matching = matching(all.entries(), filter);
        int start = ExitJournal.start(arguments.start(), matching.size());
        List<ExitRecord> page = matching.stream().skip(start).limit(count).map(this::record).toList();
        return new ExitLog(all.total(), matching.size(), start, all.firstKept(), page);
    }

    /** The exits of which the handlers are wanted to answer a request, for those who find them. */
    List<ExitJournal.Entry> entries(ExitsArguments arguments) {
        int count = Math.clamp(arguments.count(), 0, LARGEST_PAGE);
        ExitFilter filter = arguments.filter() == null ? ExitFilter.ALL : arguments.filter().withoutHandlers();
        return filter.isAll() && !arguments.asksForHandlers() ? journal.page(arguments.start(), count).entries()
                : matching(journal.kept(), filter);
    }

    private List<ExitJournal.Entry> matching(List<ExitJournal.Entry> kept, ExitFilter filter) {
        ExitMatch match = new ExitMatch(filter, this::record);
        return kept.stream().filter(match::accepts).toList();
    }

    /** Exits with a VMCS that the log still holds. */
    long countWith(long vmcs) {
        return journal.kept().stream().filter(entry -> entry.exit().vmcs() == vmcs).count();
    }

    ExitTimeline timeline(ExitTimelineArguments arguments) {
        List<ExitJournal.Entry> exits = matching(journal.kept(), arguments.filter() == null ? ExitFilter.ALL : arguments.filter());
        int buckets = Math.clamp(arguments.buckets(), 1, MOST_BUCKETS);
        long first = arguments.firstInstruction() != null ? arguments.firstInstruction()
                : exits.isEmpty() ? 0 : exits.getFirst().exit().instructionCount();
        long last = arguments.lastInstruction() != null ? arguments.lastInstruction()
                : exits.isEmpty() ? 0 : exits.getLast().exit().instructionCount();
        long width = Math.max(1, (last - first + buckets) / buckets);
        ExitBuckets counted = new ExitBuckets(first, width, buckets);
        exits.forEach(entry -> counted.add(entry.exit()));
        return new ExitTimeline(first, width, counted.buckets());
    }

    ExitStatistics statistics(ExitStatisticsArguments arguments, Instant now) {
        List<ExitCounts.Tally> tallies = journal.tallies(arguments.threadId() - 1, arguments.threadId() == 0);
        List<ReasonCount> reasons = tallies.stream().sorted(Comparator.comparingLong(ExitCounts.Tally::count).reversed())
                .map(tally -> new ReasonCount(tally.reason(), name(tally.reason()), tally.count(), tally.last())).toList();
        return new ExitStatistics(now, tallies.stream().mapToLong(ExitCounts.Tally::count).sum(), reasons);
    }
}
