// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.debug.session.MachineSession;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.lsp4j.debug.Breakpoint;

/** Breakpoints of one kind, which the protocol always sets together. */
abstract class BreakpointKind {

    /** Finds the breakpoints of a type that are to be hit. */
    interface Active {
        <B extends MachineBreakpoint> Stream<B> of(Class<B> type);
    }

    private final Active active;
    private final BiConsumer<MachineBreakpoint, Breakpoint> answered;
    final MachineSession session;
    private String sent = "";

    BreakpointKind(MachineSession session, Active active, BiConsumer<MachineBreakpoint, Breakpoint> answered) {
        this.session = session;
        this.active = active;
        this.answered = answered;
    }

    /** Sends all breakpoints of the kind; never fails. */
    abstract CompletableFuture<Void> sendAll();

    /** The class of the breakpoints of the kind. */
    abstract Class<? extends MachineBreakpoint> type();

    /** Sends all breakpoints of the kind when something about them differs from what was sent last; never fails. */
    final CompletableFuture<Void> sendChanges() {
        String now = active(type()).stream().map(MachineBreakpoint::told).sorted().collect(Collectors.joining("\n"));
        synchronized (this) {
            if (now.equals(sent)) {
                return CompletableFuture.completedFuture(null);
            }
            sent = now;
        }
        return sendAll();
    }

    /** The machine has suspended. */
    void suspended() {
        // most kinds can be sent at any time
    }

    final <B extends MachineBreakpoint> List<B> active(Class<B> type) {
        return active.of(type).toList();
    }

    /** Passes the machine's answers on, one per breakpoint. */
    final void answered(List<? extends MachineBreakpoint> breakpoints, Breakpoint[] answers) {
        for (int i = 0; answers != null && i < Math.min(breakpoints.size(), answers.length); i++) {
            answered.accept(breakpoints.get(i), answers[i]);
        }
    }

    final void refused(MachineBreakpoint breakpoint, String reason) {
        Breakpoint answer = new Breakpoint();
        answer.setMessage(reason);
        answered.accept(breakpoint, answer);
    }

    /** The protocol's form of an empty text. */
    static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
