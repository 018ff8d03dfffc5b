// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.event;

import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.CpuFault;
import dev.vmcsmith.machine.cpu.EventInFlight;
import dev.vmcsmith.machine.cpu.VmExitSignal;

/** What happens between two instructions, in the order of the SDM's "Priority Among Concurrent Events". */
public final class Boundary {
    private Boundary() {
    }

    /**
     * Takes the event of highest priority, if any.
     *
     * @return true when one was taken and the state is new; false when the next instruction may execute (if the processor is active)
     */
    public static boolean take(Cpu c) {
        if ((c.attention & Attention.INIT) != 0 && init(c)) {
            return true;
        }
        if ((c.attention & Attention.SIPI) != 0 && sipi(c)) {
            return true;
        }
        if (c.activity == Activity.WAIT_FOR_SIPI) {
            return false;
        }
        try {
            boolean vmx = (c.attention & Attention.VMX) != 0;
            return vmx && c.intercepts.trapLike(c) || traps(c) || vmx && c.intercepts.boundary(c) || nmi(c) || interrupt(c)
                || breakpoint(c);
        } catch (VmExitSignal exit) {
            c.intercepts.takeExit(c, exit, 0);
            c.delivering.clear();
            return true;
        }
    }

    private static boolean sipi(Cpu c) {
        c.attention &= ~Attention.SIPI;
        int vector = c.sipiVector;
        c.sipiVector = -1;
        if (c.activity != Activity.WAIT_FOR_SIPI || vector < 0) {
            return false;
        }
        if (!c.intercepts.sipi(c, vector)) {
            Reset.startUp(c, vector);
        }
        return true;
    }

    private static boolean init(Cpu c) {
        if (!c.initPending || c.intercepts.initBlocked(c)) {
            c.attention &= ~Attention.INIT;
            return false;
        }
        c.initPending = false;
        c.attention &= ~Attention.INIT;
        if (!c.intercepts.init(c)) {
            Reset.init(c, c.id == 0 ? Activity.ACTIVE : Activity.WAIT_FOR_SIPI);
            c.platform.initialized(c);
        }
        return true;
    }

    /** Single-step and data-breakpoint traps of the instruction before; MOV SS holds them back. */
    private static boolean traps(Cpu c) {
        if (c.pendingDebug == 0 || c.shadow == 2) {
            return false;
        }
        long bits = c.pendingDebug & 0xE00F;
        c.pendingDebug = 0;
        if (bits == 0) {
            return false;
        }
        Delivery.raise(c, CpuFault.debug(bits));
        return true;
    }

    private static boolean nmi(Cpu c) {
        if (!c.nmiPending) {
            c.attention &= ~Attention.NMI;
            return false;
        }
        if (c.nmiBlocked) {
            c.attention &= ~Attention.NMI;
            return false;
        }
        if (c.shadow != 0) {
            return false;
        }
        c.nmiPending = false;
        c.attention &= ~Attention.NMI;
        if (!c.intercepts.exception(c, EventInFlight.NMI, CpuFault.NMI, false, 0, 0, 0)) {
            c.nmiBlocked = true;
            Delivery.interrupt(c, CpuFault.NMI, EventInFlight.NMI);
        }
        return true;
    }

    private static boolean interrupt(Cpu c) {
        if ((c.attention & Attention.INTERRUPT) == 0) {
            return false;
        }
        if (!c.platform.interruptPending(c)) {
            c.attention &= ~Attention.INTERRUPT;
            return false;
        }
        if (c.activity == Activity.SHUTDOWN) {
            c.attention &= ~Attention.INTERRUPT;
            return false;
        }
        boolean ignoreIf = c.intercepts.interruptsIgnoreIf(c);
        if (!ignoreIf && (!c.flag(Cpu.IF) || c.shadow != 0)) {
            if (c.shadow == 0) {
                c.attention &= ~Attention.INTERRUPT;
            }
            return false;
        }
        if (c.intercepts.externalInterrupt(c)) {
            return true;
        }
        if (!c.flag(Cpu.IF)) {
            return false;
        }
        int vector = c.platform.acknowledgeInterrupt(c);
        if (vector < 0) {
            return false;
        }
        Delivery.interrupt(c, vector, EventInFlight.EXTERNAL_INTERRUPT);
        return true;
    }

    /** Instruction breakpoints of DR7: faults before the instruction, unless RF. */
    private static boolean breakpoint(Cpu c) {
        if ((c.dr[7] & 0xFF) == 0 || c.flag(Cpu.RF) || c.activity != Activity.ACTIVE || c.shadow == 2) {
            return false;
        }
        long linear = c.rip + c.seg[Cpu.CS].effectiveBase & c.linearMask;
        int hits = c.noteBreakpoints(linear, 1, Cpu.BREAK_EXECUTE);
        if (hits == 0) {
            return false;
        }
        Delivery.raise(c, CpuFault.debug(hits | Cpu.DB_FAULT));
        return true;
    }
}
