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
 * @param caller whether it has called the frame before it in the stack; then {@code linear} is a return address
 * @param registers the registers of this side, or what is known of a caller's
 */
record Frame(int id, int cpu, boolean guest, boolean live, boolean caller, long rip, long linear, RegisterFile registers) {

    /** An address within the instruction that is being executed: of a caller, the call. */
    long place() {
        return caller ? linear - 1 : linear;
    }
}
