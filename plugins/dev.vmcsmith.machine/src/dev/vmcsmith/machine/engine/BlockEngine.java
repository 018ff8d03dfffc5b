// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine;

import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.VmExitSignal;
import dev.vmcsmith.machine.event.Delivery;
import dev.vmcsmith.machine.memory.MemoryListener;
import dev.vmcsmith.machine.memory.Page;
import dev.vmcsmith.machine.memory.PhysicalMemory;

/** An engine that executes decoded blocks: finds them, and delivers the faults and VM exits in which they end. */
public abstract class BlockEngine implements Engine, MemoryListener {
    private final BlockCache cache = new BlockCache();
    private final BlockBuilder builder;
    private Cpu running;

    protected BlockEngine(PhysicalMemory memory, InsnBinder binder) {
        this.builder = new BlockBuilder(memory, binder);
        memory.addListener(this);
    }

    /**
     * Executes a block until {@link Cpu#attention} is set by one of its instructions; at least one. May go on to other blocks of the page
     * as long as it is not set. What leaves through a throwable has called {@link #left} before.
     *
     * @param start RIP of the first instruction
     * @param before {@link Cpu#instructions} before the first
     * @param end what {@link Cpu#instructions} may grow to
     */
    protected abstract void execute(Cpu c, Block block, long start, long before, long end);

    /** The block at another place of the same page, if it is known and does not reach into the next page; else null. */
    protected final Block neighbour(Block block, int offset) {
        Block other = block.page == null ? null : cache.find(block.page, offset, block.codeBits);
        return other == null || other.next != null ? null : other;
    }

    /** Forgets all blocks, and what the engine has made of them. */
    protected final void forgetBlocks() {
        cache.clear();
    }

    /** Executes instructions one by one: nothing but them, and the question whether something wants attention. */
    protected static void interpret(Cpu c, Insn[] code, long start, long before, long end) {
        int limit = (int) Math.min(code.length, end - before);
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
            left(c, code[k], start);
            throw leave;
        }
    }

    /** Notes which instruction a fault or a VM exit belongs to. */
    protected static void left(Cpu c, Insn i, long start) {
        c.insnStart = start + i.end - i.length;
        c.faultLength = i.length;
    }

    @Override
    public final void codeWritten(Page page) {
        if (running != null) {
            running.attention |= Attention.BLOCK;
        }
    }

    @Override
    public final void run(Cpu c, long budget, StopCondition watch) {
        running = c;
        long end = c.instructions + budget;
        do {
            c.attention &= ~Attention.BLOCK;
            long start = c.rip;
            long before = c.instructions;
            try {
                Block block = find(c);
                execute(c, block, start, before, end);
                if (c.codeBits != 64) {
                    c.rip &= 0xFFFFFFFFL;
                }
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

    @Override
    public final Insn next(Cpu c) {
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
