// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import dev.vmcsmith.machine.engine.RunLoop;
import dev.vmcsmith.machine.vmx.VmxHost;

/** The machine as the VMX of its processors sees it. */
final class MachineVmxHost implements VmxHost {
    private final RunLoop loop;
    private final Observers observers;
    private long exits;

    MachineVmxHost(RunLoop loop, Observers observers) {
        this.loop = loop;
        this.observers = observers;
    }

    @Override
    public long nextExit() {
        return ++exits;
    }

    long exits() {
        return exits;
    }

    void setExits(long count) {
        exits = count;
    }

    @Override
    public long instructionCount() {
        return loop.instructionCount();
    }

    @Override
    public MachineObserver observer() {
        return observers.wanted() ? observers : null;
    }
}
