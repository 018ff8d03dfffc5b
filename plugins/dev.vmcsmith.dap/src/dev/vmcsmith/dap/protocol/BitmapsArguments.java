// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;

/**
 * Whose bitmaps to decode.
 *
 * @param threadId the processor; 0 is the one that stopped last
 * @param vmcs physical address of the VMCS region; null is the processor's current VMCS
 */
public record BitmapsArguments(int threadId, @JsonAdapter(HexLong.class) Long vmcs) {
}
