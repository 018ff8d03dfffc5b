// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;

/**
 * Which VMCS to show.
 *
 * @param threadId the processor, a thread of the standard protocol; 0 is the one that stopped last
 * @param vmcs physical address of the VMCS region; null is the processor's current VMCS
 */
public record VmcsArguments(int threadId, @JsonAdapter(HexLong.class) Long vmcs) {

    /** The current VMCS of that processor. */
    public static VmcsArguments current(int threadId) {
        return new VmcsArguments(threadId, null);
    }
}
