// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.command;

import dev.vmcsmith.debug.model.MachineElement;
import dev.vmcsmith.debug.model.MachineFrame;
import dev.vmcsmith.debug.model.VcpuThread;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.debug.core.IRequest;
import org.eclipse.debug.core.commands.AbstractDebugCommand;
import org.eclipse.debug.core.commands.IEnabledStateRequest;
import org.eclipse.debug.core.model.IThread;

/** Moves one suspended vCPU through its run, when it can. */
abstract class VcpuCommand extends AbstractDebugCommand {

    private final Predicate<VcpuThread> possible;
    private final Consumer<VcpuThread> action;

    VcpuCommand(Predicate<VcpuThread> possible, Consumer<VcpuThread> action) {
        this.possible = possible;
        this.action = action;
    }

    @Override
    protected void doExecute(Object[] targets, IProgressMonitor monitor, IRequest request) {
        action.accept((VcpuThread) targets[0]);
    }

    @Override
    protected boolean isExecutable(Object[] targets, IProgressMonitor monitor, IEnabledStateRequest request) {
        return targets.length == 1 && possible.test((VcpuThread) targets[0]);
    }

    @Override
    protected Object getTarget(Object element) {
        return switch (element) {
            case VcpuThread vcpu -> vcpu;
            case MachineFrame frame -> frame.vcpu();
            case MachineElement other -> onlyVcpu(other.machine().getThreads());
            default -> null;
        };
    }

    private static IThread onlyVcpu(IThread[] threads) {
        return threads.length == 1 ? threads[0] : null;
    }
}
