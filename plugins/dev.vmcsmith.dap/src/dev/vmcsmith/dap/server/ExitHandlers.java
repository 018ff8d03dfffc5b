// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.image.SymbolTable;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds out which code handles exits at which the machine did not stop, by going to one of each kind and looking. */
final class ExitHandlers {
    private static final int MOST_LOOKS = 8;
    private static final int STEPS = 20_000;
    private static final StopCondition ONE_INSTRUCTION = StopCondition.NONE.withMaxInstructions(1);

    private final Debuggee debuggee;
    private final ExitJournal exits;
    /** Kinds of exits that were looked at without finding a handler. */
    private final Set<ExitJournal.Kind> unknown = new HashSet<>();

    ExitHandlers(Debuggee debuggee, ExitJournal exits) {
        this.debuggee = debuggee;
        this.exits = exits;
    }

    /**
     * Completes the log for a part of it.
     *
     * @param all for every kind of exit; otherwise as far as that can be done quickly
     */
    void find(List<ExitJournal.Entry> page, boolean all) {
        if (!debuggee.timeline().exists()) {
            return;
        }
        Set<ExitJournal.Kind> done = new HashSet<>(unknown);
        int looks = 0;
        for (ExitJournal.Entry entry : page) {
            ExitJournal.Kind kind = ExitJournal.Kind.of(entry.exit());
            if (entry.handler() == null && done.add(kind) && (all || looks++ < MOST_LOOKS)) {
                long number = entry.exit().number();
                Optional<String> symbol = debuggee.timeline().lookAtExit(number, this::handler);
                symbol.ifPresentOrElse(name -> exits.handledBy(number, name), () -> unknown.add(kind));
            }
        }
    }

    /** The code at the first statement after the exit. */
    private Optional<String> handler() {
        for (int i = 0; i < STEPS && !debuggee.image().lines().startsStatement(rip()); i++) {
            StopReason reason = debuggee.machine().run(ONE_INSTRUCTION);
            if (!(reason instanceof StopReason.InstructionLimit)) {
                return Optional.empty();
            }
        }
        return debuggee.image().symbols().nearest(rip()).map(SymbolTable.Place::symbol).map(symbol -> symbol.name());
    }

    private long rip() {
        return Code.linearRip(debuggee.machine().currentCpu());
    }
}
