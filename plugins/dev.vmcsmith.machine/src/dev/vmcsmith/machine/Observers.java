// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.engine.RunLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes what happens on to the observers, and ends the run where its condition says so. */
final class Observers implements MachineObserver {
    private final List<MachineObserver> list = new CopyOnWriteArrayList<>();
    private RunLoop loop;
    private FieldWatcher fields;
    private boolean mute;

    void attach(RunLoop runLoop, FieldWatcher fieldWatcher) {
        loop = runLoop;
        fields = fieldWatcher;
    }

    private void stopIf(StopReason reason) {
        if (reason != null) {
            loop.stopAfterInstruction(reason);
        }
    }

    void add(MachineObserver observer) {
        list.add(observer);
    }

    void remove(MachineObserver observer) {
        list.remove(observer);
    }

    /** Lets nobody hear of a stretch that is only repeated. */
    void mute(boolean silent) {
        mute = silent;
    }

    boolean muted() {
        return mute;
    }

    boolean empty() {
        return list.isEmpty();
    }

    /** Whether anybody wants to know; otherwise records need not be made. */
    boolean wanted() {
        return !mute && (!list.isEmpty() || loop.condition().watchesVmx());
    }

    @Override
    public void onVmxInstruction(VmxOperation operation) {
        list.forEach(o -> o.onVmxInstruction(operation));
        stopIf(fields.executed(operation));
    }

    @Override
    public void onVmEntry(Cpu cpu, long vmcs, boolean launch) {
        list.forEach(o -> o.onVmEntry(cpu, vmcs, launch));
        stopIf(fields.changed(cpu.id, null));
        if (loop.condition().stopsAtEntry(launch)) {
            loop.stopAfterInstruction(new StopReason.VmEntryStop(cpu.id, vmcs, launch));
        }
    }

    @Override
    public void onVmEntryFailed(Cpu cpu, long vmcs, String outcome, List<String> violations) {
        list.forEach(o -> o.onVmEntryFailed(cpu, vmcs, outcome, violations));
        if (loop.condition().stopsAtEntryFailure()) {
            loop.stopAfterInstruction(new StopReason.EntryFailure(
                violations.isEmpty() ? outcome : outcome + ": " + String.join("; ", violations)));
        }
    }

    @Override
    public void onVmExit(VmExit exit) {
        list.forEach(o -> o.onVmExit(exit));
        stopIf(fields.changed(exit.cpu(), null));
        if (loop.condition().stopsAt(exit)) {
            loop.stopAfterInstruction(new StopReason.VmExitStop(exit));
        }
    }

    @Override
    public void onPortIo(Cpu cpu, int port, int size, int value, boolean write) {
        if (!mute) {
            list.forEach(o -> o.onPortIo(cpu, port, size, value, write));
        }
    }

    @Override
    public void onDeviceMemory(Cpu cpu, long address, int size, long value, boolean write) {
        if (!mute) {
            list.forEach(o -> o.onDeviceMemory(cpu, address, size, value, write));
        }
    }

    @Override
    public void onPageWalk(Cpu cpu, long linear, int access, long guestPhysical, long physical) {
        if (!mute) {
            list.forEach(o -> o.onPageWalk(cpu, linear, access, guestPhysical, physical));
        }
    }

    @Override
    public void onReset(StopReason cause) {
        if (!mute) {
            list.forEach(o -> o.onReset(cause));
        }
    }

    @Override
    public void onSerial(SerialPort port, int value) {
        if (!mute) {
            list.forEach(o -> o.onSerial(port, value));
        }
    }

    @Override
    public void onDebugConsole(int value) {
        if (!mute) {
            list.forEach(o -> o.onDebugConsole(value));
        }
    }
}
