// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/**
 * Which part of the log of VM exits to return.
 *
 * @param start index of the first record among those that match, from 0; negative counts from the end, so −100 is the last 100
 * @param count at most so many records, 10,000 at most
 * @param filter which exits; null is all
 */
public record ExitsArguments(int start, int count, ExitFilter filter) {

    /** Whether it depends on their handlers which exits match. */
    public boolean asksForHandlers() {
        return filter != null && (filter.handler() != null || filter.text() != null && !filter.text().isBlank());
    }

    /** The records of a page without a filter. */
    public static ExitsArguments page(int start, int count) {
        return new ExitsArguments(start, count, null);
    }
}
