// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;

/**
 * Which translation to explain.
 *
 * @param threadId the processor; 0 is the one that stopped last
 * @param address where to start
 * @param space what kind of address that is; null is {@link AddressSpace#GUEST_VIRTUAL}
 * @param access for which access; null is {@link MemoryAccess#READ}
 */
public record PageWalkArguments(int threadId, @JsonAdapter(HexLong.class) long address, AddressSpace space, MemoryAccess access) {
}
