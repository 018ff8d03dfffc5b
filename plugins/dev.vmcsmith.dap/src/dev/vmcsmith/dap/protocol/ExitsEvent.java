// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * Tells that VM exits have occurred since the last such event.
 *
 * @param total exits that have occurred in the run
 * @param count how many of them are new
 */
public record ExitsEvent(long total, long count) {

    /** The least time between two events of a running machine, in milliseconds. */
    public static final int PERIOD_MILLIS = 200;
}
