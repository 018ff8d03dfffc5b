// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.model;

import dev.vmcsmith.dap.protocol.Instant;

/**
 * One suspension of the machine. Whoever shows state keeps the stop it was fetched for and throws away what arrives for an older one.
 *
 * @param number counted from 1 over the session
 * @param threadId the vCPU that caused it
 * @param reason the protocol's reason, such as {@code breakpoint}, {@code step}
 * @param text for the user, such as {@code VM exit 1: CPUID}; never null
 * @param instant where in virtual time the machine is
 */
public record Stop(int number, int threadId, String reason, String text, Instant instant) {

    /** Whether the machine has just exited to the hypervisor, so that the latest VM exit is this stop itself. */
    public boolean isAtExit() {
        return text.startsWith("VM exit " + instant.exits() + ":");
    }

    Stop at(Instant now) {
        return new Stop(number, threadId, reason, text, now);
    }
}
