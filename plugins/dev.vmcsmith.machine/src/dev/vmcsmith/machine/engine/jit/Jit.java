// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine.jit;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.machine.engine.Block;
import dev.vmcsmith.machine.engine.BlockEngine;
import dev.vmcsmith.machine.engine.InsnBinder;
import dev.vmcsmith.machine.memory.PhysicalMemory;

/** Executes the instructions of a block one by one at first, and as code compiled for its region once that is worth it. */
public final class Jit extends BlockEngine {
    /** Regions of some 20 KiB each; then all is forgotten. */
    private static final int MAX_COMPILED = 5000;
    /** A block is compiled into those before it when it was executed this fraction of the times that make it worth compiling itself. */
    private static final int WARM = 4;

    private final RegionCompiler compiler = new RegionCompiler();
    private int count;
    private final int compileAfter;

    /** @param compileAfter executions of a block before it is compiled, at least 1 */
    public Jit(PhysicalMemory memory, InsnBinder binder, int compileAfter) {
        super(memory, binder);
        this.compileAfter = compileAfter;
    }

    @Override
    protected void execute(Cpu c, Block block, long start, long before, long end) {
        if (end - before < block.code.length || c.attention != 0 || !compiled(block)) {
            interpret(c, block.code, start, before, end);
            return;
        }
        block.compiled.run(c, start, before, end);
    }

    /** Called by compiled code when something is thrown in a block of it. */
    static void thrown(Throwable thrown, Cpu c, Insn[] code, long start, long before) {
        if (thrown instanceof CpuFault || thrown instanceof VmExitSignal) {
            left(c, code[(int) (c.instructions - before)], start);
        }
    }

    private boolean compiled(Block block) {
        if (block.compiled == null && ++block.runs == compileAfter) {
            if (++count > MAX_COMPILED) {
                forgetBlocks();
                count = 1;
            }
            block.compiled = compiler.compile(Region.of(block, offset -> {
                Block other = neighbour(block, offset);
                return other != null && other.runs >= compileAfter / WARM ? other : null;
            }));
        }
        return block.compiled != null;
    }
}
