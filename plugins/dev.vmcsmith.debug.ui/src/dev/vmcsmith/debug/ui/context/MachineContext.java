// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.context;

import dev.vmcsmith.debug.model.MachineElement;
import dev.vmcsmith.debug.model.MachineFrame;
import dev.vmcsmith.debug.model.MachineTarget;
import dev.vmcsmith.debug.model.Stop;
import dev.vmcsmith.debug.model.VcpuThread;
import dev.vmcsmith.debug.session.MachineProcess;
import org.eclipse.core.runtime.Adapters;
import org.eclipse.debug.core.ILaunch;
import org.eclipse.debug.core.model.IThread;
import org.eclipse.jface.viewers.ISelection;
import org.eclipse.jface.viewers.IStructuredSelection;

/**
 * What a view of a machine shows.
 *
 * @param machine null when no machine is selected
 * @param vcpu null while the machine runs
 * @param frame the selected frame; null when none is
 * @param stop the stop to show; null while the machine runs and after its end
 * @param phase where the machine is in its life
 */
public record MachineContext(MachineTarget machine, VcpuThread vcpu, MachineFrame frame, Stop stop, Phase phase) {

    /** Where a machine is in its life. */
    enum Phase {
        /** There is no machine. */
        NONE,
        /** Its JVM starts, its image is made. */
        STARTING,
        /** It runs. */
        RUNNING,
        /** It has a state to show. */
        SUSPENDED,
        /** It has ended. */
        ENDED
    }

    /** No machine is selected. */
    public static final MachineContext NONE = new MachineContext(null, null, null, null, Phase.NONE);

    /** The context that a selection of the Debug view means. */
    public static MachineContext of(ISelection selection) {
        if (!(selection instanceof IStructuredSelection structured) || structured.isEmpty()) {
            return NONE;
        }
        Object element = structured.getFirstElement();
        if (element instanceof MachineElement inMachine) {
            return of(inMachine);
        }
        ILaunch launch = element instanceof MachineProcess process ? process.getLaunch() : Adapters.adapt(element, ILaunch.class);
        return launch != null && launch.getDebugTarget() instanceof MachineTarget machine ? of(machine) : NONE;
    }

    private static MachineContext of(MachineElement element) {
        MachineTarget machine = element.machine();
        Stop stop = machine.stop();
        if (machine.isTerminated() || stop == null) {
            Phase phase = machine.isTerminated() ? Phase.ENDED : machine.isStarted() ? Phase.RUNNING : Phase.STARTING;
            return new MachineContext(machine, null, null, null, phase);
        }
        return switch (element) {
            case MachineFrame frame -> new MachineContext(machine, frame.vcpu(), frame, stop, Phase.SUSPENDED);
            case VcpuThread vcpu -> new MachineContext(machine, vcpu, null, stop, Phase.SUSPENDED);
            default -> new MachineContext(machine, stoppedVcpu(machine, stop), null, stop, Phase.SUSPENDED);
        };
    }

    private static VcpuThread stoppedVcpu(MachineTarget machine, Stop stop) {
        for (IThread thread : machine.getThreads()) {
            if (thread instanceof VcpuThread vcpu && vcpu.id() == stop.threadId()) {
                return vcpu;
            }
        }
        return null;
    }

    /** Whether there is a state to show. */
    public boolean isSuspended() {
        return phase == Phase.SUSPENDED;
    }

    /** Whether the machine runs, so that it has no state to show but its log of VM exits. */
    public boolean isRunning() {
        return phase == Phase.RUNNING;
    }

    /** The protocol's number of the vCPU; 0 stands for the one that stopped last. */
    public int threadId() {
        return vcpu == null ? 0 : vcpu.id();
    }
}
