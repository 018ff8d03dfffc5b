// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine;

import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;

/** Executes instructions of one processor until something wants attention. */
public interface Engine {
    /**
     * Runs until {@code cpu.attention} is not zero or {@code cpu.instructions} has grown by {@code budget}. Faults and VM exits
     * of the instructions are delivered here. Always makes progress when the budget is at least 1, even if attention is set.
     *
     * @param watch when not null, also returns before a block on a page that has one of its breakpoints (after the first block)
     */
    void run(Cpu cpu, long budget, StopCondition watch);

    /** The instruction at RIP, or null when fetching it faults. */
    Insn next(Cpu cpu);
}
