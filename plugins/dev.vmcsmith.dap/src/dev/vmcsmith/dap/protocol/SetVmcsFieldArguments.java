// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;

/**
 * Changes a field of a VMCS, as VMWRITE would.
 *
 * @param threadId the processor; 0 is the one that stopped last
 * @param encoding the field
 * @param value cut to the field's width
 * @param vmcs physical address of the VMCS region; null is the processor's current VMCS
 */
public record SetVmcsFieldArguments(
        int threadId, Integer encoding, @JsonAdapter(HexLong.class) Long value, @JsonAdapter(HexLong.class) Long vmcs) {

    /** For the processor's current VMCS. */
    public SetVmcsFieldArguments(int threadId, int encoding, long value) {
        this(threadId, encoding, value, null);
    }
}
