// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.MachineObserver;

/** What VMX asks the machine around a processor: how to count, and who is watching. */
public interface VmxHost {
    /** Number of the VM exit that is being taken, counted from 1 in the whole machine. */
    long nextExit();

    /** Instructions completed by the whole machine. */
    long instructionCount();

    /** Hears of VMX instructions, entries and exits; null when nobody listens and no records need to be made. */
    MachineObserver observer();
}
