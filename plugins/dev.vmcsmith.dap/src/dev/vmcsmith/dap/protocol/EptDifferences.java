// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;
import java.util.List;

/**
 * What two EPTs map differently.
 *
 * @param from the first EPT pointer; null when EPT was not in use
 * @param to the second EPT pointer; null when EPT was not in use
 * @param explanation one sentence for the user when there is nothing to compare or a list was cut, otherwise null
 * @param changes stretches of guest-physical addresses that are mapped differently, ascending
 */
public record EptDifferences(
        @JsonAdapter(HexLong.class) Long from, @JsonAdapter(HexLong.class) Long to, String explanation, List<Change> changes) {

    /**
     * One stretch. The ranges are cut to it, so {@code start} and {@code size} of both are the stretch's own.
     *
     * @param start first guest-physical address
     * @param size bytes
     * @param before the mapping in the first EPT; null where it maps nothing
     * @param after the mapping in the second EPT; null where it maps nothing
     */
    public record Change(
            @JsonAdapter(HexLong.class) long start, @JsonAdapter(HexLong.class) long size, EptMap.Range before, EptMap.Range after) {
    }
}
