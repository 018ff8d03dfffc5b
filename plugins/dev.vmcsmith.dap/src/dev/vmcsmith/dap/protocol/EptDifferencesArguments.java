// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;

/**
 * Which two EPTs to compare: two pointers at one instant, one pointer at two instants, or both.
 *
 * @param threadId the processor; 0 is the one that stopped last
 * @param from the first EPT pointer; null is the one in the processor's current VMCS
 * @param to the second EPT pointer; null is the one in the processor's current VMCS
 * @param fromExit number of the VM exit that is the instant of the first; null is now
 * @param toExit number of the VM exit that is the instant of the second; null is now
 */
public record EptDifferencesArguments(
        int threadId, @JsonAdapter(HexLong.class) Long from, @JsonAdapter(HexLong.class) Long to, Long fromExit, Long toExit) {
}
