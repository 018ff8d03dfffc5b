// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * How finely to draw the exits over virtual time.
 *
 * @param buckets number of equal stretches of virtual time, 1 to 10,000
 * @param firstInstruction where the first stretch begins; null is the beginning of what the log still holds
 * @param lastInstruction where the last stretch ends; null is the latest exit
 * @param filter which exits to count; null is all
 */
public record ExitTimelineArguments(int buckets, Long firstInstruction, Long lastInstruction, ExitFilter filter) {
}
