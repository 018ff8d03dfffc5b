// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.VmExit;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the machine stops for a VM exit: at the first instruction after the host's entry point that has a source line, which is the handler
 * as its author sees it; before the next VM entry at the latest.
 */
final class ExitStops {
    /** How many instructions after a VM exit may pass before that. */
    private static final int LIMIT = 100_000;

    private final Debuggee debuggee;
    private final Execution execution;
    /** Exits at whose stops the machine has still to come, because the stop of another processor's exit came first. */
    private final List<VmExit> open = new ArrayList<>();
    /** The exit at whose stop the machine was last, and when that was. */
    private long number;
    private long instant = -1;

    ExitStops(Debuggee debuggee, Execution execution) {
        this.debuggee = debuggee;
        this.execution = execution;
    }

    /**
     * Goes from an exit to its stop.
     *
     * @param kind the protocol's reason of the stop
     */
    RunOutcome settle(VmExit exit, String kind) {
        open.clear();
        for (int i = 0; i < LIMIT && mayGoOn() && !isAtStop(exit); i++) {
            Execution.Step step = execution.step();
            if (step.stop() != null) {
                return step.stop();
            }
            debuggee.focus(exit.cpu());
        }
        return stopOf(exit, kind);
    }

    /**
     * Goes from an exit to a stop. Where handlers exclude each other, it need not be its own: another processor may leave its guest
     * meanwhile and come to its handler first. Then {@link #next} goes on.
     */
    RunOutcome first(VmExit exit, String kind) {
        open.clear();
        open.add(exit);
        return next(kind);
    }

    /** Whether there are stops left, and nothing has been executed since the last one. */
    boolean hasMore() {
        return isHere() && !open.isEmpty();
    }

    /** Goes to the next stop of those that are left. */
    RunOutcome next(String kind) {
        for (int i = 0; i < LIMIT && mayGoOn(); i++) {
            for (VmExit exit : open) {
                debuggee.focus(exit.cpu());
                if (isAtStop(exit)) {
                    open.remove(exit);
                    return stopOf(exit, kind);
                }
            }
            Execution.Step step = execution.step(true);
            if (step.stop() != null) {
                return step.stop();
            }
            if (step.exit() != null && execution.stopsAt(step.exit())) {
                open.add(step.exit());
            }
        }
        VmExit first = open.removeFirst();
        debuggee.focus(first.cpu());
        return stopOf(first, kind);
    }

    private boolean mayGoOn() {
        return !execution.pauseRequested() && !debuggee.image().lines().isEmpty();
    }

    /** No handler need follow a failed VM entry: the hypervisor may be about to give up. */
    private boolean isAtStop(VmExit exit) {
        return exit.entryFailure() || execution.startsStatement() || execution.flow() == Code.Flow.VM_ENTRY;
    }

    private RunOutcome stopOf(VmExit exit, String kind) {
        if (!exit.entryFailure()) {
            debuggee.noteHandler(exit);
        }
        number = exit.number();
        instant = debuggee.machine().instructionCount();
        List<Integer> hit = new ArrayList<>(execution.filtersOf(exit));
        debuggee.breakpoints().at(Code.linearRip(debuggee.activeCpu())).stream().filter(placed -> placed.action().logMessage() == null)
                .forEach(placed -> hit.add(placed.id()));
        return new RunOutcome.Suspended(debuggee.activeCpu().id, kind, debuggee.exitText(exit), hit);
    }

    private boolean isHere() {
        return instant == debuggee.machine().instructionCount();
    }

    /** Whether the machine is at the stop of a VM exit now. */
    boolean isAt(long exit) {
        return number == exit && isHere();
    }
}
