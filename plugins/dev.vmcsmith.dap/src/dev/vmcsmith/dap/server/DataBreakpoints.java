// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.StopCondition.FieldWatch;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.memory.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.BreakpointNotVerifiedReason;
import org.eclipse.lsp4j.debug.DataBreakpoint;
import org.eclipse.lsp4j.debug.DataBreakpointAccessType;

/**
 * Breakpoints on memory and on VMCS fields. Memory is watched at its physical address: the one behind a linear or guest-physical address
 * when the breakpoint first takes effect, so that the data is watched whoever uses it, guest or hypervisor. Written by the request thread,
 * read by the machine's.
 */
final class DataBreakpoints {
    private static final int PAGE = 4096;

    private final IntSupplier ids;
    private volatile List<Entry> entries = List.of();

    /** One breakpoint. The watches are empty until the memory is found. */
    private static final class Entry {
        final DataTarget target;
        final Breakpoint answer;
        final BreakpointAction action;
        final boolean reads;
        final boolean writes;
        volatile List<Watch> watches = List.of();

        Entry(DataTarget target, Breakpoint answer, BreakpointAction action, boolean reads, boolean writes) {
            this.target = target;
            this.answer = answer;
            this.action = action;
            this.reads = reads;
            this.writes = writes;
        }
    }

    /** @param ids numbers for breakpoints */
    DataBreakpoints(IntSupplier ids) {
        this.ids = ids;
    }

    /** Replaces all. */
    Breakpoint[] set(DataBreakpoint[] requests) {
        List<Breakpoint> answers = new ArrayList<>();
        List<Entry> made = new ArrayList<>();
        for (DataBreakpoint request : requests == null ? new DataBreakpoint[0] : requests) {
            Breakpoint answer = new Breakpoint();
            answer.setId(ids.getAsInt());
            answers.add(answer);
            try {
                DataBreakpointAccessType access = request.getAccessType();
                boolean reads = access == DataBreakpointAccessType.READ || access == DataBreakpointAccessType.READ_WRITE;
                made.add(new Entry(DataTarget.parse(request.getDataId()), answer,
                        new BreakpointAction(request.getCondition(), request.getHitCondition(), null), reads,
                        access != DataBreakpointAccessType.READ));
                answer.setVerified(true);
            } catch (RequestFailure e) {
                answer.setVerified(false);
                answer.setReason(BreakpointNotVerifiedReason.FAILED);
                answer.setMessage(e.getMessage());
            }
        }
        entries = List.copyOf(made);
        return answers.toArray(Breakpoint[]::new);
    }

    /** Looks for memory that has not been found yet. */
    void resolve(Memory.Translator translator) {
        for (Entry entry : entries) {
            if (entry.watches.isEmpty() && entry.target instanceof DataTarget.Memory memory) {
                entry.watches = find(memory, entry, translator);
            }
        }
    }

    private static List<Watch> find(DataTarget.Memory memory, Entry entry, Memory.Translator translator) {
        List<Watch> found = new ArrayList<>();
        int done = 0;
        while (done < memory.length()) {
            long address = memory.start().address() + done;
            OptionalLong physical;
            try {
                physical = translator.physical(memory.start().at(address));
            } catch (RequestFailure e) {
                return List.of();
            }
            if (physical.isEmpty()) {
                return List.of();
            }
            int part = Math.min(memory.length() - done, PAGE - (int) (address & PAGE - 1));
            found.add(new Watch(physical.getAsLong(), part, entry.reads, entry.writes));
            done += part;
        }
        return List.copyOf(found);
    }

    /** Texts of those that wait for their memory to be mapped. */
    List<String> waiting() {
        return entries.stream().filter(entry -> entry.target instanceof DataTarget.Memory && entry.watches.isEmpty())
                .map(entry -> entry.target.text()).toList();
    }

    /** Adds what has to end a run. */
    StopCondition in(StopCondition condition) {
        List<Entry> now = entries;
        if (now.isEmpty()) {
            return condition;
        }
        List<Watch> watches = now.stream().flatMap(entry -> entry.watches.stream()).toList();
        List<FieldWatch> fields = now.stream().filter(entry -> entry.target instanceof DataTarget.Field)
                .map(entry -> new FieldWatch(((DataTarget.Field) entry.target).field(), entry.reads, entry.writes)).toList();
        return condition.withWatches(watches).withFieldWatches(fields);
    }

    /** The breakpoints that a use of data is about. */
    List<Breakpoints.Placed> at(StopReason reason) {
        return entries.stream().filter(entry -> switch (reason) {
            case StopReason.MemoryUse use -> entry.watches.stream().anyMatch(watch -> (use.write() ? watch.writes() : watch.reads())
                    && use.address() < watch.address() + watch.length() && use.address() + use.size() > watch.address());
            case StopReason.FieldUse use -> entry.target instanceof DataTarget.Field field && field.field() == use.field()
                    && (use.write() ? entry.writes : entry.reads);
            default -> false;
        }).map(entry -> new Breakpoints.Placed(entry.answer.getId(), entry.action)).toList();
    }
}
