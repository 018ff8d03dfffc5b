// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.snapshot;

import dev.vmcsmith.machine.memory.MemoryImage;
import dev.vmcsmith.machine.vmx.VmxState;
import java.util.List;

/** The state of a machine at one instant. Costs a copy of each page that is written afterwards. Made and restored by the machine. */
public final class Snapshot {
    final StateBuffer state = new StateBuffer();
    final MemoryImage memory;
    final List<VmxState> vmx;
    final long instructionCount;
    final long exits;

    Snapshot(MemoryImage memory, List<VmxState> vmx, long instructionCount, long exits) {
        this.memory = memory;
        this.vmx = vmx;
        this.instructionCount = instructionCount;
        this.exits = exits;
    }

    /** Bytes of memory that this snapshot holds and another one does not share; null compares with none. */
    public long bytesBesides(Snapshot other) {
        return memory.bytesBesides(other == null ? null : other.memory);
    }

    /** Instructions that the machine had completed. */
    public long instructionCount() {
        return instructionCount;
    }

    /** Number of VM exits there had been. */
    public long exits() {
        return exits;
    }
}
