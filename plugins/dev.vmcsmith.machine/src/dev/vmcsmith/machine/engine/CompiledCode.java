// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine;

import dev.vmcsmith.machine.cpu.Cpu;

/** The instructions of a block as code of an engine's own. */
public abstract class CompiledCode {
    /**
     * Executes all instructions of the block, or fewer when one of them sets {@link Cpu#attention}, which is 0 now; may go on to other
     * blocks of the page. What leaves through a throwable has called {@link BlockEngine#left} before.
     *
     * @param start RIP of the first instruction
     * @param before {@link Cpu#instructions} before the first
     * @param end what {@link Cpu#instructions} may grow to; there is room for the whole block
     */
    public abstract void run(Cpu c, long start, long before, long end);
}
