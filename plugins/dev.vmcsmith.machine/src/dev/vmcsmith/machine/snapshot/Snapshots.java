// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.snapshot;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.device.Board;
import dev.vmcsmith.machine.engine.RunLoop;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.machine.vmx.Vmx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Takes and restores snapshots, in any order. */
public final class Snapshots {
    private final PhysicalMemory memory;
    private final List<Cpu> cpus;
    private final List<Vmx> vmx;
    private final Board board;
    private final RunLoop loop;
    private final List<Snapshot> taken = new ArrayList<>();

    public Snapshots(PhysicalMemory memory, List<Cpu> cpus, List<Vmx> vmx, Board board, RunLoop loop) {
        this.memory = memory;
        this.cpus = cpus;
        this.vmx = vmx;
        this.board = board;
        this.loop = loop;
    }

    public Snapshot take(long exits) {
        Snapshot snapshot = new Snapshot(memory.image(), vmx.stream().map(Vmx::save).toList(), loop.instructionCount(), exits);
        exchange(snapshot.state);
        taken.add(snapshot);
        // What is cached is no part of the snapshot: the run must go on from here without it, as it does after going back.
        cpus.forEach(cpu -> cpu.mmu.cold());
        return snapshot;
    }

    private void exchange(StateBuffer s) {
        for (Cpu cpu : cpus) {
            CpuState.exchange(cpu, s);
        }
        board.exchange(s);
        loop.exchange(s);
    }

    /** @throws IllegalStateException when the snapshot is not of this machine or was dropped */
    public void restore(Snapshot snapshot) {
        if (!taken.contains(snapshot)) {
            throw new IllegalStateException("the snapshot is gone: it was dropped, or is of another machine");
        }
        memory.restore(snapshot.memory);
        exchange(snapshot.state.rewind());
        for (int n = 0; n < vmx.size(); n++) {
            vmx.get(n).restore(snapshot.vmx.get(n));
        }
        for (Cpu cpu : cpus) {
            cpu.stateChanged();
            cpu.mmu.cold();
        }
    }

    /** The latest snapshot that is not after an instruction count, or null. */
    public Snapshot before(long instructionCount) {
        return taken.stream().filter(snapshot -> snapshot.instructionCount <= instructionCount)
                .max(Comparator.comparingLong(snapshot -> snapshot.instructionCount)).orElse(null);
    }

    /** Forgets a snapshot that is not needed any more. */
    public void drop(Snapshot snapshot) {
        taken.remove(snapshot);
    }
}
