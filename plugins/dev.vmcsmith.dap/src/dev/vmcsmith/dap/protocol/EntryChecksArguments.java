// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;

/**
 * Asks what VM entry would have against a VMCS as it is.
 *
 * @param threadId the processor; 0 is the one that stopped last
 * @param vmcs physical address of the VMCS region; null is the processor's current VMCS
 */
public record EntryChecksArguments(int threadId, @JsonAdapter(HexLong.class) Long vmcs) {

    /** The current VMCS of that processor. */
    public static EntryChecksArguments current(int threadId) {
        return new EntryChecksArguments(threadId, null);
    }
}
