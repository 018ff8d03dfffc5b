// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.breakpoint;

import dev.vmcsmith.dap.protocol.HexLong;
import dev.vmcsmith.debug.session.MachineSession;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.eclipse.lsp4j.debug.Breakpoint;
import org.eclipse.lsp4j.debug.SetInstructionBreakpointsArguments;

/** Breakpoints on instructions. */
final class InstructionKind extends BreakpointKind {

    private volatile Long goal;

    InstructionKind(MachineSession session, Active active, BiConsumer<MachineBreakpoint, Breakpoint> answered) {
        super(session, active, answered);
    }

    CompletableFuture<Void> goal(long address) {
        goal = address;
        return sendAll();
    }

    @Override
    void suspended() {
        if (goal != null) {
            goal = null;
            sendAll();
        }
    }

    @Override
    CompletableFuture<Void> sendAll() {
        List<InstructionBreakpoint> all = active(InstructionBreakpoint.class);
        Long wanted = goal;
        SetInstructionBreakpointsArguments arguments = new SetInstructionBreakpointsArguments();
        arguments.setBreakpoints(Stream.concat(all.stream().map(InstructionKind::asRequest), Stream.ofNullable(wanted)
                .map(InstructionKind::at)).toArray(org.eclipse.lsp4j.debug.InstructionBreakpoint[]::new));
        return session.request(server -> server.setInstructionBreakpoints(arguments))
                .thenAccept(answer -> answered(all, answer.getBreakpoints())).exceptionally(failure -> null);
    }

    private static org.eclipse.lsp4j.debug.InstructionBreakpoint asRequest(InstructionBreakpoint breakpoint) {
        org.eclipse.lsp4j.debug.InstructionBreakpoint request = at(breakpoint.address());
        request.setCondition(orNull(breakpoint.condition()));
        request.setHitCondition(orNull(breakpoint.hitCondition()));
        return request;
    }

    private static org.eclipse.lsp4j.debug.InstructionBreakpoint at(long address) {
        org.eclipse.lsp4j.debug.InstructionBreakpoint request = new org.eclipse.lsp4j.debug.InstructionBreakpoint();
        request.setInstructionReference(HexLong.format(address));
        return request;
    }

    @Override
    Class<? extends MachineBreakpoint> type() {
        return InstructionBreakpoint.class;
    }
}
