// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine;

import dev.vmcsmith.machine.cpu.Cpu;
import java.util.List;

/** Sees what happens in a machine, called on the thread that runs it. An observer reads state; it never changes it. */
public interface MachineObserver {
    /** A VMX instruction was executed in root operation; for VMLAUNCH and VMRESUME only when it failed with VMfail. */
    default void onVmxInstruction(VmxOperation operation) {
    }

    /** A VM entry has been completed: the processor's state is the guest's. */
    default void onVmEntry(Cpu cpu, long vmcs, boolean launch) {
    }

    /**
     * A VM entry failed.
     *
     * @param outcome    one line: VMfail with its error, or the exit reason 33, 34 or 41
     * @param violations the broken rules, "ID: message", empty when the failure is none of the entry rules'
     */
    default void onVmEntryFailed(Cpu cpu, long vmcs, String outcome, List<String> violations) {
    }

    /** A VM exit has been taken: the processor's state is the host's. */
    default void onVmExit(VmExit exit) {
    }

    /**
     * A processor has read or is about to write an I/O port; an INS or OUTS is one access per element.
     *
     * @param size 1, 2 or 4 bytes
     */
    default void onPortIo(Cpu cpu, int port, int size, int value, boolean write) {
    }

    /**
     * A processor has read or is about to write a device in memory, such as an APIC.
     *
     * @param address physical
     * @param size    1, 2, 4 or 8 bytes
     */
    default void onDeviceMemory(Cpu cpu, long address, int size, long value, boolean write) {
    }

    /**
     * A processor has walked its paging structures because no cached translation served. For the explanation of a walk, ask
     * {@link Machine#walk}.
     *
     * @param access        one of {@link dev.vmcsmith.machine.mmu.Access}
     * @param guestPhysical without EPT the same as {@code physical}; meaningless after a fault
     * @param physical      -1 when the walk ended in a fault or a VM exit
     */
    default void onPageWalk(Cpu cpu, long linear, int access, long guestPhysical, long physical) {
    }

    /** The machine has been reset and is about to go on: the program has been loaded again, or the processors are where CMOS told them. */
    default void onReset(StopReason cause) {
    }

    /** A byte left a serial port. */
    default void onSerial(SerialPort port, int value) {
    }

    /** A byte was written to the debug console at port 0xE9. */
    default void onDebugConsole(int value) {
    }
}
