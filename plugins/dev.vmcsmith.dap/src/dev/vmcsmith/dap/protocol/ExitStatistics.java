// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import java.util.List;

/**
 * Counts per exit reason over the whole run, the most frequent first.
 *
 * @param instant when
 * @param total the sum
 * @param reasons only reasons that occurred
 */
public record ExitStatistics(Instant instant, long total, List<ReasonCount> reasons) {

    /**
     * @param reason basic exit reason
     * @param reasonName such as {@code CPUID}
     * @param count how often
     * @param lastExit number of the latest such exit
     */
    public record ReasonCount(int reason, String reasonName, long count, long lastExit) {
    }
}
