// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * Asks what VM entry would have against the current VMCS as it is.
 *
 * @param threadId the processor; 0 is the one that stopped last
 */
public record EntryChecksArguments(int threadId) {
}
