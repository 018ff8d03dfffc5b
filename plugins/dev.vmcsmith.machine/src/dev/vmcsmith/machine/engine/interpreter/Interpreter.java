// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine.interpreter;

import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.SemanticsSource;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.machine.engine.Engine;
import dev.vmcsmith.machine.engine.InsnBinder;
import dev.vmcsmith.machine.event.Delivery;
import dev.vmcsmith.machine.memory.MemoryListener;
import dev.vmcsmith.machine.memory.Page;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import java.util.List;
import java.util.function.UnaryOperator;

/** Executes blocks of bound instructions. */
public final class Interpreter implements Engine, MemoryListener {
    private final BlockCache cache = new BlockCache();
    private final BlockBuilder builder;
    private Cpu running;

    /** For a processor that has every instruction of the table. */
    public Interpreter(PhysicalMemory memory, List<SemanticsSource> sources) {
        this(memory, new InsnBinder(sources, UnaryOperator.identity()));
    }

    public Interpreter(PhysicalMemory memory, InsnBinder binder) {
        this.builder = new BlockBuilder(memory, binder);
        memory.addListener(this);
    }

    @Override
    public void codeWritten(Page page) {
        if (running != null) {
            running.attention |= Attention.BLOCK;
        }
    }

    @Override
    public void run(Cpu c, long budget, StopCondition watch) {
        running = c;
        long end = c.instructions + budget;
        do {
            c.attention &= ~Attention.BLOCK;
            long start = c.rip;
            long before = c.instructions;
            try {
                Block block = find(c);
                int limit = (int) Math.min(block.code.length, end - before);
                execute(c, block.code, limit, start, before);
            } catch (CpuFault fault) {
                fault(c, fault);
            } catch (VmExitSignal exit) {
                c.rip = c.insnStart;
                c.intercepts.takeExit(c, exit, c.faultLength);
                c.delivering.clear();
                c.instructions++;
            }
            if (watch != null && watch.breakpointOnPage(c.rip + c.seg[Cpu.CS].effectiveBase & c.linearMask, c.intercepts.nonRoot())) {
                return;
            }
        } while ((c.attention & ~Attention.BLOCK) == 0 && c.instructions < end);
    }

    /** The inner loop: nothing but the instructions, and the question whether something wants attention. */
    private static void execute(Cpu c, Insn[] code, int limit, long start, long before) {
        int k = 0;
        try {
            do {
                Insn i = code[k];
                c.rip = start + i.end;
                c.instructions = before + k;
                i.semantics.execute(c, i);
                k++;
            } while (k < limit && c.attention == 0);
            c.instructions = before + k;
        } catch (CpuFault | VmExitSignal leave) {
            c.insnStart = start + code[k].end - code[k].length;
            c.faultLength = code[k].length;
            throw leave;
        }
        if (c.codeBits != 64) {
            c.rip &= 0xFFFFFFFFL;
        }
    }

    @Override
    public Insn next(Cpu c) {
        try {
            return find(c).code[0];
        } catch (CpuFault | VmExitSignal fault) {
            return null;
        }
    }

    private static void fault(Cpu c, CpuFault fault) {
        c.rip = c.insnStart;
        c.lastFault = null;
        Delivery.raise(c, fault);
        c.instructions++;
    }

    private Block find(Cpu c) {
        c.insnStart = c.rip;
        c.faultLength = 0;
        long linear = c.rip + c.seg[Cpu.CS].effectiveBase & c.linearMask;
        Page page = c.mmu.fetch(linear);
        int offset = (int) linear & 0xFFF;
        if (page != null) {
            Block block = cache.find(page, offset, c.codeBits);
            if (block != null && (block.next == null || sameNext(c, block, linear)) && c.rip + block.length - 1 <= c.seg[Cpu.CS].limit) {
                return block;
            }
            if (block != null && block.next == null && c.codeBits == 64) {
                return block;
            }
        }
        Block block = builder.build(c, linear, page);
        if (block.page != null) {
            cache.put(block);
        }
        return block;
    }

    private static boolean sameNext(Cpu c, Block block, long linear) {
        return c.mmu.fetch((linear | 0xFFF) + 1 & c.linearMask) == block.next && block.next.codeVersion() == block.nextVersion;
    }
}
