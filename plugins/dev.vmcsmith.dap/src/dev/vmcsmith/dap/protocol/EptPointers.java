// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.protocol;

import com.google.gson.annotations.JsonAdapter;
import java.util.List;

/**
 * The EPT pointers that there are to look at.
 *
 * @param pointers the one in use first, then those of other VMCSs and of EPTP lists; each value once
 * @param instant when
 */
public record EptPointers(List<Pointer> pointers, Instant instant) {

    /**
     * @param eptp the EPT pointer
     * @param meaning decoded
     * @param sources where it comes from, such as {@code VMCS 0x3000 (Guest)} or {@code EPTP list of VMCS 0x3000, entry 1}
     * @param inUse whether the processor's current VMCS holds it and enables EPT
     */
    public record Pointer(@JsonAdapter(HexLong.class) long eptp, String meaning, List<String> sources, boolean inUse) {
    }
}
