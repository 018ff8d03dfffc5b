// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/** The part of a local APIC that instructions reach: CR8, IA32_APIC_BASE and the x2APIC MSRs. */
public interface LocalApicPort {
    /** Task priority class, 0..15. */
    int cr8();

    void setCr8(int value);

    /** IA32_APIC_BASE was written with a legal value. */
    void baseChanged(long value);

    boolean x2apic();

    /** Reads register {@code msr - 0x800}; throws #GP for what does not exist. */
    long readMsr(int msr);

    void writeMsr(int msr, long value);

    /** IA32_TSC_DEADLINE. */
    long tscDeadline();

    void setTscDeadline(long value);
}
