// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;
import java.util.List;

/**
 * What has changed in a VMCS between two instants.
 *
 * @param vmcs physical address of the VMCS region; null when the processor has no current VMCS
 * @param from the first instant
 * @param to the second instant
 * @param explanation one sentence for the user when there is nothing to compare, otherwise null
 * @param changes fields with different values, in the catalogue's order
 */
public record VmcsDifferences(@JsonAdapter(HexLong.class) Long vmcs, Instant from, Instant to, String explanation, List<Change> changes) {

    /**
     * One field.
     *
     * @param area stable identifier of its area, such as {@code guest}
     * @param name the SDM's name
     * @param hvName the name in a setup
     * @param encoding the operand of VMREAD and VMWRITE
     * @param width in bits: 16, 32 or 64
     * @param before value at the first instant
     * @param after value at the second instant
     * @param meaningBefore the first value decoded; empty when the number says it all
     * @param meaningAfter the second value decoded
     */
    public record Change(
            String area, String name, String hvName, int encoding, int width, @JsonAdapter(HexLong.class) long before,
            @JsonAdapter(HexLong.class) long after, String meaningBefore, String meaningAfter) {
    }
}
