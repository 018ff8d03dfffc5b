// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.machine.cpu;

/**
 * What one decoded instruction does. When it is called {@link Cpu#rip} already is the address of the next instruction; a fault
 * leaves through {@link CpuFault} with nothing written, so that the instruction can be restarted.
 */
@FunctionalInterface
public interface Semantics {
    void execute(Cpu cpu, Insn insn);
}
