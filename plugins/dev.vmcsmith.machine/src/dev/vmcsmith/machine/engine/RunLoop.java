// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.engine;

import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.Insn;
import dev.vmcsmith.machine.cpu.MachineStop;
import dev.vmcsmith.machine.cpu.ModelRegisters;
import dev.vmcsmith.machine.device.Board;
import dev.vmcsmith.machine.event.Boundary;
import dev.vmcsmith.machine.snapshot.StateBuffer;
import dev.vmcsmith.x86.insn.InstructionForm;
import java.util.List;

/**
 * Decides which processor runs, for how many instructions, and when a run ends. Processors take turns in slices of a fixed number
 * of instructions, so a run is repeatable.
 */
public final class RunLoop {
    private static final long SLICE_ALONE = 100_000;
    private static final long SLICE_SHARED = 1_000;
    private static final long SINGLE_STEP = 1L << 14;
    /** Timers that may fire while nothing executes before the machine counts as halted: an hour of the 8254's ticks. */
    private static final int MAX_IDLE_JUMPS = 70_000;
    /** Events in a row with no instruction between them, such as a breakpoint on its own handler; then time moves on all the same. */
    private static final int MAX_EVENTS = 64;

    private final List<Cpu> cpus;
    private final Engine engine;
    private final Board board;
    private volatile boolean pauseRequested;
    private StopCondition condition = StopCondition.NONE;
    private StopReason requested;
    private int idleJumps;
    private long idleSince = -1;
    private int current;
    /** Instructions that the current processor may still execute in its turn. */
    private long turnLeft = SLICE_SHARED;
    private long total;
    private Cpu running;
    private long runningSince;

    public RunLoop(List<Cpu> cpus, Engine engine, Board board) {
        this.cpus = cpus;
        this.engine = engine;
        this.board = board;
    }

    public void requestPause() {
        pauseRequested = true;
    }

    /** Ends the run after the current instruction; the first request of a run wins. */
    public void stopAfterInstruction(StopReason reason) {
        if (requested == null) {
            requested = reason;
        }
        if (running != null) {
            running.attention |= Attention.MACHINE;
        }
    }

    public StopCondition condition() {
        return condition;
    }

    /** Instructions completed by all processors. */
    public long instructionCount() {
        return total + (running == null ? 0 : running.instructions - runningSince);
    }

    /** Saves or loads whose turn it is and how far the run is. */
    public void exchange(StateBuffer s) {
        total = s.of(total);
        current = s.of(current);
        turnLeft = s.of(turnLeft);
        idleJumps = s.of(idleJumps);
        idleSince = s.of(idleSince);
    }

    /** Number of the processor that runs next. */
    public int currentCpu() {
        return current;
    }

    public StopReason run(StopCondition stop) {
        condition = stop;
        requested = null;
        long end = stop.maxInstructions() > Long.MAX_VALUE - total ? Long.MAX_VALUE : total + stop.maxInstructions();
        boolean checkBreakpoint = false;
        try {
            while (true) {
                if (pauseRequested) {
                    pauseRequested = false;
                    return new StopReason.Paused();
                }
                if (total >= end) {
                    return new StopReason.InstructionLimit(stop.maxInstructions());
                }
                StopReason reason = turn(end, checkBreakpoint);
                if (reason == null) {
                    reason = requested;
                }
                if (reason != null) {
                    return reason;
                }
                checkBreakpoint = stop.hasBreakpoints();
            }
        } catch (MachineStop exit) {
            return exit.reason();
        } finally {
            endSlice();
            condition = StopCondition.NONE;
        }
    }

    /** One slice of one processor. */
    private StopReason turn(long end, boolean checkBreakpoint) {
        Cpu c = cpus.get(current);
        long before = total;
        int events = 0;
        startSlice(c);
        while ((c.attention & ~Attention.BLOCK) != 0) {
            c.attention &= ~(Attention.MACHINE | Attention.TIMER);
            if (!Boundary.take(c)) {
                break;
            }
            if (requested != null) {
                return requested;
            }
            if (++events > MAX_EVENTS) {
                c.instructions++;
                endSlice();
                return null;
            }
        }
        if (c.activity != Activity.ACTIVE) {
            endSlice();
            return idle(c);
        }
        c.attention &= ~Attention.INACTIVE;
        if (checkBreakpoint) {
            long linear = c.rip + c.seg[Cpu.CS].effectiveBase & c.linearMask;
            if (condition.isBreakpoint(linear, c.intercepts.nonRoot())) {
                return new StopReason.Breakpoint(c.id, linear, c.intercepts.nonRoot());
            }
        }
        long budget = Math.min(end - total, cpus.size() == 1 ? SLICE_ALONE : turnLeft);
        long now = board.time();
        budget = Math.max(1, Math.min(budget, Math.min(board.clock().next(), c.intercepts.deadline(c)) - now));
        if ((c.attention & (Attention.DEBUG | Attention.SHADOW)) != 0) {
            single(c);
        } else if (condition.hasBreakpoints()) {
            watched(c, budget);
        } else {
            engine.run(c, budget, null);
        }
        endSlice();
        board.clock().fire();
        if (c.intercepts.deadline(c) <= board.time()) {
            c.attention |= Attention.VMX;
        }
        turnLeft -= total - before;
        if (cpus.size() > 1 && turnLeft <= 0) {
            pass((current + 1) % cpus.size());
        }
        return null;
    }

    /** The turn goes to another processor. */
    private void pass(int cpu) {
        current = cpu;
        turnLeft = SLICE_SHARED;
    }

    private void watched(Cpu c, long budget) {
        long linear = c.rip + c.seg[Cpu.CS].effectiveBase & c.linearMask;
        boolean here = condition.breakpointOnPage(linear, c.intercepts.nonRoot());
        engine.run(c, here ? 1 : budget, condition);
    }

    /** One instruction with what TF, RF and interrupt shadows ask for around it. */
    private void single(Cpu c) {
        boolean trap = c.flag(Cpu.TF);
        boolean resume = c.flag(Cpu.RF);
        boolean guest = c.intercepts.nonRoot();
        c.shadowExpiring = true;
        c.eventDelivered = false;
        Insn branch = trap && (c.msr.debugctl & ModelRegisters.BTF) != 0 ? engine.next(c) : null;
        long start = c.rip;
        engine.run(c, 1, null);
        if (c.shadowExpiring) {
            c.shadow = 0;
            c.attention &= ~Attention.SHADOW;
            c.attention |= Attention.INTERRUPT | Attention.NMI;
        }
        if (resume && !c.eventDelivered) {
            c.systemFlags &= ~Cpu.RF;
        }
        boolean straightOn = branch != null && (!branch.decoded.form.has(InstructionForm.A_BRANCH) || c.rip == start + branch.length);
        if (trap && !straightOn && !c.eventDelivered && (c.shadow != 2 || guest) && c.intercepts.nonRoot() == guest) {
            c.pendingDebug |= SINGLE_STEP;
        }
        if (!c.flag(Cpu.TF) && c.pendingDebug == 0 && (c.dr[7] & 0xFF) == 0) {
            c.attention &= ~Attention.DEBUG;
        }
    }

    /** The processor does not execute: another one does, or time jumps to the next timer, or the machine has halted. */
    private StopReason idle(Cpu c) {
        for (int n = 1; n <= cpus.size(); n++) {
            Cpu other = cpus.get((current + n) % cpus.size());
            if (other.activity == Activity.ACTIVE || other != c && (other.attention & ~(Attention.BLOCK | Attention.INACTIVE)) != 0) {
                pass(other.id);
                return null;
            }
        }
        if (total != idleSince) {
            idleSince = total;
            idleJumps = 0;
        }
        long next = board.clock().next();
        for (Cpu other : cpus) {
            next = Math.min(next, other.intercepts.deadline(other));
        }
        if (next == Long.MAX_VALUE || total == idleSince && ++idleJumps > MAX_IDLE_JUMPS) {
            return new StopReason.Halted(c.rip);
        }
        board.clock().set(Math.max(next, board.time()));
        board.clock().fire();
        for (Cpu other : cpus) {
            if (other.intercepts.deadline(other) <= board.time()) {
                other.attention |= Attention.VMX;
            }
            if ((other.attention & (Attention.INTERRUPT | Attention.NMI | Attention.VMX)) != 0) {
                pass(other.id);
            }
        }
        return wakeable() ? null : new StopReason.Halted(c.rip);
    }

    /** Whether any halted processor could still be woken: an interrupt enabled, or VMX waiting for something. */
    private boolean wakeable() {
        for (Cpu c : cpus) {
            if (c.flag(Cpu.IF) || c.intercepts.nonRoot() || c.nmiPending || c.initPending) {
                return true;
            }
        }
        return false;
    }

    private void startSlice(Cpu c) {
        running = c;
        runningSince = c.instructions;
        board.startSlice(c);
    }

    private void endSlice() {
        if (running != null) {
            total += running.instructions - runningSince;
            running = null;
            board.endSlice();
        }
    }
}
