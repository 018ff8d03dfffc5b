// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.vmx;

import dev.vmcsmith.machine.cpu.Cpu;
import dev.vmcsmith.machine.cpu.LocalApicPort;
import dev.vmcsmith.machine.memory.PhysicalMemory;
import dev.vmcsmith.vmx.VmcsField;

/** Posts virtual interrupts in the descriptors of other virtual processors (SDM "IPI Virtualization"). */
final class VirtualIpis {
    private static final int VALID = 1, RESERVED = 0x3E;
    /** A posted-interrupt descriptor: 256 bits of requests, then what is notified. */
    private static final int NOTIFY = 32;
    private static final long OUTSTANDING = 1, SUPPRESSED = 2;
    private static final int ICR_LOW = 0x300, ICR_HIGH = 0x310, X2APIC_ICR = 0x830;

    private final Cpu cpu;
    private final Vmcs vmcs;
    private final PhysicalMemory memory;
    private final int physicalBits;

    VirtualIpis(Vmx vmx) {
        cpu = vmx.cpu;
        vmcs = vmx.vmcs;
        memory = vmx.memory;
        physicalBits = vmx.capabilities.physicalAddressBits();
    }

    /**
     * Posts an interrupt.
     *
     * @param apicId virtual APIC ID of the receiver: an index of the PID-pointer table
     * @return false when the table has no descriptor for it, or the vector is illegal: an APIC-write VM exit
     */
    boolean post(int vector, int apicId) {
        if (vector < 16 || Integer.compareUnsigned(apicId, (int) vmcs.value(VmcsField.LAST_PID_POINTER_INDEX)) > 0) {
            return false;
        }
        long pointer = memory.read64(vmcs.value(VmcsField.PID_POINTER_TABLE_ADDRESS) + 8L * apicId);
        if ((pointer & (VALID | RESERVED)) != VALID || pointer >>> physicalBits != 0) {
            return false;
        }
        long descriptor = pointer & ~VALID;
        long word = descriptor + 8 * (vector >>> 6);
        memory.write64(word, memory.read64(word) | 1L << vector);
        long notify = memory.read64(descriptor + NOTIFY);
        if ((notify & (OUTSTANDING | SUPPRESSED)) == 0) {
            memory.write64(descriptor + NOTIFY, notify | OUTSTANDING);
            send((int) (notify >>> 16) & 0xFF, notify >>> 32);
        }
        return true;
    }

    /** Sends an ordinary interrupt through the local APIC in its present mode. */
    private void send(int vector, long destination) {
        LocalApicPort local = cpu.platform.apic(cpu);
        if (local != null && local.x2apic()) {
            local.writeMsr(X2APIC_ICR, destination << 32 | vector);
        } else {
            long base = cpu.msr.apicBase & ~0xFFFL;
            memory.write(cpu.id, base + ICR_HIGH, 4, (destination >>> 8 & 0xFF) << 24);
            memory.write(cpu.id, base + ICR_LOW, 4, vector);
        }
    }
}
