// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

/**
 * One frame of a processor's stack.
 *
 * @param id the protocol's number of the frame
 * @param cpu the processor
 * @param guest whether this is the guest's side or the hypervisor's
 * @param live whether the processor executes here now; otherwise a VMCS keeps this side's state
 * @param rip the instruction pointer
 * @param linear its linear address
 * @param registers the registers of this side
 */
record Frame(int id, int cpu, boolean guest, boolean live, long rip, long linear, RegisterFile registers) {
}
