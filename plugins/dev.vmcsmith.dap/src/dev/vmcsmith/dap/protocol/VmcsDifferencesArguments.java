// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;

/**
 * Which VMCS to compare with itself at another instant. The instant of a VM exit is the one at which the exit has just been taken.
 *
 * @param threadId the processor whose current VMCS is meant when {@code vmcs} is null; 0 is the one that stopped last
 * @param vmcs physical address of the VMCS region; null is the processor's current VMCS
 * @param fromExit number of the VM exit that is the first instant
 * @param toExit number of the VM exit that is the second instant; null is now
 */
public record VmcsDifferencesArguments(int threadId, @JsonAdapter(HexLong.class) Long vmcs, long fromExit, Long toExit) {
}
