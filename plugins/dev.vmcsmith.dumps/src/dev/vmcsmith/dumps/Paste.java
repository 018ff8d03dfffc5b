// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

import dev.vmcsmith.vmx.CpuProfile;
import java.util.List;

/**
 * What a text shows.
 *
 * @param dumps in the order of the text; empty when there is none
 * @param processor the processor whose capability MSRs the text lists; null when it lists none
 * @param lines how many lines the text has
 */
public record Paste(List<Dump> dumps, CpuProfile processor, int lines) {
    public Paste {
        dumps = List.copyOf(dumps);
    }
}
