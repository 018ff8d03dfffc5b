// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;

/**
 * Which EPT to show.
 *
 * @param threadId the processor; 0 is the one that stopped last
 * @param eptp the EPT pointer; null is the one in the processor's current VMCS
 */
public record EptMapArguments(int threadId, @JsonAdapter(HexLong.class) Long eptp) {
}
