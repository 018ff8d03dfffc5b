// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;
import java.util.List;

/**
 * Every VMCS that the hypervisor has made current since power-on and not cleared and reused as something else.
 *
 * @param vmcss in the order in which they were first made current
 * @param instant when
 */
public record VmcsList(List<Entry> vmcss, Instant instant) {

    /**
     * @param vmcs physical address of the VMCS region
     * @param name symbol at that address, such as {@code Guest.vmcs}; null when there is none
     * @param launched the launch state: false is "clear"
     * @param shadow whether it is a shadow VMCS
     * @param currentOn threads of the processors on which it is current
     * @param vpid the VPID field; 0 when VPID is not enabled
     * @param eptp the EPT pointer; null when EPT is not enabled
     * @param exits VM exits with this VMCS that the log still holds
     */
    public record Entry(
            @JsonAdapter(HexLong.class) long vmcs, String name, boolean launched, boolean shadow, List<Integer> currentOn, int vpid,
            @JsonAdapter(HexLong.class) Long eptp, long exits) {
    }
}
