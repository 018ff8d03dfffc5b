// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang;

import java.util.List;

/**
 * A setup on many processors.
 *
 * @param own  on the processor that it names itself
 * @param fits on each processor that was asked for, in that order
 */
public record Portability(CpuFit own, List<CpuFit> fits) {
    public Portability {
        fits = List.copyOf(fits);
    }
}
