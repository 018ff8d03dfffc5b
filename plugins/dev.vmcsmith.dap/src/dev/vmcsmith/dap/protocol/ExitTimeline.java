// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import java.util.List;

/**
 * VM exits per stretch of virtual time, of those that the log still holds: shows bursts without transferring the log.
 *
 * @param firstInstruction where the first bucket begins
 * @param bucketInstructions width of a bucket in instructions, at least 1
 * @param buckets in the order of time, empty ones included
 */
public record ExitTimeline(long firstInstruction, long bucketInstructions, List<Bucket> buckets) {

    /**
     * One stretch.
     *
     * @param count exits in it
     * @param firstExit number of its first exit; 0 without one
     * @param reason the most frequent basic exit reason; −1 without an exit
     */
    public record Bucket(int count, long firstExit, int reason) {
    }
}
