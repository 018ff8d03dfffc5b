// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Activity;
import dev.vmcsmith.machine.cpu.Attention;
import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.vmx.ExitReason;
import dev.vmcsmith.vmx.VmcsField;

/**
 * What happens between two instructions of the guest: monitor trap flag, VMX-preemption timer, NMI and interrupt windows, TPR
 * threshold, virtual interrupts, in the SDM's order of priority. While one of them is armed the processor asks at every boundary.
 */
final class Boundary {
    private final Vmx vmx;
    private final Cpu cpu;
    private final Vmcs vmcs;
    private final Controls controls;
    private final ExitInformation exit;
    private final VirtualApic apic;
    /** An MTF VM exit is pending on the next boundary whatever executes. */
    private boolean trapPending;
    /** The last instruction asserted a bus lock. */
    private boolean busLocked;
    /** Where the guest stands right after VM entry: instruction count and RIP; a delivered event changes RIP alone. */
    private long trapAfter;
    private long trapRip;
    private long timerStart;
    private long deadline = Long.MAX_VALUE;

    Boundary(Vmx vmx, VirtualApic apic) {
        this.vmx = vmx;
        this.cpu = vmx.cpu;
        this.vmcs = vmx.vmcs;
        this.controls = vmx.controls;
        this.exit = vmx.exit;
        this.apic = apic;
    }

    void arm() {
        trapPending = false;
        busLocked = false;
        trapAfter = cpu.instructions + 1;
        trapRip = cpu.rip;
        deadline = Long.MAX_VALUE;
        if (controls.pin(Controls.PREEMPTION_TIMER)) {
            int shift = vmx.capabilities.preemptionTimerShift();
            timerStart = cpu.platform.time() >>> shift;
            deadline = timerStart + vmcs.value(VmcsField.PREEMPTION_TIMER_VALUE) << shift;
            cpu.attention |= Attention.TIMER;
        }
        attend();
    }

    /** Stops the timer, and saves it when the guest has run. */
    void disarm() {
        if (deadline != Long.MAX_VALUE) {
            if (controls.exit(Controls.SAVE_TIMER)) {
                vmcs.set(VmcsField.PREEMPTION_TIMER_VALUE, remaining());
            }
            cpu.attention |= Attention.TIMER;
        }
        deadline = Long.MAX_VALUE;
        cpu.attention &= ~Attention.VMX;
    }

    void save(VmxState state) {
        state.trapPending = trapPending;
        state.busLocked = busLocked;
        state.trapAfter = trapAfter;
        state.trapRip = trapRip;
        state.timerStart = timerStart;
        state.deadline = deadline;
    }

    void restore(VmxState state) {
        trapPending = state.trapPending;
        busLocked = state.busLocked;
        trapAfter = state.trapAfter;
        trapRip = state.trapRip;
        timerStart = state.timerStart;
        deadline = state.deadline;
        attend();
    }

    long deadline() {
        return deadline;
    }

    /** An MTF VM exit follows at the next boundary: injected as such, or behind an injected event with the control on. */
    void pendTrap() {
        trapPending = true;
        cpu.attention |= Attention.VMX;
    }

    /** A VM exit due to the bus lock follows the instruction; one for another reason says that there was a bus lock. */
    void busLocked() {
        busLocked = true;
        cpu.attention |= Attention.VMX;
    }

    /** Something may have opened a window: ask at the next boundary. */
    void attend() {
        if (controls.primary(Controls.MONITOR_TRAP_FLAG | Controls.INTERRUPT_WINDOW | Controls.NMI_WINDOW) || trapPending || busLocked
                || apic.wantsBoundary() || deadline != Long.MAX_VALUE && cpu.platform.time() >= deadline) {
            cpu.attention |= Attention.VMX;
        }
    }

    /** Prepares the report of an exit that the last instruction has caused: it comes before debug traps. */
    boolean trapLike() {
        cpu.attention &= ~Attention.VMX;
        attend();
        boolean exits = apic.pendingExit(exit) || trapExits();
        if (!busLocked) {
            return exits;
        }
        busLocked = false;
        if (exits) {
            exit.reason |= (int) ExitReason.BUS_LOCKED;
            return true;
        }
        return report(ExitReason.BUS_LOCK, true);
    }

    /** Prepares the report of an exit that is due now, behind debug traps. */
    boolean check() {
        if (deadline != Long.MAX_VALUE && cpu.platform.time() >= deadline && cpu.activity != Activity.WAIT_FOR_SIPI) {
            return report(ExitReason.PREEMPTION_TIMER, false);
        }
        boolean wakesShutdown = cpu.shadow == 0 && cpu.activity != Activity.WAIT_FOR_SIPI;
        if (controls.primary(Controls.NMI_WINDOW) && wakesShutdown && !vmx.virtualNmiBlocked) {
            return report(ExitReason.NMI_WINDOW, false);
        }
        if (cpu.nmiPending && !cpu.nmiBlocked) {
            return false;
        }
        if (controls.primary(Controls.INTERRUPT_WINDOW) && interruptible() && cpu.flag(Cpu.IF)) {
            return report(ExitReason.INTERRUPT_WINDOW, false);
        }
        return false;
    }

    /** Delivers a virtual interrupt that nothing blocks; true when there was one. */
    boolean deliverVirtualInterrupt() {
        return cpu.flag(Cpu.IF) && interruptible() && apic.deliverPending();
    }

    private boolean interruptible() {
        return cpu.shadow == 0 && (cpu.activity == Activity.ACTIVE || cpu.activity == Activity.HLT);
    }

    private boolean trapExits() {
        boolean control = controls.primary(Controls.MONITOR_TRAP_FLAG);
        if (!control && !trapPending) {
            return false;
        }
        if (!trapPending && trapAfter == cpu.instructions && trapRip == cpu.rip) {
            return false;
        }
        trapPending = false;
        return report(ExitReason.MONITOR_TRAP_FLAG, true);
    }

    private boolean report(ExitReason reason, boolean keepsPendingDebug) {
        exit.event(reason.number(), 0, cpu.rip);
        exit.keepsPendingDebug = keepsPendingDebug;
        return true;
    }

    private long remaining() {
        long elapsed = (cpu.platform.time() >>> vmx.capabilities.preemptionTimerShift()) - timerStart;
        return Math.max(0, vmcs.value(VmcsField.PREEMPTION_TIMER_VALUE) - elapsed);
    }
}
