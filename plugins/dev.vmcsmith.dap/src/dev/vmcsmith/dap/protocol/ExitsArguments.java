// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import java.util.List;

/**
 * Which part of the log of VM exits to return.
 *
 * @param start index of the first record among those that match, from 0; negative counts from the end, so −100 is the last 100
 * @param count at most so many records
 * @param reasons basic exit reasons to keep; null or empty keeps all
 * @param text keep records where a visible column contains this text, ignoring case; null or empty keeps all
 * @param first least exit number to keep; null is no bound
 * @param last greatest exit number to keep; null is no bound
 */
public record ExitsArguments(int start, int count, List<Integer> reasons, String text, Long first, Long last) {

    /** The records of a page without a filter. */
    public static ExitsArguments page(int start, int count) {
        return new ExitsArguments(start, count, null, null, null, null);
    }
}
