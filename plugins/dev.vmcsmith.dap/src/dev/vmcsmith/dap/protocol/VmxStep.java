// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.SerializedName;

/** A step over a boundary of VMX operation. Breakpoints stop on the way. */
public enum VmxStep {
    /** Forwards to the next VM exit, whatever its reason. */
    @SerializedName("next-exit")
    NEXT_EXIT,
    /** Forwards to the first instruction of the guest after the next VM entry. */
    @SerializedName("next-entry")
    NEXT_ENTRY,
    /** Back in time to the latest VM exit before this instant. */
    @SerializedName("previous-exit")
    PREVIOUS_EXIT
}
