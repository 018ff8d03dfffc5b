// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine.jit;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.machine.engine.Block;
import dev.vmcsmith.machine.engine.BlockEngine;
import dev.vmcsmith.machine.engine.InsnBinder;
import dev.vmcsmith.machine.memory.PhysicalMemory;

/** Executes a block one by one at first, and as code compiled for it once that is worth it. */
public final class Jit extends BlockEngine {
    /** Compiled blocks of some 20 KiB each; then all is forgotten. */
    private static final int MAX_COMPILED = 5000;

    private final BlockCompiler compiler = new BlockCompiler();
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
        c.passStart = before;
        try {
            block.compiled.run(c, start, before, end);
        } catch (CpuFault | VmExitSignal leave) {
            left(c, block.code[(int) (c.instructions - c.passStart)], start);
            throw leave;
        }
    }

    private boolean compiled(Block block) {
        if (block.compiled == null && ++block.runs == compileAfter) {
            if (++count > MAX_COMPILED) {
                forgetBlocks();
                count = 1;
            }
            block.compiled = compiler.compile(block.code);
        }
        return block.compiled != null;
    }
}
