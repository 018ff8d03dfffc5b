// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine.interpreter;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.SemanticsSource;
import dev.vmcsmith.machine.engine.Block;
import dev.vmcsmith.machine.engine.BlockEngine;
import dev.vmcsmith.machine.engine.InsnBinder;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import java.util.List;
import java.util.function.UnaryOperator;

/** Executes the bound instructions of blocks one by one. */
public final class Interpreter extends BlockEngine {
    /** For a processor that has every instruction of the table. */
    public Interpreter(PhysicalMemory memory, List<SemanticsSource> sources) {
        this(memory, new InsnBinder(sources, UnaryOperator.identity()));
    }

    public Interpreter(PhysicalMemory memory, InsnBinder binder) {
        super(memory, binder);
    }

    @Override
    protected void execute(Cpu c, Block block, long start, long before, long end) {
        interpret(c, block.code, start, before, end);
    }
}
