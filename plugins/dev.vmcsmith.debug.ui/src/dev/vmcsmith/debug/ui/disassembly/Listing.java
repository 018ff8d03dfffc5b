// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.disassembly;

import dev.vmcsmith.debug.memory.MemoryPlace;
import dev.vmcsmith.debug.ui.context.MachineContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.debug.DisassembleArguments;

/** Consecutive instructions of one address space; grows at both ends, and drops what is far away. */
final class Listing {

    /** Instructions that are fetched at once. */
    static final int PAGE = 60;

    /** At most so many are kept. */
    static final int LIMIT = 2000;

    private final MemoryPlace space;
    private final List<Line> lines = new ArrayList<>();

    Listing(MemoryPlace space) {
        this.space = space;
    }

    MemoryPlace space() {
        return space;
    }

    List<Line> lines() {
        return lines;
    }

    /** Index of the instruction at an address; −1 when it is not listed. */
    int indexOf(long address) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).address() == address) {
                return i;
            }
        }
        return -1;
    }

    /** Instructions around an address. */
    CompletableFuture<List<Line>> around(MachineContext context, long address) {
        return fetch(context, address, -PAGE / 3, PAGE + PAGE / 3);
    }

    CompletableFuture<List<Line>> before(MachineContext context) {
        return fetch(context, lines.getFirst().address(), -PAGE, PAGE);
    }

    CompletableFuture<List<Line>> after(MachineContext context) {
        return fetch(context, lines.getLast().address(), 1, PAGE);
    }

    private CompletableFuture<List<Line>> fetch(MachineContext context, long address, int from, int count) {
        DisassembleArguments arguments = new DisassembleArguments();
        arguments.setMemoryReference(space.reference(address));
        arguments.setInstructionOffset(from);
        arguments.setInstructionCount(count);
        arguments.setResolveSymbols(true);
        return context.machine().request(server -> server.disassemble(arguments))
                .thenApply(answer -> Arrays.stream(answer.getInstructions()).map(Line::of).toList());
    }

    void replace(List<Line> all) {
        lines.clear();
        lines.addAll(all);
    }

    /** Adds at the front. @return how many rows were added */
    int prepend(List<Line> earlier) {
        lines.addAll(0, earlier);
        if (lines.size() > LIMIT) {
            lines.subList(LIMIT, lines.size()).clear();
        }
        return earlier.size();
    }

    /** Adds at the end. @return how many rows were dropped at the front */
    int append(List<Line> later) {
        lines.addAll(later);
        int dropped = Math.max(0, lines.size() - LIMIT);
        lines.subList(0, dropped).clear();
        return dropped;
    }
}
