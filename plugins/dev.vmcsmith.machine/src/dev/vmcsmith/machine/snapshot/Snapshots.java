// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.snapshot;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.device.Board;
import dev.vmcsmith.machine.engine.RunLoop;
import dev.vmcsmith.machine.memory.Page;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.machine.vmx.Vmx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Takes and restores snapshots. They form a row in time; restoring one drops those after it. */
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
        Snapshot snapshot = new Snapshot(vmx.stream().map(Vmx::save).toList(), loop.instructionCount(), exits);
        exchange(snapshot.state);
        taken.add(snapshot);
        freeze(snapshot);
        return snapshot;
    }

    private void freeze(Snapshot snapshot) {
        memory.freeze(page -> snapshot.pages.put(page, page.bytes.clone()));
    }

    private void exchange(StateBuffer s) {
        for (Cpu cpu : cpus) {
            CpuState.exchange(cpu, s);
        }
        board.exchange(s);
        loop.exchange(s);
    }

    /** @throws IllegalStateException when the snapshot is not of this machine or was dropped by going back before it */
    public void restore(Snapshot snapshot) {
        int index = taken.indexOf(snapshot);
        if (index < 0) {
            throw new IllegalStateException("the snapshot is gone: an earlier one has been restored since");
        }
        Set<Page> done = new HashSet<>();
        for (Snapshot later : taken.subList(index, taken.size())) {
            later.pages.forEach((page, bytes) -> {
                if (done.add(page)) {
                    memory.rewrite(page, bytes);
                }
            });
        }
        taken.subList(index + 1, taken.size()).clear();
        snapshot.pages.clear();
        exchange(snapshot.state.rewind());
        for (int n = 0; n < vmx.size(); n++) {
            vmx.get(n).restore(snapshot.vmx.get(n));
        }
        freeze(snapshot);
        for (Cpu cpu : cpus) {
            cpu.stateChanged();
            cpu.mmu.flush();
        }
    }

    /** The latest snapshot that is not after an instruction count, or null. */
    public Snapshot before(long instructionCount) {
        Snapshot best = null;
        for (Snapshot snapshot : taken) {
            if (snapshot.instructionCount <= instructionCount) {
                best = snapshot;
            }
        }
        return best;
    }

    /** Forgets a snapshot that is not needed any more. */
    public void drop(Snapshot snapshot) {
        int index = taken.indexOf(snapshot);
        if (index > 0) {
            Snapshot earlier = taken.get(index - 1);
            snapshot.pages.forEach(earlier.pages::putIfAbsent);
        }
        taken.remove(snapshot);
        if (taken.isEmpty()) {
            memory.freeze(page -> { });
        } else if (index == taken.size()) {
            freeze(taken.getLast());
        }
    }
}
