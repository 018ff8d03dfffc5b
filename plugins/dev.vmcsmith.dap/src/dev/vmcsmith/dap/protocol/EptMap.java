// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;
import java.util.List;

/**
 * What an EPT maps.
 *
 * @param eptp the EPT pointer; null when no EPT is in use, and then there are no ranges
 * @param eptpMeaning the EPT pointer decoded
 * @param explanation one sentence for the user when there is nothing to show or the list was cut, otherwise null
 * @param ranges ascending by guest-physical address, adjacent pages merged when the mapping goes on and rights and type are equal
 * @param instant when
 */
public record EptMap(
        @JsonAdapter(HexLong.class) Long eptp, String eptpMeaning, String explanation, List<Range> ranges, Instant instant) {

    /**
     * @param start first guest-physical address
     * @param size bytes
     * @param physical physical address of the machine that {@code start} maps to
     * @param rights as {@code rwx}
     * @param memoryType such as {@code WB}; {@code misconfigured} for entries that cause EPT misconfigurations
     * @param pageSize bytes of the pages in the range
     */
    public record Range(
            @JsonAdapter(HexLong.class) long start, @JsonAdapter(HexLong.class) long size, @JsonAdapter(HexLong.class) long physical,
            String rights, String memoryType, @JsonAdapter(HexLong.class) long pageSize) {
    }
}
