// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.snapshot;

import dev.vmcsmith.machine.memory.Page;
import dev.vmcsmith.machine.vmx.VmxState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The state of a machine at one instant. Costs the pages that are written afterwards. Made and restored by the machine. */
public final class Snapshot {
    final StateBuffer state = new StateBuffer();
    /** Content, at this instant, of pages written between it and the next snapshot. */
    final Map<Page, byte[]> pages = new HashMap<>();
    final List<VmxState> vmx;
    final long instructionCount;
    final long exits;

    Snapshot(List<VmxState> vmx, long instructionCount, long exits) {
        this.vmx = vmx;
        this.instructionCount = instructionCount;
        this.exits = exits;
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
