// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.reverse;

import dev.vmcsmith.debug.model.MachineElement;
import dev.vmcsmith.debug.model.MachineFrame;
import dev.vmcsmith.debug.model.VcpuThread;
import java.util.function.Consumer;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.debug.core.IRequest;
import org.eclipse.debug.core.commands.AbstractDebugCommand;
import org.eclipse.debug.core.commands.IEnabledStateRequest;
import org.eclipse.debug.core.model.IThread;

/** Goes back with one suspended vCPU; possible when the machine's debug adapter can. */
abstract class ReverseCommand extends AbstractDebugCommand {

    private final Consumer<VcpuThread> action;

    ReverseCommand(Consumer<VcpuThread> action) {
        this.action = action;
    }

    @Override
    protected void doExecute(Object[] targets, IProgressMonitor monitor, IRequest request) {
        action.accept((VcpuThread) targets[0]);
    }

    @Override
    protected boolean isExecutable(Object[] targets, IProgressMonitor monitor, IEnabledStateRequest request) {
        return targets.length == 1 && ((VcpuThread) targets[0]).canGoBack();
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
