// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.SerializedName;

/** What kind of address a page walk starts from. */
public enum AddressSpace {
    /** A linear address of the guest: its own paging, then EPT where it is enabled. */
    @SerializedName("guest-virtual")
    GUEST_VIRTUAL("guest-virtual"),
    /** A guest-physical address: EPT only. */
    @SerializedName("guest-physical")
    GUEST_PHYSICAL("guest-physical"),
    /** A linear address of the hypervisor: the paging of root mode. */
    @SerializedName("host-virtual")
    HOST_VIRTUAL("host-virtual");

    private final String id;

    AddressSpace(String id) {
        this.id = id;
    }

    /** The word on the wire. */
    public String id() {
        return id;
    }
}
