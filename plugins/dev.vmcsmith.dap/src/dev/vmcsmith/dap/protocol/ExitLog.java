// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import java.util.List;

/**
 * A page of the log of VM exits.
 *
 * @param total exits that have occurred
 * @param matching records kept in the log that match the filter
 * @param start index of the first returned record among those
 * @param firstKept number of the oldest exit that the bounded log still holds; 0 when it is empty
 * @param exits in the order of occurrence
 */
public record ExitLog(long total, int matching, int start, long firstKept, List<ExitRecord> exits) {
}
