// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * Which instruction to judge, in the guest's present state.
 *
 * @param threadId the processor; 0 is the one that stopped last
 * @param memoryReference where the instruction is, see {@link MemoryReference}; null is the guest's RIP
 */
public record ExplainExitArguments(int threadId, String memoryReference) {
}
