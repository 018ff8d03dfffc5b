// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine;

import dev.vmcsmith.machine.cpu.Cpu;

/** The instructions of a block as code of an engine's own. */
@FunctionalInterface
public interface CompiledCode {
    /**
     * Executes all instructions of the block, or fewer when one of them sets {@link Cpu#attention}, which is 0 now. A fault or a VM exit
     * leaves through its throwable, with {@link Cpu#instructions} telling how many were completed.
     *
     * @param start RIP of the first instruction
     * @param before {@link Cpu#instructions} before the first
     */
    void run(Cpu c, long start, long before);
}
