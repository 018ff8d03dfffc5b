// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.MachineObserver;
import dev.vmcsmith.machine.cpu.Cpu;

/** What VMX needs from the machine around a processor besides its memory: MSRs, and who is watching. */
public interface VmxHost {
    /** RDMSR at CPL 0; throws #GP for an MSR that does not exist. */
    long readMsr(Cpu cpu, int msr);

    /** WRMSR at CPL 0; throws #GP for a reserved bit or an MSR that does not exist. */
    void writeMsr(Cpu cpu, int msr, long value);

    /** Number of the VM exit that is being taken, counted from 1 in the whole machine. */
    long nextExit();

    /** Instructions completed by the whole machine. */
    long instructionCount();

    /** Hears of VMX instructions, entries and exits; null when nobody listens and no records need to be made. */
    MachineObserver observer();
}
