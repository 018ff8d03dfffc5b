// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;
import java.util.List;

/**
 * A VMCS at an instant.
 *
 * @param vmcs physical address of the VMCS region; null when the processor has no current VMCS, and then there are no areas
 * @param launched the launch state: false is "clear"
 * @param instant when
 * @param explanation one sentence for the user when there is nothing to show, otherwise null
 * @param areas in the order of the SDM: guest state, host state, controls, exit information
 */
public record VmcsContents(
        @JsonAdapter(HexLong.class) Long vmcs, boolean launched, Instant instant, String explanation, List<VmcsArea> areas) {
}
