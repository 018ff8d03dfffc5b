// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.command;

import dev.vmcsmith.debug.model.MachineElement;
import dev.vmcsmith.debug.model.MachineTarget;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.debug.core.IRequest;
import org.eclipse.debug.core.commands.AbstractDebugCommand;
import org.eclipse.debug.core.commands.IEnabledStateRequest;
import org.eclipse.debug.core.commands.IRestartHandler;

/** The platform's <em>Restart</em>: the machine starts anew from its image, with its breakpoints. */
final class RestartCommand extends AbstractDebugCommand implements IRestartHandler {

    @Override
    protected void doExecute(Object[] targets, IProgressMonitor monitor, IRequest request) {
        for (Object target : targets) {
            ((MachineTarget) target).restart();
        }
    }

    @Override
    protected boolean isExecutable(Object[] targets, IProgressMonitor monitor, IEnabledStateRequest request) {
        for (Object target : targets) {
            if (!((MachineTarget) target).canRestart()) {
                return false;
            }
        }
        return targets.length > 0;
    }

    @Override
    protected Object getTarget(Object element) {
        return element instanceof MachineElement inMachine ? inMachine.machine() : null;
    }
}
