// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.cpu.Cpu;

/** What VMX needs from the machine around a processor besides its memory: MSRs, event delivery, and who is watching. */
public interface VmxHost {
    /** RDMSR at CPL 0; throws #GP for an MSR that does not exist. */
    long readMsr(Cpu cpu, int msr);

    /** WRMSR at CPL 0; throws #GP for a reserved bit or an MSR that does not exist. */
    void writeMsr(Cpu cpu, int msr, long value);

    /**
     * Delivers an event through the IDT without asking {@code intercepts.exception} about the event itself; faults of the
     * delivery are delivered as faults, or leave as VM exits.
     *
     * @param type              an interruption type of {@code EventInFlight}
     * @param instructionLength of software events: added to RIP for the return address
     */
    void deliver(Cpu cpu, int type, int vector, boolean hasErrorCode, int errorCode, int instructionLength);

    /** Number of the VM exit that is being taken, counted from 1 in the whole machine. */
    long nextExit();

    /** Instructions completed by the whole machine. */
    long instructionCount();

    /** Hears of VMX instructions, entries and exits; null when nobody listens and no records need to be made. */
    MachineObserver observer();
}
