// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/** What a processor sees of the board around it: ports, time, its interrupt controller. Implemented by {@code device}. */
public interface Platform {
    /** Reads a port; size 1, 2 or 4. An absent port reads all ones. */
    int portRead(int port, int size);

    void portWrite(int port, int size, int value);

    /** Virtual nanoseconds since power-on; the counter behind the TSC, one tick each. */
    long time();

    /** True when the interrupt controllers have an interrupt that this processor would accept now (IF not looked at). */
    boolean interruptPending(Cpu cpu);

    /** Acknowledges the interrupt of highest priority and returns its vector, or -1 when it has gone away. */
    int acknowledgeInterrupt(Cpu cpu);

    /** The local APIC of a processor, or null when the machine has none. */
    LocalApicPort apic(Cpu cpu);

    /** A processor has taken an INIT signal: its local APIC does too, and firmware takes over the one that booted. */
    void initialized(Cpu cpu);

    /** A triple fault or shutdown outside VMX non-root operation. */
    void shutdown(Cpu cpu, String why);

    /** A random 64-bit number from the machine's seeded generator (RDRAND, RDSEED). */
    long random();
}
