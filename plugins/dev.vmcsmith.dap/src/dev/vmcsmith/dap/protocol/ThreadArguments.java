// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * Asks about one processor.
 *
 * @param threadId the processor, a thread of the standard protocol; 0 is the one that stopped last
 */
public record ThreadArguments(int threadId) {
}
