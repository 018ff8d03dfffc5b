// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.ide.minings;

import java.util.Map;

/**
 * How often the VM exits of the last run of a setup happened.
 *
 * @param exits by the number of the basic exit reason
 */
public record LastRun(Map<Integer, Long> exits) {
    public static final LastRun NONE = new LastRun(Map.of());

    public LastRun {
        exits = Map.copyOf(exits);
    }
}
