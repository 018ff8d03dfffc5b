// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;

/**
 * Changes a field of the current VMCS, as VMWRITE would.
 *
 * @param threadId the processor; 0 is the one that stopped last
 * @param encoding the field
 * @param value cut to the field's width
 */
public record SetVmcsFieldArguments(int threadId, int encoding, @JsonAdapter(HexLong.class) long value) {
}
