// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

/** The address spaces of a suspended machine. */
public enum MemorySpace {
    /** Linear, as the processor that stopped last executes now. */
    CURRENT(""),
    /** Linear, through the paging of the guest, and EPT where it is enabled. */
    GUEST_VIRTUAL("guest-virtual"),
    /** Guest-physical, through EPT where it is enabled. */
    GUEST_PHYSICAL("guest-physical"),
    /** Linear, through the paging of root mode. */
    HOST_VIRTUAL("host-virtual"),
    /** Physical: the machine's memory. */
    HOST_PHYSICAL("host-physical");

    private final String id;

    MemorySpace(String id) {
        this.id = id;
    }

    /** The word in a memory reference; empty for {@link #CURRENT}. */
    public String id() {
        return id;
    }
}
