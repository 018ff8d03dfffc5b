// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dap.server;

import dev.vmcsmith.machine.StopReason;
import java.util.List;

/** How a piece of a run came to its end. */
sealed interface RunOutcome {

    /**
     * The machine is suspended and can go on.
     *
     * @param cpu the processor that stopped
     * @param kind why, in the words of the protocol: {@code step}, {@code breakpoint}, {@code pause}, {@code exception}, {@code entry}
     * @param text one line for the user, or null
     * @param breakpoints numbers of the breakpoints that stopped it
     */
    record Suspended(int cpu, String kind, String text, List<Integer> breakpoints) implements RunOutcome {
        static Suspended step(int cpu) {
            return new Suspended(cpu, "step", null, List.of());
        }
    }

    /** The machine has stopped for good. */
    record Ended(StopReason reason) implements RunOutcome {
    }
}
