// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * Asks for counts per exit reason.
 *
 * @param threadId count this processor's exits only; 0 counts all
 */
public record ExitStatisticsArguments(int threadId) {
}
