// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * Asks for a step over a boundary of VMX operation.
 *
 * @param threadId the processor; 0 is the one that stopped last
 * @param step where to
 */
public record StepVmxArguments(int threadId, VmxStep step) {
}
